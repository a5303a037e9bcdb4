package dev.samdan.pipeline;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as pages and JSON show it.
 *
 * @param environment null for the base image's pipeline
 * @param latestExecution null before the first one
 */
public record PipelineView(
    String name,
    String application,
    @Nullable String environment,
    int version,
    ExecutionMode executionMode,
    List<Stage> stages,
    @Nullable ExecutionView latestExecution,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * @param disabled how executions are kept from entering it; null where they are not
   */
  public record Stage(String name, List<String> actions, @Nullable Transition disabled) {}

  /** A disabled transition into a stage. */
  public record Transition(String reason, String by, Instant at) {}
}
