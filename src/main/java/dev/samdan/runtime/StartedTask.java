package dev.samdan.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A task that was started, alive or ended. */
interface StartedTask {
  /** The process of its shim; null for containers. */
  @Nullable Long pid();

  /** The container that serves; null for processes. */
  @Nullable String containerId();

  /**
   * Its end, empty while it runs; restarts what its definition wants restarted within the task.
   * UNAVAILABLE where that cannot be told now.
   */
  Optional<TaskEnd> look();

  /** Completes once it has ended. */
  CompletableFuture<TaskEnd> onEnd();

  /**
   * TERM to all that it runs, KILL after the grace; when it returns nothing of it runs, and its log
   * is whole.
   */
  TaskEnd stop(Duration grace);

  /** Looks after it no more; it runs on. */
  void letGo();

  ContainerHealth health();

  /** Resident memory in bytes. */
  long memoryBytes();

  /** TCP ports on which it listens, in their order. */
  List<Integer> listeningPorts();
}
