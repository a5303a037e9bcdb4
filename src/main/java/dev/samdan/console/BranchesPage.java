package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The branches of an application as lanes of a list.
 *
 * @param days what stands above the graph, from left to right
 * @param width of the graph, in pixels
 * @param quiet branches beyond those that are drawn
 * @param started a branch that was just made, with what comes next; null for none
 */
public record BranchesPage(
    String headline,
    String rest,
    String application,
    List<Day> days,
    int width,
    List<Row> rows,
    List<Row> quiet,
    @Nullable Started started) {
  /** A day's name and where it begins. */
  public record Day(String text, double x) {}

  /**
   * One branch.
   *
   * @param about its kind, base and distance
   * @param href where to go on with it
   * @param drawing its lane; null of one that is not drawn
   * @param detail who, or what it takes
   * @param command what mends it; empty where nothing is wrong
   */
  public record Row(
      String name,
      String about,
      String href,
      @Nullable LaneDrawing drawing,
      State state,
      String detail,
      String command) {}

  /** A branch that was made, and the commands that take it. */
  public record Started(String title, String commands) {}
}
