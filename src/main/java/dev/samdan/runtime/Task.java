package dev.samdan.runtime;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of a task definition. A task that ends is replaced by a new one with an id of its own, as
 * ECS does.
 *
 * @param slot its place in the task set, from 0
 * @param restarts how many tasks of this slot ended before it
 * @param host where it listens; loopback for processes
 * @param pid the process of its shim; null before it starts, and for containers
 * @param containerId the container that serves; null before it starts, and for processes
 * @param exitCode 128 + signal where a signal ended it; null while it runs, or where nobody saw the
 *     end
 * @param stoppedReason why it is not running, for people; null while it runs
 */
public record Task(
    String id,
    String taskSet,
    int slot,
    int restarts,
    Status status,
    String host,
    int port,
    @Nullable Long pid,
    @Nullable String containerId,
    Instant startedAt,
    @Nullable Instant stoppedAt,
    @Nullable Integer exitCode,
    @Nullable String stoppedReason) {
  /** ECS's lastStatus. */
  public enum Status {
    PENDING,
    RUNNING,
    STOPPING,
    STOPPED
  }

  public boolean isRunning() {
    return status == Status.RUNNING;
  }
}
