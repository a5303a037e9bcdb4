package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, looks after and ends single tasks, each in its set's runtime; their rows follow. */
final class LiveTasks {
  private static final Logger LOG = LoggerFactory.getLogger(LiveTasks.class);

  private final TaskRows rows;
  private final TaskDefinitionRows definitions;
  private final Runtimes runtimes;
  private final TaskVariables variables;
  private final SecureRandom random = new SecureRandom();
  private final ReentrantLock addressLock = new ReentrantLock();
  private final ConcurrentMap<String, StartedTask> started = new ConcurrentHashMap<>();

  LiveTasks(
      TaskRows rows, TaskDefinitionRows definitions, Runtimes runtimes, TaskVariables variables) {
    this.rows = rows;
    this.definitions = definitions;
    this.runtimes = runtimes;
    this.variables = variables;
  }

  Optional<StartedTask> started(String id) {
    return Optional.ofNullable(started.get(id));
  }

  /** Takes over a task of an earlier control, where it is left; calls back once it ends. */
  Optional<StartedTask> adopt(TaskSet set, String id, Consumer<String> onEnd) {
    StartedTask known = started.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<StartedTask> found =
        runtimes.of(set.runtime()).adopt(id, definition(set)).filter(t -> t.look().isEmpty());
    found.ifPresent(task -> watch(set, id, task, onEnd));
    return found;
  }

  /**
   * Starts a task of a set; false where it was begun in vain. What forbids it stands in a task's
   * row.
   *
   * @param wanted whether the start should go on
   */
  boolean start(
      TaskSet set, int slot, int restarts, BooleanSupplier wanted, Consumer<String> onEnd) {
    String id = newId();
    TaskDefinition definition = definition(set);
    TaskRuntime runtime = runtimes.of(set.runtime());
    Address address;
    try {
      address = insert(runtime, definition, id, set, slot, restarts);
    } catch (PlatformException e) {
      couldNotBegin(set, slot, restarts, id, e);
      return true; // Asked again with the next look.
    }
    try {
      TaskStart start =
          new TaskStart(
              id,
              set.application() + "-" + set.environment(),
              definition,
              List.of(),
              address,
              container ->
                  variables.of(
                      set.application(), set.environment(), container, rows.variables(set.id())),
              wanted);
      StartedTask task = runtime.start(start);
      watch(set, id, task, onEnd);
      rows.running(id, task.pid(), task.containerId());
      return true;
    } catch (RuntimeException e) {
      if (started.containsKey(id)) {
        throw e; // The store did not answer; the task runs and the next look records it.
      }
      LOG.warn("task {} of {} did not start: {}", id, set.taskDefinition(), e.getMessage());
      rows.stopped(id, null, "TaskFailedToStart: " + e.getMessage());
      release(set, id);
      return false;
    }
  }

  /** Said once while it stays so: a start is tried again and again. */
  private void couldNotBegin(
      TaskSet set, int slot, int restarts, String id, PlatformException problem) {
    String reason = "TaskFailedToStart: " + problem.text();
    boolean known =
        rows.tasks(set.id()).stream()
            .filter(task -> task.slot() == slot)
            .findFirst()
            .map(task -> reason.equals(task.stoppedReason()))
            .orElse(false);
    if (!known) {
      LOG.warn("no task of {} can start: {}", set.taskDefinition(), problem.text());
      rows.insertEnded(id, set.id(), slot, restarts, reason);
    }
  }

  private Address insert(
      TaskRuntime runtime,
      TaskDefinition definition,
      String id,
      TaskSet set,
      int slot,
      int restarts) {
    addressLock.lock();
    try {
      Set<Address> taken =
          rows.liveTasks().stream()
              .map(t -> new Address(t.host(), t.port()))
              .collect(Collectors.toSet());
      Address address = runtime.reserve(definition, taken);
      rows.insertTask(id, set.id(), slot, restarts, address);
      return address;
    } finally {
      addressLock.unlock();
    }
  }

  /** How it ended, where it has; a task that was only just started is recorded as running. */
  Optional<TaskEnd> look(TaskSet set, Task task, Consumer<String> onEnd) {
    StartedTask found = adopt(set, task.id(), onEnd).orElse(null);
    if (found == null) {
      return Optional.of(lost(set, task));
    }
    Optional<TaskEnd> end = found.look();
    if (end.isEmpty() && task.status() == Task.Status.PENDING) {
      rows.running(task.id(), found.pid(), found.containerId());
    }
    return end;
  }

  /** It ended while no control looked. */
  private TaskEnd lost(TaskSet set, Task task) {
    return runtimes
        .of(set.runtime())
        .adopt(task.id(), definition(set))
        .flatMap(StartedTask::look)
        .orElse(new TaskEnd(null, "EssentialContainerExited: nothing of it is left"));
  }

  /** False where it was recorded before. */
  boolean ended(TaskSet set, Task task, TaskEnd end) {
    started.remove(task.id());
    boolean first = rows.stopped(task.id(), end.exitCode(), end.reason());
    release(set, task.id());
    return first;
  }

  /** Ends a task for good. */
  void stop(TaskSet set, Task task, Duration grace) {
    Optional<StartedTask> found =
        started(task.id()).or(() -> runtimes.of(set.runtime()).adopt(task.id(), definition(set)));
    Optional<TaskEnd> before = found.flatMap(StartedTask::look);
    TaskEnd end = found.map(t -> t.stop(grace)).orElse(null);
    started.remove(task.id());
    rows.stopped(
        task.id(),
        end == null ? null : end.exitCode(),
        before
            .map(TaskEnd::reason)
            .orElse(
                end == null
                    ? "EssentialContainerExited: nothing of it is left"
                    : "ServiceSchedulerInitiated: stopped by Samdan"));
    release(set, task.id());
  }

  /** Looks after none any more; they run on. */
  void letGo() {
    started.values().forEach(StartedTask::letGo);
  }

  private void watch(TaskSet set, String id, StartedTask task, Consumer<String> onEnd) {
    started.put(id, task);
    var _ = task.onEnd().whenComplete((end, problem) -> onEnd.accept(set.id()));
  }

  private void release(TaskSet set, String id) {
    runtimes.release(set.runtime(), id);
  }

  private TaskDefinition definition(TaskSet set) {
    return definitions.find(set.taskDefinition()).orElseThrow();
  }

  private String newId() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
