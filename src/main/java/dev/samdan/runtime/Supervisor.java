package dev.samdan.runtime;

import dev.samdan.base.Shim;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the tasks of active sets running. Rows are the truth: every second, and whenever a process
 * ends, a set is compared with its processes and what is missing is started. One thread at a time
 * works on a set.
 */
final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration ORPHAN_GRACE = Duration.ofSeconds(5);
  private static final int KEPT_ENDED = 30;

  private final TaskRows rows;
  private final TaskDefinitionRows definitions;
  private final ProcessRuntime runtime;
  private final TaskVariables variables;
  private final FreePorts ports = new FreePorts();
  private final SecureRandom random = new SecureRandom();
  private final ConcurrentMap<String, Shim> shims = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Backoff> backoffs = new ConcurrentHashMap<>();
  private final ReentrantLock portLock = new ReentrantLock();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("task-clock").factory());
  private volatile boolean paused = true;

  Supervisor(
      TaskRows rows,
      TaskDefinitionRows definitions,
      ProcessRuntime runtime,
      TaskVariables variables) {
    this.rows = rows;
    this.definitions = definitions;
    this.runtime = runtime;
    this.variables = variables;
  }

  void onChange(Consumer<String> listener) {
    listeners.add(listener);
  }

  void start() {
    adopt();
    paused = false;
    clock.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    paused = true;
    clock.shutdownNow();
  }

  /** Works on a set now, on a thread of its own. */
  void wake(String set) {
    Thread.ofVirtual().name("task-set-" + set).start(() -> reconcile(set));
  }

  Optional<Shim> shim(String task) {
    return Optional.ofNullable(shims.get(task));
  }

  /** Ends all tasks of a set for good; returns when none is left. */
  void stopSet(String set, Duration grace) {
    rows.setStatus(set, TaskSet.Status.ACTIVE, TaskSet.Status.STOPPING);
    ReentrantLock lock = lock(set);
    lock.lock();
    try {
      rows.stopping(set);
      stopTasks(set, grace);
      rows.setStatus(set, TaskSet.Status.STOPPING, TaskSet.Status.STOPPED);
    } finally {
      lock.unlock();
    }
    prune();
  }

  /** Ends all tasks of all sets; sets stay as they are, nothing is started any more. */
  void stopAll(Duration grace) {
    paused = true;
    List<Thread> threads = new ArrayList<>();
    for (TaskSet set : rows.liveSets()) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                ReentrantLock lock = lock(set.id());
                lock.lock();
                try {
                  stopTasks(set.id(), grace);
                } finally {
                  lock.unlock();
                }
              }));
    }
    joinAll(threads);
  }

  private void tick() {
    try {
      for (TaskSet set : rows.liveSets()) {
        wake(set.id());
      }
    } catch (RuntimeException e) {
      LOG.warn("cannot look after tasks for now: {}", e.toString());
    }
  }

  /**
   * Takes over what lives, ends what belongs to no task, and finishes sets that were being stopped.
   */
  private void adopt() {
    List<Task> live = rows.liveTasks();
    for (Task task : live) {
      runtime
          .adopt(task.id())
          .filter(Shim::isAlive)
          .ifPresent(shim -> watch(task.taskSet(), task.id(), shim));
    }
    List<Thread> orphans = new ArrayList<>();
    for (String id : runtime.folders()) {
      if (!shims.containsKey(id)) {
        orphans.add(Thread.ofVirtual().start(() -> endOrphan(id)));
      }
    }
    joinAll(orphans);
    prune();
  }

  private void endOrphan(String id) {
    runtime.adopt(id).filter(Shim::isAlive).ifPresent(shim -> shim.stop(ORPHAN_GRACE));
    boolean oneOff = id.startsWith(OneOffs.PREFIX);
    if (oneOff || rows.task(id).isPresent()) {
      runtime.deleteRoot(id);
    } else {
      runtime.delete(id);
    }
  }

  private void reconcile(String setId) {
    ReentrantLock lock = lock(setId);
    if (!lock.tryLock()) {
      return; // Whoever works on it now, or the next tick, sees the change.
    }
    boolean changed = false;
    try {
      TaskSet set = rows.set(setId).orElse(null);
      if (set == null || paused) {
        return;
      }
      switch (set.status()) {
        case ACTIVE -> changed = keepRunning(set);
        case STOPPING -> {
          stopTasks(setId, ORPHAN_GRACE);
          rows.setStatus(setId, TaskSet.Status.STOPPING, TaskSet.Status.STOPPED);
        }
        case STOPPED -> {}
      }
    } catch (RuntimeException e) {
      LOG.warn("task set {}: {}", setId, e.toString());
    } finally {
      lock.unlock();
    }
    if (changed) {
      tell(setId);
    }
  }

  private boolean keepRunning(TaskSet set) {
    boolean changed = false;
    List<Task> all = rows.tasks(set.id());
    for (Task task : all) {
      if (task.status() != Task.Status.STOPPED) {
        changed |= check(task);
      }
    }
    List<Task> after = changed ? rows.tasks(set.id()) : all;
    for (int slot = 0; slot < set.desiredCount(); slot++) {
      int place = slot;
      List<Task> ofSlot = after.stream().filter(t -> t.slot() == place).toList();
      boolean runs = ofSlot.stream().anyMatch(t -> t.status() != Task.Status.STOPPED);
      if (!runs && !Instant.now().isBefore(backoff(set.id(), slot).due())) {
        startTask(set, slot, ofSlot.stream().mapToInt(t -> t.restarts() + 1).max().orElse(0));
        changed = true;
      }
    }
    return changed;
  }

  /** True where the row changed. */
  private boolean check(Task task) {
    Shim shim = shims.get(task.id());
    if (shim != null && shim.isAlive()) {
      if (task.status() == Task.Status.PENDING) {
        rows.running(task.id(), shim.process().pid());
        return true;
      }
      return false;
    }
    ended(task, exitCode(task.id()), "EssentialContainerExited: the process ended by itself");
    return true;
  }

  private void ended(Task task, @Nullable Integer exitCode, String reason) {
    shims.remove(task.id());
    if (rows.stopped(task.id(), exitCode, reason)) {
      backoffs.merge(
          task.taskSet() + "/" + task.slot(),
          Backoff.NONE.after(task.startedAt(), Instant.now()),
          (before, ignored) -> before.after(task.startedAt(), Instant.now()));
    }
    runtime.deleteRoot(task.id());
  }

  private void startTask(TaskSet set, int slot, int restarts) {
    TaskDefinition definition = definitions.find(set.taskDefinition()).orElseThrow();
    String id = newId();
    int port = insert(id, set.id(), slot, restarts);
    try {
      Shim shim =
          runtime.start(
              id,
              set.application() + "-" + set.environment(),
              definition.container(),
              List.of(),
              ProcessRuntime.withPort(
                  variables.of(
                      set.application(),
                      set.environment(),
                      definition.container(),
                      rows.variables(set.id())),
                  port));
      watch(set.id(), id, shim);
      rows.running(id, shim.process().pid());
    } catch (RuntimeException e) {
      Shim begun = shims.get(id);
      if (begun == null) {
        LOG.warn("task {} of {} did not start: {}", id, set.taskDefinition(), e.getMessage());
        rows.task(id).ifPresent(task -> ended(task, null, "TaskFailedToStart: " + e.getMessage()));
      } else {
        throw e; // The store did not answer; the process runs and the next tick records it.
      }
    }
  }

  private int insert(String id, String set, int slot, int restarts) {
    portLock.lock();
    try {
      int port =
          ports.pick(new java.util.HashSet<>(rows.liveTasks().stream().map(Task::port).toList()));
      rows.insertTask(id, set, slot, restarts, port);
      return port;
    } finally {
      portLock.unlock();
    }
  }

  private void watch(String set, String task, Shim shim) {
    shims.put(task, shim);
    var unused = shim.onExit().thenRun(() -> wake(set));
  }

  /** Held lock: ends every task of the set, side by side. */
  private void stopTasks(String set, Duration grace) {
    List<Thread> threads = new ArrayList<>();
    for (Task task : rows.tasks(set)) {
      if (task.status() != Task.Status.STOPPED) {
        threads.add(Thread.ofVirtual().start(() -> stopTask(task, grace)));
      }
    }
    joinAll(threads);
    backoffs.keySet().removeIf(key -> key.startsWith(set + "/"));
    tell(set);
  }

  private void stopTask(Task task, Duration grace) {
    Optional<Shim> shim = shim(task.id()).or(() -> runtime.adopt(task.id()));
    boolean wasAlive = shim.map(Shim::isAlive).orElse(false);
    shim.ifPresent(s -> s.stop(grace));
    shims.remove(task.id());
    rows.stopped(
        task.id(),
        exitCode(task.id()),
        wasAlive
            ? "ServiceSchedulerInitiated: stopped by Samdan"
            : "EssentialContainerExited: the process ended by itself");
    runtime.deleteRoot(task.id());
  }

  private @Nullable Integer exitCode(String task) {
    OptionalInt status = runtime.adopt(task).map(Shim::exitStatus).orElse(OptionalInt.empty());
    return status.isPresent() ? status.getAsInt() : null;
  }

  private void prune() {
    rows.prune(KEPT_ENDED).forEach(runtime::delete);
    runtime.folders().stream()
        .filter(f -> f.startsWith(OneOffs.PREFIX))
        .skip(KEPT_ENDED)
        .forEach(runtime::delete);
    runtime.pruneImages(
        rows.liveSets().stream()
            .flatMap(set -> definitions.find(set.taskDefinition()).stream())
            .map(TaskDefinition::container)
            .toList());
  }

  private void tell(String set) {
    for (Consumer<String> listener : listeners) {
      try {
        listener.accept(set);
      } catch (RuntimeException e) {
        LOG.warn("a listener of task set {} failed: {}", set, e.toString());
      }
    }
  }

  private Backoff backoff(String set, int slot) {
    return backoffs.getOrDefault(set + "/" + slot, Backoff.NONE);
  }

  private ReentrantLock lock(String set) {
    return locks.computeIfAbsent(set, s -> new ReentrantLock());
  }

  private String newId() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void joinAll(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
