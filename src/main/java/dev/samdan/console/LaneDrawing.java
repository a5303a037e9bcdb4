package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is drawn of a branch, in pixels from the upper left corner of its row; lines may leave the
 * row.
 *
 * @param tone {@code fixed}, {@code off} where it breaks the strategy, or empty
 * @param lines paths of the lane, where it left from, and where it was merged
 * @param pill the open pull request at its end; null for none
 */
public record LaneDrawing(
    String tone, List<String> lines, List<Dot> dots, List<Label> labels, @Nullable Pill pill) {
  /** The middle of a row. */
  static final int MIDDLE = 27;

  /** A commit, or a merge. */
  public record Dot(double x, boolean merge, String title) {}

  /** A word at a commit: {@code tag}, {@code arriving} or {@code live}. */
  public record Label(String kind, double x, double width, String text) {}

  /** The dashed end of an open pull request. */
  public record Pill(double from, double x, double width, String text, String tone, String href) {}
}
