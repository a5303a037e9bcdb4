package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the reader; the first one open.
 *
 * @param open the approval that is open; null where something else is, or nothing
 * @param other what else is open; null where an approval is, or nothing
 */
public record WaitingPage(
    String headline, List<Line> lines, @Nullable ApprovalFacts open, @Nullable Other other) {
  /**
   * One thing that waits.
   *
   * @param name an application or a pipeline
   */
  public record Line(
      String href,
      String icon,
      String tone,
      String name,
      String text,
      String author,
      String at,
      boolean current) {}

  /**
   * A review that is asked for, or a hotfix that is not back.
   *
   * @param title the pull request's; a hotfix's version
   * @param details files that conflict, or why it is not delivered
   * @param remedy commands; empty where the button is the remedy
   */
  public record Other(
      State state,
      String title,
      String about,
      String source,
      String target,
      List<String> details,
      String remedy,
      String href,
      String button) {}
}
