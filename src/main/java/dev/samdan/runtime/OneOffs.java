package dev.samdan.runtime;

import dev.samdan.base.Shim;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Commands that run once to their end in a task definition's image. */
final class OneOffs {
  /** Begins the name of their folders in HOME/tasks; ids of tasks are hexadecimal. */
  static final String PREFIX = "run-";

  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int LAST_LINES = 40;

  private final ProcessRuntime runtime;
  private final TaskLogs logs;
  private final TaskVariables variables;

  OneOffs(ProcessRuntime runtime, TaskLogs logs, TaskVariables variables) {
    this.runtime = runtime;
    this.logs = logs;
    this.variables = variables;
  }

  OneOff.Result run(OneOff oneOff) throws InterruptedException {
    String id = oneOff.logId();
    runtime.adopt(id).ifPresent(shim -> shim.stop(GRACE));
    runtime.delete(id);
    Shim shim =
        runtime.start(
            id,
            oneOff.application() + "-" + oneOff.environment(),
            oneOff.taskDefinition().container(),
            oneOff.command(),
            variables.of(
                oneOff.application(),
                oneOff.environment(),
                oneOff.taskDefinition().container(),
                oneOff.variables()));
    try {
      int exitCode = shim.onExit().get(oneOff.timeout().toMillis(), TimeUnit.MILLISECONDS);
      shim.stop(GRACE); // What it left behind in its session ends with it.
      return new OneOff.Result(exitCode, false, lastLines(id));
    } catch (TimeoutException e) {
      shim.stop(GRACE);
      return new OneOff.Result(shim.exitStatus().orElse(137), true, lastLines(id));
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of " + shim + " cannot be told", e);
    } finally {
      shim.stop(GRACE);
      runtime.deleteRoot(id);
    }
  }

  private java.util.List<String> lastLines(String id) {
    return logs.read(runtime.shimFolder(id), -LAST_LINES, LAST_LINES).lines();
  }
}
