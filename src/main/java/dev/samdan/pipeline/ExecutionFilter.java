package dev.samdan.pipeline;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which executions to list; null means any.
 *
 * @param commit a full object id or its beginning
 */
public record ExecutionFilter(
    @Nullable String pipeline,
    @Nullable String application,
    @Nullable String environment,
    @Nullable ExecutionStatus status,
    @Nullable String commit,
    @Nullable UUID groupId) {
  public static final ExecutionFilter ALL = new ExecutionFilter(null, null, null, null, null, null);

  public static ExecutionFilter ofPipeline(String name) {
    return new ExecutionFilter(name, null, null, null, null, null);
  }

  public static ExecutionFilter ofApplication(String name) {
    return new ExecutionFilter(null, name, null, null, null, null);
  }

  public static ExecutionFilter ofGroup(UUID group) {
    return new ExecutionFilter(null, null, null, null, null, group);
  }
}
