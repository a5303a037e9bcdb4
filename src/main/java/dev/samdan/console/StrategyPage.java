package dev.samdan.console;

import java.util.List;

/** The branch strategy as a table. */
public record StrategyPage(
    String headline, String application, List<Row> rows, String largestFile) {
  /** One kind of branch; empty where the strategy says nothing. */
  public record Row(String name, String from, String into, String review, String sentence) {}
}
