package dev.samdan.runtime;

import dev.samdan.base.Shim;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A task as the session of a shim. */
record ProcessTask(Shim shim) implements StartedTask {
  @Override
  public Long pid() {
    return shim.process().pid();
  }

  @Override
  public @Nullable String containerId() {
    return null;
  }

  @Override
  public Optional<TaskEnd> look() {
    return shim.isAlive() ? Optional.empty() : Optional.of(end());
  }

  @Override
  public CompletableFuture<TaskEnd> onEnd() {
    return shim.onExit().thenApply(status -> end());
  }

  @Override
  public TaskEnd stop(Duration grace) {
    shim.stop(grace);
    return end();
  }

  @Override
  public void letGo() {
    // Its shim writes its log.
  }

  @Override
  public ContainerHealth health() {
    return ContainerHealth.UNKNOWN;
  }

  @Override
  public long memoryBytes() {
    return shim.isAlive() ? SessionFacts.memoryBytes(shim) : 0;
  }

  @Override
  public List<Integer> listeningPorts() {
    return shim.isAlive() ? SessionFacts.listeningPorts(shim) : List.of();
  }

  private TaskEnd end() {
    OptionalInt status = shim.exitStatus();
    return new TaskEnd(
        status.isPresent() ? status.getAsInt() : null,
        "EssentialContainerExited: the process ended by itself");
  }
}
