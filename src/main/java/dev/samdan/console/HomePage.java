package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All applications.
 *
 * @param rest what holds for all that the headline does not name; empty where it names all
 * @param more how many cards are not shown
 */
public record HomePage(
    String headline,
    String rest,
    List<Card> cards,
    int more,
    List<String> environments,
    List<Row> rows,
    List<RoomsPage.Line> today) {
  /**
   * Something that needs someone.
   *
   * @param where the application and the environment that it is about
   * @param primary whether its button is the one to press
   */
  public record Card(
      String tone,
      State state,
      String at,
      Where where,
      String detail,
      String author,
      String href,
      String action,
      boolean primary) {}

  /** Such as {@code attendance → prod, 3f2c9e1}. */
  public record Where(String application, String environment, String version) {}

  /** One application. */
  public record Row(String name, String title, List<Cell> cells, List<Bar> bars) {}

  /** One environment of it; without a mark where it has no such environment. */
  public record Cell(
      @Nullable Mark mark,
      String label,
      String first,
      String tone,
      @Nullable When when,
      String second,
      String href) {}

  /** One half day's longest delivery in a chart that is 134 by 24. */
  public record Bar(int x, int height, boolean failed, String title) {}
}
