package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** Waits for what a container depends on before it is started (ECS, dependsOn). */
final class ContainerDependencies {
  private static final Duration LOOK = Duration.ofMillis(50);

  /** ECS startTimeout's default. */
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);

  private ContainerDependencies() {}

  /**
   * Returns once all conditions are met. INVALID where one can never be, or was not in time;
   * CONFLICT where the start is not wanted any more.
   *
   * @param ids the engine's, of the task's containers that were started, by their names
   */
  static void await(
      Containers containers,
      TaskStart task,
      ContainerDefinition container,
      Map<String, String> ids) {
    if (task.isOneOff()) {
      return;
    }
    for (Dependency dependency : container.dependsOn()) {
      ContainerDefinition on = container(task.definition(), dependency.containerName());
      Duration timeout =
          on.startTimeout() == null ? START_TIMEOUT : Duration.ofSeconds(on.startTimeout());
      long end = System.nanoTime() + timeout.toNanos();
      String id = Objects.requireNonNull(ids.get(on.name()));
      while (!isMet(dependency.condition(), on, state(containers, on, id))) {
        if (System.nanoTime() > end) {
          throw PlatformException.invalid(
              "container "
                  + on.name()
                  + " was not "
                  + dependency.condition()
                  + " within "
                  + timeout.toSeconds()
                  + " s, and "
                  + container.name()
                  + " waits for that (dependsOn)");
        }
        if (!task.wanted().getAsBoolean()) {
          throw PlatformException.conflict("the start was given up");
        }
        pause();
      }
    }
  }

  private static ContainerDefinition container(TaskDefinition definition, String name) {
    return definition.containerDefinitions().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Containers.State state(Containers containers, ContainerDefinition on, String id) {
    return containers
        .state(id)
        .orElseThrow(() ->
            PlatformException.invalid("container " + on.name() + " vanished from the engine"));
  }

  /** INVALID where it can never be any more. */
  private static boolean isMet(
      Dependency.Condition condition, ContainerDefinition on, Containers.State state) {
    return switch (condition) {
      case START -> true;
      case COMPLETE -> !state.running();
      case SUCCESS -> {
        if (!state.running() && state.exitCode() != 0) {
          throw never(on, "ended with " + state.exitCode() + " and not with 0");
        }
        yield !state.running();
      }
      case HEALTHY -> {
        if (!state.running()) {
          throw never(on, "ended with " + state.exitCode() + " before it was healthy");
        }
        if (state.health() == ContainerHealth.UNHEALTHY) {
          throw never(on, "is unhealthy");
        }
        yield state.health() == ContainerHealth.HEALTHY;
      }
    };
  }

  private static PlatformException never(ContainerDefinition container, String what) {
    return PlatformException.invalid("container " + container.name() + " " + what);
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("interrupted while a task started");
    }
  }
}
