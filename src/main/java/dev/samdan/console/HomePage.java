package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All applications.
 *
 * @param more how many cards are not shown
 */
public record HomePage(
    String headline,
    List<Card> cards,
    int more,
    List<String> environments,
    List<Row> rows,
    List<RoomsPage.Line> today) {
  /** Something that needs someone. */
  public record Card(
      String tone,
      State state,
      String pipeline,
      String sentence,
      String detail,
      String href,
      String action) {}

  /** One application. */
  public record Row(String name, String title, List<Cell> cells, List<Bar> bars) {}

  /** One environment of it; without a mark where it has no such environment. */
  public record Cell(@Nullable Mark mark, String label, String version, String href) {}

  /** One day's deliveries in a chart that is 24 high. */
  public record Bar(int x, int height, boolean failed) {}
}
