package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the tasks of active sets running. Rows are the truth: every second, and whenever a task
 * ends, a set is compared with its tasks and what is missing is started. One thread at a time works
 * on a set.
 */
final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration UNFINISHED_GRACE = Duration.ofSeconds(5);

  private final TaskRows rows;
  private final LiveTasks tasks;
  private final Upkeep upkeep;
  private final ConcurrentMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Backoff> backoffs = new ConcurrentHashMap<>();
  private final Set<String> stopping = ConcurrentHashMap.newKeySet();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("task-clock").factory());
  private volatile boolean paused = true;

  Supervisor(TaskRows rows, LiveTasks tasks, Upkeep upkeep) {
    this.rows = rows;
    this.tasks = tasks;
    this.upkeep = upkeep;
  }

  void onChange(Consumer<String> listener) {
    listeners.add(listener);
  }

  /** Takes over what lives, ends what belongs to no task, and watches from then on. */
  void start() {
    for (TaskSet set : rows.liveSets()) {
      for (Task task : rows.tasks(set.id())) {
        if (task.status() != Task.Status.STOPPED) {
          adopt(set, task);
        }
      }
    }
    upkeep.sweep();
    upkeep.prune();
    paused = false;
    clock.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void adopt(TaskSet set, Task task) {
    try {
      var _ = tasks.adopt(set, task.id(), this::wake);
    } catch (PlatformException e) {
      LOG.warn("task {} is looked at later: {}", task.id(), e.text());
    }
  }

  @Override
  public void close() {
    paused = true;
    clock.shutdownNow();
    tasks.letGo();
  }

  /** Works on a set now, on a thread of its own. */
  void wake(String set) {
    Thread.ofVirtual().name("task-set-" + set).start(() -> reconcile(set));
  }

  /** Ends all tasks of a set for good; returns when none is left. */
  void stopSet(String id, Duration grace) {
    rows.setStatus(id, TaskSet.Status.ACTIVE, TaskSet.Status.STOPPING);
    stopping.add(id); // A start that waits for a container gives up.
    ReentrantLock lock = lock(id);
    lock.lock();
    try {
      rows.stopping(id);
      rows.set(id).ifPresent(set -> stopTasks(set, grace));
      rows.setStatus(id, TaskSet.Status.STOPPING, TaskSet.Status.STOPPED);
    } finally {
      lock.unlock();
      stopping.remove(id);
    }
    upkeep.prune();
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
                  stopTasks(set, grace);
                } catch (PlatformException e) {
                  LOG.warn("the tasks of {} are not all stopped: {}", set.id(), e.text());
                } finally {
                  lock.unlock();
                }
              }));
    }
    Threads.joinAll(threads);
  }

  private void tick() {
    try {
      for (TaskSet set : rows.liveSets()) {
        wake(set.id());
      }
      upkeep.sweepWhereOwed();
    } catch (RuntimeException e) {
      LOG.warn("cannot look after tasks for now: {}", e.toString());
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
          stopTasks(set, UNFINISHED_GRACE);
          rows.setStatus(setId, TaskSet.Status.STOPPING, TaskSet.Status.STOPPED);
        }
        case STOPPED -> {}
      }
    } catch (PlatformException e) {
      // An engine that is away: its tasks stay as they are until it is asked again.
      LOG.debug("task set {}: {}", setId, e.text());
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
        changed |= check(set, task);
      }
    }
    List<Task> after = changed ? rows.tasks(set.id()) : all;
    List<Thread> starting = new ArrayList<>();
    AtomicBoolean began = new AtomicBoolean(changed);
    for (int slot = 0; slot < set.desiredCount(); slot++) {
      int place = slot;
      List<Task> ofSlot = after.stream().filter(t -> t.slot() == place).toList();
      boolean runs = ofSlot.stream().anyMatch(t -> t.status() != Task.Status.STOPPED);
      if (!runs && !Instant.now().isBefore(backoff(set.id(), slot).due())) {
        int restarts = ofSlot.stream().mapToInt(t -> t.restarts() + 1).max().orElse(0);
        starting.add(
            Thread.ofVirtual()
                .start(() -> {
                  startTask(set, place, restarts);
                  began.set(true);
                }));
      }
    }
    Threads.joinAll(starting);
    return began.get();
  }

  /** True where the row changed. */
  private boolean check(TaskSet set, Task task) {
    TaskEnd end = tasks.look(set, task, this::wake).orElse(null);
    if (end == null) {
      return task.status() == Task.Status.PENDING;
    }
    if (tasks.ended(set, task, end)) {
      backOff(task.taskSet(), task.slot(), task.startedAt());
    }
    return true;
  }

  private void startTask(TaskSet set, int slot, int restarts) {
    Instant before = Instant.now();
    try {
      boolean runs =
          tasks.start(
              set, slot, restarts, () -> !paused && !stopping.contains(set.id()), this::wake);
      if (!runs) {
        backOff(set.id(), slot, before);
      }
    } catch (RuntimeException e) {
      LOG.warn("task set {}: {}", set.id(), e.toString());
    }
  }

  private void backOff(String set, int slot, Instant startedAt) {
    backoffs.merge(
        set + "/" + slot,
        Backoff.NONE.after(startedAt, Instant.now()),
        (before, ignored) -> before.after(startedAt, Instant.now()));
  }

  /** Held lock: ends every task of the set, side by side. */
  private void stopTasks(TaskSet set, Duration grace) {
    List<Thread> threads = new ArrayList<>();
    List<RuntimeException> problems = new CopyOnWriteArrayList<>();
    for (Task task : rows.tasks(set.id())) {
      if (task.status() != Task.Status.STOPPED) {
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    tasks.stop(set, task, grace);
                  } catch (RuntimeException e) {
                    problems.add(e);
                  }
                }));
      }
    }
    Threads.joinAll(threads);
    backoffs.keySet().removeIf(key -> key.startsWith(set.id() + "/"));
    tell(set.id());
    if (!problems.isEmpty()) {
      throw problems.getFirst();
    }
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
}
