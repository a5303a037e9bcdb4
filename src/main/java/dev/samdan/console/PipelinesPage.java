package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pipelines of an application, and the executions of all or of one. */
public record PipelinesPage(
    String headline,
    String application,
    @Nullable String chosen,
    List<Row> rows,
    List<Line> executions,
    @Nullable String older) {
  /** One pipeline with its newest execution. */
  public record Row(
      String name,
      String mode,
      List<StageBox> stages,
      @Nullable String href,
      String commit,
      String message,
      String author,
      String at,
      @Nullable String disabled) {}

  /** One stage in a strip; {@code fact} is its time or attempt. */
  public record StageBox(String name, State state, String fact, boolean closed) {}

  /** One execution in the list. */
  public record Line(
      String href,
      int number,
      String pipeline,
      State state,
      String commit,
      String message,
      String author,
      String at,
      String duration) {}
}
