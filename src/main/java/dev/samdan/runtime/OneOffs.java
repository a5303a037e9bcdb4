package dev.samdan.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Commands that run once to their end in a task definition's image. */
final class OneOffs {
  /** Begins the name of their folders in HOME/tasks; ids of tasks are hexadecimal. */
  static final String PREFIX = "run-";

  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int LAST_LINES = 40;
  private static final int KILLED = 128 + 9;

  private final Runtimes runtimes;
  private final TaskRows rows;
  private final TaskFolders folders;
  private final TaskLogs logs;
  private final TaskVariables variables;
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private volatile Supplier<Set<String>> kept = Set::of;

  OneOffs(
      Runtimes runtimes,
      TaskRows rows,
      TaskFolders folders,
      TaskLogs logs,
      TaskVariables variables) {
    this.runtimes = runtimes;
    this.rows = rows;
    this.folders = folders;
    this.logs = logs;
    this.variables = variables;
  }

  void keepLogs(Supplier<Set<String>> ids) {
    kept = ids;
  }

  /** Ids of folders that stay: {@link Tasks#keepLogs}. */
  Set<String> keptLogs() {
    return kept.get().stream().map(id -> PREFIX + id).collect(Collectors.toSet());
  }

  boolean isRunning(String id) {
    return running.contains(id);
  }

  OneOff.Result run(OneOff oneOff) throws InterruptedException {
    String id = oneOff.logId();
    RuntimeKind kind =
        runtimes.choose(
            oneOff.taskDefinition(),
            rows.ranInContainers(oneOff.application(), oneOff.environment()));
    TaskRuntime runtime = runtimes.of(kind);
    running.add(id);
    try {
      runtime.release(id);
      folders.delete(id);
      return await(oneOff, runtime.start(start(oneOff)));
    } finally {
      runtimes.release(kind, id);
      running.remove(id);
    }
  }

  private TaskStart start(OneOff oneOff) {
    return new TaskStart(
        oneOff.logId(),
        oneOff.application() + "-" + oneOff.environment(),
        oneOff.taskDefinition(),
        oneOff.command(),
        null,
        container ->
            variables.of(oneOff.application(), oneOff.environment(), container, oneOff.variables()),
        () -> true);
  }

  private OneOff.Result await(OneOff oneOff, StartedTask task) throws InterruptedException {
    try {
      TaskEnd end = task.onEnd().get(oneOff.timeout().toMillis(), TimeUnit.MILLISECONDS);
      task.stop(GRACE); // What it left behind ends with it.
      return result(oneOff, end, false);
    } catch (TimeoutException e) {
      return result(oneOff, task.stop(GRACE), true);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of " + oneOff.logId() + " cannot be told", e);
    } finally {
      task.stop(GRACE);
    }
  }

  private OneOff.Result result(OneOff oneOff, TaskEnd end, boolean timedOut) {
    Integer code = end.exitCode();
    List<String> last = logs.read(folders.log(oneOff.logId()), -LAST_LINES, LAST_LINES).lines();
    return new OneOff.Result(code == null ? KILLED : code, timedOut, last);
  }
}
