package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pipelines of an application, and the executions of all or of one.
 *
 * @param chosen the pipeline whose executions are listed; null for all
 * @param columns how many segments a strip has room for
 * @param older the address of the executions before these; null at the end
 */
public record PipelinesPage(
    String headline,
    String rest,
    String application,
    @Nullable String chosen,
    List<Row> rows,
    List<Filter> filters,
    String kept,
    int columns,
    List<Line> executions,
    @Nullable String older,
    @Nullable String newest) {
  /**
   * One pipeline with its newest execution.
   *
   * @param about its version and mode, or on what it runs
   * @param href of the newest execution; null before the first
   * @param disabled who disabled a transition; empty for nobody
   */
  public record Row(
      String name,
      String about,
      List<StageBox> stages,
      @Nullable String href,
      String commit,
      String message,
      String author,
      String run,
      String disabled,
      String reason) {}

  /** One execution in the list. */
  public record Line(
      String id,
      int number,
      String pipeline,
      State state,
      String commit,
      String message,
      String author,
      When at,
      String duration) {}
}
