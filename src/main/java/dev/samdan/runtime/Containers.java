package dev.samdan.runtime;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The containers of this home in the engine; no other is ever named to it. */
final class Containers {
  /** Of a task, of a one-off run, and what holds the network of a task. */
  static final String TASK = "task";

  static final String RUN = "run";
  static final String PAUSE = "pause";

  /** Which container of its task it is. */
  static final String NAME_LABEL = "dev.samdan.container";

  /** Of images, which their containers inherit: such a container is a person's own. */
  private static final String OF_IMAGE = "image";

  private static final int CHECK_SAID = 200;
  private static final Duration FRESH = Duration.ofMillis(500);

  private final Engine engine;
  private final ReentrantLock lock = new ReentrantLock();
  private Map<String, Found> seen = Map.of();
  private long seenAt = Long.MIN_VALUE;

  /** One that exists. */
  record Found(
      String id, String kind, String task, String name, boolean running, ContainerHealth health) {}

  /**
   * How one stands.
   *
   * @param exitCode where it does not run
   * @param error why it could not be started; empty where it could
   * @param lastCheck the first line of what its health check wrote last; may be empty
   */
  record State(
      boolean running,
      int exitCode,
      boolean outOfMemory,
      String error,
      ContainerHealth health,
      Instant startedAt,
      Instant finishedAt,
      long pid,
      String lastCheck) {}

  Containers(Engine engine) {
    this.engine = engine;
  }

  /** All of this home's, by their ids. */
  Map<String, Found> all() {
    return engine
        .ask(client ->
            client
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Engine.HOME_LABEL, engine.homeId()))
                .exec())
        .stream()
        .map(Containers::found)
        .filter(found -> !found.kind().equals(OF_IMAGE))
        .collect(Collectors.toMap(Found::id, Function.identity()));
  }

  /** Those of a task, or of a one-off run, with what holds its network. */
  List<Found> of(String task) {
    return all().values().stream()
        .filter(found -> found.task().equals(task) && isOfTask(found))
        .toList();
  }

  static boolean isOfTask(Found found) {
    return List.of(TASK, RUN, PAUSE).contains(found.kind());
  }

  /** As it was a moment ago; empty where it did not exist then. */
  Optional<Found> glance(String id) {
    lock.lock();
    try {
      long now = System.nanoTime();
      if (seenAt == Long.MIN_VALUE || now - seenAt > FRESH.toNanos()) {
        seen = all();
        seenAt = now;
      }
      return Optional.ofNullable(seen.get(id));
    } finally {
      lock.unlock();
    }
  }

  /** The next glance is a new one. */
  void forgetGlance() {
    lock.lock();
    try {
      seenAt = Long.MIN_VALUE;
    } finally {
      lock.unlock();
    }
  }

  /** As it is now; empty where it does not exist. */
  Optional<State> state(String id) {
    try {
      return Optional.of(
          state(engine.ask(client -> client.inspectContainerCmd(id).exec()).getState()));
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  void start(String id) {
    try {
      var _ = engine.ask(client -> client.startContainerCmd(id).exec());
    } catch (NotModifiedException e) {
      return; // It runs already.
    }
  }

  /** The image's stop signal (TERM where it names none), KILL after the grace. */
  void stop(String id, Duration grace) {
    try {
      int seconds = (int) Math.max(0, grace.toSeconds());
      var _ = engine.ask(client -> client.stopContainerCmd(id).withTimeout(seconds).exec());
    } catch (NotFoundException | NotModifiedException e) {
      return; // It does not run.
    }
  }

  void remove(String id) {
    try {
      var _ =
          engine.ask(client ->
              client.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec());
    } catch (NotFoundException e) {
      return; // It is gone, as it should be.
    } catch (ConflictException e) {
      return; // Somebody else is removing it.
    }
  }

  /** From now on, in units of which 1024 are one CPU. */
  void limitCpu(String id, int units) {
    try {
      var _ =
          engine.ask(client ->
              client
                  .updateContainerCmd(id)
                  .withCpuPeriod(Ceiling.PERIOD_MICROS)
                  .withCpuQuota(Ceiling.quotaMicros(units))
                  .exec());
    } catch (NotFoundException | ConflictException e) {
      return; // It ended meanwhile.
    }
  }

  /** Resident memory of all its processes; 0 where the engine cannot tell. */
  long memoryBytes(String id) {
    try {
      String[][] rows =
          engine
              .ask(client -> client.topContainerCmd(id).withPsArgs("-eo pid,rss").exec())
              .getProcesses();
      long kib = 0;
      for (String[] row : rows == null ? new String[0][] : rows) {
        kib += Long.parseLong(row[row.length - 1]);
      }
      return kib * 1024;
    } catch (DockerException | PlatformException | NumberFormatException e) {
      return 0;
    }
  }

  private static Found found(Container container) {
    Map<String, String> labels = container.getLabels();
    return new Found(
        container.getId(),
        labels.getOrDefault(Engine.KIND_LABEL, ""),
        labels.getOrDefault(Engine.ID_LABEL, ""),
        labels.getOrDefault(NAME_LABEL, ""),
        "running".equals(container.getState()),
        health(container.getStatus()));
  }

  /** From a list's text such as {@code Up 3 minutes (healthy)}. */
  private static ContainerHealth health(@Nullable String text) {
    String status = String.valueOf(text);
    return status.contains("(unhealthy)")
        ? ContainerHealth.UNHEALTHY
        : status.contains("(healthy)")
            ? ContainerHealth.HEALTHY
            : status.contains("(health:") ? ContainerHealth.STARTING : ContainerHealth.UNKNOWN;
  }

  private static State state(InspectContainerResponse.ContainerState state) {
    Long code = state.getExitCodeLong();
    Long pid = state.getPidLong();
    return new State(
        Boolean.TRUE.equals(state.getRunning()),
        code == null ? 0 : code.intValue(),
        Boolean.TRUE.equals(state.getOOMKilled()),
        state.getError() == null ? "" : state.getError(),
        state.getHealth() == null ? ContainerHealth.UNKNOWN : health("(" + word(state) + ")"),
        time(state.getStartedAt()),
        time(state.getFinishedAt()),
        pid == null ? 0 : pid,
        lastCheck(state.getHealth()));
  }

  private static String lastCheck(@Nullable HealthState health) {
    return health == null || health.getLog() == null || health.getLog().isEmpty()
        ? ""
        : String.valueOf(health.getLog().getLast().getOutput())
            .lines()
            .findFirst()
            .map(line -> line.length() > CHECK_SAID ? line.substring(0, CHECK_SAID) + "…" : line)
            .orElse("");
  }

  private static String word(InspectContainerResponse.ContainerState state) {
    String status = state.getHealth().getStatus();
    return "starting".equals(status) ? "health: starting" : String.valueOf(status);
  }

  private static Instant time(@Nullable String text) {
    return text == null || text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
  }
}
