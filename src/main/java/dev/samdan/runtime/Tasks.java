package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import dev.samdan.base.Shim;
import dev.samdan.database.Database;
import dev.samdan.engine.Engine;
import dev.samdan.isolation.Isolation;
import dev.samdan.registry.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The runtime's facade: task definitions, task sets whose tasks are kept running, one-off runs, and
 * logs.
 */
public final class Tasks implements AutoCloseable {
  private final TaskDefinitionRows definitions;
  private final TaskRows rows;
  private final ProcessRuntime runtime;
  private final TaskLogs logs = new TaskLogs();
  private final OneOffs oneOffs;
  private final Supervisor supervisor;

  /** Tasks of a home; {@code engine} is asked only where the choice allows containers. */
  public Tasks(
      Database database,
      Registry registry,
      Isolation isolation,
      Engine engine,
      SecretSource secrets,
      RuntimeChoice choice) {
    this.definitions = new TaskDefinitionRows(database);
    this.rows = new TaskRows(database);
    this.runtime = new ProcessRuntime(registry, isolation);
    TaskVariables variables = new TaskVariables(secrets);
    this.oneOffs = new OneOffs(runtime, logs, variables);
    this.supervisor = new Supervisor(rows, definitions, runtime, variables);
  }

  /** Adopts what lives, ends tasks of no known set, and supervises from then on. */
  public void start() {
    supervisor.start();
  }

  /** Stops supervising; tasks run on. */
  @Override
  public void close() {
    supervisor.close();
  }

  /** Registers the next revision of the input's family. */
  public TaskDefinition register(TaskDefinitionInput input) {
    return definitions.register(input);
  }

  /** A revision by {@code family:revision}, or the newest of a bare family. */
  public Optional<TaskDefinition> taskDefinition(String name) {
    return definitions.find(name);
  }

  /** All revisions of families that begin with the prefix, newest first. */
  public List<TaskDefinition> taskDefinitions(String familyPrefix) {
    return definitions.list(familyPrefix);
  }

  /**
   * Creates a task set and starts its tasks; an existing set of that id is left as it is.
   *
   * @param variables injected beside the declared ones, such as the database's; never logged
   */
  public TaskSet createTaskSet(
      String id,
      String application,
      String environment,
      String tier,
      TaskDefinition definition,
      int desiredCount,
      Map<String, String> variables) {
    if (rows.insertSet(id, application, environment, tier, definition, desiredCount, variables)) {
      supervisor.wake(id);
    }
    return rows.set(id).orElseThrow();
  }

  /** Sets that are active or being stopped. */
  public List<TaskSet> liveTaskSets() {
    return rows.liveSets();
  }

  public Optional<TaskSet> taskSet(String id) {
    return rows.set(id);
  }

  /** Tasks of a set, the running ones first, then the ended ones that are kept, newest first. */
  public List<Task> tasks(String taskSet) {
    return rows.tasks(taskSet);
  }

  /** Tasks of an application, of all environments where that is empty, running or kept. */
  public List<Task> tasks(String application, String environment) {
    return rows.tasksOf(application, environment);
  }

  public Optional<Task> task(String id) {
    return rows.task(id);
  }

  /** Ends the set's tasks: TERM, then KILL after the grace. Returns when none is left. */
  public void stopTaskSet(String id, Duration grace) {
    supervisor.stopSet(id, grace);
  }

  /**
   * Ends all tasks of all sets but keeps the sets, so that the next start runs them again ({@code
   * down --all}).
   */
  public void stopAll(Duration grace) {
    supervisor.stopAll(grace);
  }

  /**
   * Forgets an environment's sets, tasks and logs, and its volumes where asked. Their tasks must be
   * stopped.
   */
  public void remove(String application, String environment, boolean volumes) {
    rows.remove(application, environment).forEach(runtime::delete);
    if (volumes) {
      runtime.deleteVolumes(application + "-" + environment);
    }
  }

  /** Runs a command to its end, or its timeout. */
  public OneOff.Result run(OneOff oneOff) throws InterruptedException {
    return oneOffs.run(oneOff);
  }

  /**
   * A task's log from a byte offset on; a negative offset counts lines from the end. Kept after the
   * task's end.
   */
  public LogPage log(String taskId, long offset, int maxLines) {
    if (!taskId.startsWith(OneOffs.PREFIX) && rows.task(taskId).isEmpty()) {
      throw PlatformException.notFound(
          "there is no task " + taskId + ", or its log was removed: see samdan task list");
    }
    return logs.read(runtime.shimFolder(taskId), offset, maxLines);
  }

  /** Resident memory of a task's session in bytes; empty when it does not run. */
  public Optional<Long> memoryBytes(String taskId) {
    return supervisor.shim(taskId).filter(Shim::isAlive).map(SessionFacts::memoryBytes);
  }

  /** TCP ports on which a running task's session listens, in their order. */
  public List<Integer> listeningPorts(String taskId) {
    return supervisor
        .shim(taskId)
        .filter(Shim::isAlive)
        .map(SessionFacts::listeningPorts)
        .orElse(List.of());
  }

  /** Calls the listener with the task set's id after any of its tasks changed. */
  public void onChange(Consumer<String> listener) {
    supervisor.onChange(listener);
  }
}
