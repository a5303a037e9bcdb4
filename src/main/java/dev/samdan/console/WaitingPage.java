package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits for the reader; the first one open. */
public record WaitingPage(String headline, List<Line> lines, @Nullable ApprovalFacts open) {
  /** One question. */
  public record Line(
      String href, String application, String text, String author, String at, boolean current) {}
}
