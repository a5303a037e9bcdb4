package dev.samdan.console;

import java.util.List;

/**
 * What the tests said.
 *
 * @param passedCases those that passed and match what was searched for, some of them
 */
public record ReportPanel(
    String total,
    long passed,
    long failed,
    long errors,
    long skipped,
    int failedShare,
    int skippedShare,
    List<Case> failures,
    int moreFailures,
    List<Slow> slowest,
    List<Slow> passedCases,
    String search,
    List<String> notes) {
  /**
   * A test that failed.
   *
   * @param stack without the frames of the framework
   * @param whole with them; empty where there are none
   */
  public record Case(
      String name, String where, String kind, String message, String stack, String whole) {}

  /** A test and how long it took. */
  public record Slow(String name, String time) {}
}
