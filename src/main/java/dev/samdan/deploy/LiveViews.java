package dev.samdan.deploy;

import dev.samdan.edge.EdgeStatus;
import dev.samdan.runtime.Task;
import dev.samdan.runtime.TaskSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what serves in an environment: rows, tasks, and their health as the edge sees it.
 */
final class LiveViews {
  private final Parts parts;

  LiveViews(Parts parts) {
    this.parts = parts;
  }

  Live of(String application, String environment) {
    EdgeStatus edge = parts.routing().edgeStatus().orElse(null);
    List<Live.Set> sets = new ArrayList<>();
    parts
        .services()
        .service(application, environment)
        .ifPresent(s -> {
          boolean shifted = s.blue() != null && s.greenWeight() == 100;
          String blue = shifted ? "ACTIVE" : "PRIMARY";
          String green = shifted ? "PRIMARY" : "ACTIVE";
          set(s.blue(), "Blue", blue, 100 - s.greenWeight(), s.blueSince(), edge)
              .ifPresent(sets::add);
          set(s.green(), "Green", green, s.greenWeight(), null, edge).ifPresent(sets::add);
        });
    parts.services().draining().stream()
        .filter(d -> d.application().equals(application) && d.environment().equals(environment))
        .forEach(
            d -> set(d.taskSet(), "Blue", "DRAINING", 0, d.since(), edge).ifPresent(sets::add));
    List<Deployment> active =
        parts.deployments().allActive().stream()
            .filter(d -> d.application().equals(application) && d.environment().equals(environment))
            .toList();
    return new Live(
        application,
        environment,
        site(application, environment),
        sets.isEmpty() ? null : new Live.ApiLive(sets),
        active);
  }

  private Live.@Nullable SiteLive site(String application, String environment) {
    return parts.services().sites().stream()
        .filter(s -> s.application().equals(application) && s.environment().equals(environment))
        .findFirst()
        .map(s ->
            new Live.SiteLive(
                "r" + s.release(),
                s.deployment(),
                parts.deployments().find(s.deployment()).map(Deployment::commit).orElse(null),
                s.since()))
        .orElse(null);
  }

  private Optional<Live.Set> set(
      @Nullable String id,
      String label,
      String status,
      int weight,
      @Nullable Instant since,
      @Nullable EdgeStatus edge) {
    if (id == null) {
      return Optional.empty();
    }
    Deployment deployment = parts.deployments().find(id).orElse(null);
    TaskSet set = parts.tasks().taskSet(id).orElse(null);
    if (deployment == null || set == null) {
      return Optional.empty();
    }
    List<Live.LiveTask> tasks = new ArrayList<>();
    for (Task task : parts.tasks().tasks(id)) {
      if (task.stoppedAt() == null) {
        tasks.add(task(id, task, edge));
      }
    }
    return Optional.of(
        new Live.Set(
            id,
            label,
            status,
            weight,
            set.taskDefinition(),
            String.valueOf(deployment.image()),
            deployment.commit(),
            id,
            set.desiredCount(),
            (int) tasks.stream().filter(t -> t.status().equals("RUNNING")).count(),
            (int) tasks.stream().filter(t -> t.health().equals("HEALTHY")).count(),
            tasks,
            since == null ? set.createdAt() : since));
  }

  private static Live.LiveTask task(String group, Task task, @Nullable EdgeStatus edge) {
    EdgeStatus.TargetStatus target =
        edge == null ? null : edge.target(group, task.id()).orElse(null);
    return new Live.LiveTask(
        task.id(),
        task.pid(),
        task.containerId(),
        task.status().name(),
        target == null ? "UNKNOWN" : health(target.health()),
        task.host(),
        task.port(),
        task.restarts(),
        target == null ? 0 : target.inFlight(),
        task.startedAt());
  }

  private static String health(EdgeStatus.Health health) {
    return switch (health) {
      case INITIAL -> "UNKNOWN";
      case HEALTHY -> "HEALTHY";
      case UNHEALTHY -> "UNHEALTHY";
    };
  }
}
