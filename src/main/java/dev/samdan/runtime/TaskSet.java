package dev.samdan.runtime;

import java.time.Instant;

/**
 * Tasks of one task definition that are kept running until the set is stopped (ECS task set).
 *
 * @param taskDefinition {@code family:revision}
 */
public record TaskSet(
    String id,
    String application,
    String environment,
    String tier,
    String taskDefinition,
    int desiredCount,
    Status status,
    RuntimeKind runtime,
    Instant createdAt) {
  /** Active sets are supervised; a stopped one has no task left. */
  public enum Status {
    ACTIVE,
    STOPPING,
    STOPPED
  }
}
