package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task as containers. */
final class ContainerTask implements StartedTask {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerTask.class);
  private static final Duration AWAY = Duration.ofMillis(500);
  private static final Duration SETTLING = Duration.ofMillis(20);
  private static final Duration LOG_PATIENCE = Duration.ofSeconds(5);

  private final Engine engine;
  private final Containers containers;
  private final TaskDefinition definition;
  private final ContainerLog log;

  /** By their names in the definition, in the order in which they were started. */
  private final Map<String, String> ids = new LinkedHashMap<>();

  private final Set<String> unlimited = ConcurrentHashMap.newKeySet();
  private final List<Thread> following = new ArrayList<>();
  private final CompletableFuture<TaskEnd> end = new CompletableFuture<>();
  private volatile boolean stopped;
  private volatile ContainerHealth seen;

  ContainerTask(Engine engine, Containers containers, TaskDefinition definition, ContainerLog log) {
    this.engine = engine;
    this.containers = containers;
    this.definition = definition;
    this.log = log;
    this.seen =
        definition.containerDefinitions().stream()
                .anyMatch(c -> c.essential() && c.healthCheck() != null)
            ? ContainerHealth.STARTING
            : ContainerHealth.UNKNOWN;
  }

  /** A container that was started, or found. */
  synchronized void add(String name, String id) {
    ids.put(name, id);
    if (Ceiling.cpuUnits(definition.cpu()) > 0) {
      unlimited.add(id);
    }
    following.add(Thread.ofVirtual().name("container-" + name).start(() -> follow(name, id)));
  }

  @Override
  public @Nullable Long pid() {
    return null;
  }

  @Override
  public synchronized String containerId() {
    String serving = ids.get(definition.container().name());
    return serving != null ? serving : ids.values().iterator().next();
  }

  /** Its output ends when the container does. */
  private void follow(String name, String id) {
    try {
      boolean lives = true;
      while (lives && !stopped) {
        ContainerOutput.follow(engine, id, name, log);
        lives = stillRuns(name, id);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("container {} is not followed any more: {}", name, e.toString());
    }
  }

  private boolean stillRuns(String name, String id) throws InterruptedException {
    try {
      boolean runs = containers.state(id).map(Containers.State::running).orElse(false);
      if (!runs) {
        containers.forgetGlance();
        look().ifPresent(end::complete);
        runs = !end.isDone() && containers.state(id).map(Containers.State::running).orElse(false);
      }
      Thread.sleep(SETTLING);
      return runs;
    } catch (PlatformException e) {
      LOG.debug("container {}: {}", name, e.text());
      Thread.sleep(AWAY);
      return true;
    }
  }

  @Override
  public Optional<TaskEnd> look() {
    TaskEnd known = end.getNow(null);
    if (known != null) {
      return Optional.of(known);
    }
    for (Map.Entry<String, String> each : started().entrySet()) {
      ContainerDefinition container = container(each.getKey());
      Optional<TaskEnd> ended = look(container, each.getValue());
      if (ended.isPresent()) {
        return ended;
      }
    }
    return Optional.empty();
  }

  private Optional<TaskEnd> look(ContainerDefinition container, String id) {
    Optional<Containers.Found> glanced = containers.glance(id).filter(Containers.Found::running);
    if (glanced.isPresent()) {
      return running(container, id, glanced.get().health());
    }
    Containers.State state = containers.state(id).orElse(null);
    if (state != null && state.running()) {
      return running(container, id, state.health());
    }
    if (state != null && !stopped && isRestarted(container, state)) {
      LOG.info("container {} ended with {} and is restarted", container.name(), state.exitCode());
      containers.start(id);
      return Optional.empty();
    }
    return container.essential() ? Optional.of(ended(container, state)) : Optional.empty();
  }

  private Optional<TaskEnd> running(
      ContainerDefinition container, String id, ContainerHealth health) {
    if (unlimited.contains(id)) {
      limit(id);
    }
    return container.essential() && health == ContainerHealth.UNHEALTHY
        ? Optional.of(
            new TaskEnd(
                null,
                "UnhealthyContainer: the health check of container "
                    + container.name()
                    + " failed "
                    + Objects.requireNonNull(container.healthCheck()).retries()
                    + " times in a row"
                    + lastCheck(id)))
        : Optional.empty();
  }

  /** What its health check wrote the last time. */
  private String lastCheck(String id) {
    String said = containers.state(id).map(Containers.State::lastCheck).orElse("");
    return said.isEmpty() ? "" : ", the last time with: " + said;
  }

  /** A start may take all the CPUs that are free; then the task's ceiling holds. */
  private void limit(String id) {
    boolean due =
        containers
            .state(id)
            .map(s -> s.startedAt().plus(Ceiling.START).isBefore(Instant.now()))
            .orElse(false);
    if (due && unlimited.remove(id)) {
      containers.limitCpu(id, Ceiling.cpuUnits(definition.cpu()));
    }
  }

  private static boolean isRestarted(ContainerDefinition container, Containers.State state) {
    RestartPolicy policy = container.restartPolicy();
    return policy != null
        && policy.enabled()
        && !policy.ignoredExitCodes().contains(state.exitCode())
        && !Duration.between(state.startedAt(), state.finishedAt())
            .minusSeconds(policy.restartAttemptPeriod())
            .isNegative();
  }

  private TaskEnd ended(ContainerDefinition container, Containers.@Nullable State state) {
    String name = "container " + container.name();
    if (state == null) {
      return new TaskEnd(
          null, "EssentialContainerExited: " + name + " is not in the engine any more");
    }
    if (state.outOfMemory()) {
      return new TaskEnd(
          state.exitCode(),
          "OutOfMemoryError: " + name + " was killed because it needed more memory than its limit");
    }
    return new TaskEnd(
        state.exitCode(),
        "EssentialContainerExited: "
            + name
            + " ended with "
            + state.exitCode()
            + (state.error().isEmpty() ? "" : ": " + state.error()));
  }

  @Override
  public CompletableFuture<TaskEnd> onEnd() {
    return end;
  }

  @Override
  public TaskEnd stop(Duration grace) {
    TaskEnd before = look().orElse(null);
    stopped = true;
    List<ContainerDefinition> order = StartOrder.of(definition).reversed();
    for (ContainerDefinition container : order) {
      String id = started().get(container.name());
      if (id != null) {
        containers.stop(id, min(grace, container.stopTimeout()));
      }
    }
    awaitLog();
    TaskEnd now =
        before != null
            ? before
            : ended(definition.container(), containers.state(containerId()).orElse(null));
    end.complete(now);
    return now;
  }

  private static Duration min(Duration grace, @Nullable Integer stopTimeout) {
    Duration own = Duration.ofSeconds(stopTimeout == null ? 30 : stopTimeout);
    return own.compareTo(grace) < 0 ? own : grace;
  }

  /** Returns once the output of all is taken over, or the engine does not give it. */
  void awaitLog() {
    List<Thread> threads;
    synchronized (this) {
      threads = List.copyOf(following);
    }
    try {
      for (Thread thread : threads) {
        if (thread != Thread.currentThread() && !thread.join(LOG_PATIENCE)) {
          thread.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.close();
  }

  @Override
  public void letGo() {
    stopped = true;
    synchronized (this) {
      following.forEach(Thread::interrupt);
    }
    awaitLog();
  }

  /** As it was last seen, where the engine does not answer. */
  @Override
  public ContainerHealth health() {
    try {
      seen = worst();
    } catch (PlatformException e) {
      LOG.debug("the health of {} is not known now: {}", definition.name(), e.text());
    }
    return seen;
  }

  /** One that has a check counts as starting until the engine lists what it found. */
  private ContainerHealth worst() {
    ContainerHealth worst = ContainerHealth.UNKNOWN;
    for (Map.Entry<String, String> each : started().entrySet()) {
      ContainerDefinition container = container(each.getKey());
      if (container.essential() && container.healthCheck() != null) {
        ContainerHealth health =
            containers
                .glance(each.getValue())
                .map(Containers.Found::health)
                .filter(known -> known != ContainerHealth.UNKNOWN)
                .orElse(ContainerHealth.STARTING);
        worst = worse(worst, health);
      }
    }
    return worst;
  }

  /** ECS: unhealthy before not yet known before healthy. */
  private static ContainerHealth worse(ContainerHealth one, ContainerHealth other) {
    for (ContainerHealth each :
        List.of(ContainerHealth.UNHEALTHY, ContainerHealth.STARTING, ContainerHealth.HEALTHY)) {
      if (one == each || other == each) {
        return each;
      }
    }
    return ContainerHealth.UNKNOWN;
  }

  @Override
  public long memoryBytes() {
    return started().values().stream().mapToLong(containers::memoryBytes).sum();
  }

  @Override
  public List<Integer> listeningPorts() {
    try {
      return containers
          .state(containerId())
          .map(state -> SessionFacts.listeningPorts(state.pid()))
          .orElse(List.of());
    } catch (PlatformException e) {
      LOG.debug("the ports of {} are not known now: {}", definition.name(), e.text());
      return List.of();
    }
  }

  private synchronized Map<String, String> started() {
    return new LinkedHashMap<>(ids);
  }

  private ContainerDefinition container(String name) {
    return definition.containerDefinitions().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
