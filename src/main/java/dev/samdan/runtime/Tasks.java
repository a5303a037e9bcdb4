package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.edge.Relay;
import dev.samdan.engine.Engine;
import dev.samdan.isolation.Isolation;
import dev.samdan.registry.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The runtime's facade: task definitions, task sets whose tasks are kept running, one-off runs, and
 * logs.
 */
public final class Tasks implements AutoCloseable {
  private final TaskDefinitionRows definitions;
  private final TaskRows rows;
  private final Runtimes runtimes;
  private final TaskFolders folders;
  private final TaskLogs logs = new TaskLogs();
  private final OneOffs oneOffs;
  private final LiveTasks live;
  private final DockerRuntime docker;
  private final MachineAccess access;
  private final Database database;
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
    this.database = database;
    this.access = new MachineAccess(isolation);
    this.folders = TaskFolders.of(isolation.home());
    this.docker = new DockerRuntime(engine, registry, isolation.home(), folders);
    this.runtimes =
        new Runtimes(
            new ProcessRuntime(registry, isolation, folders), docker, registry, engine, choice);
    TaskVariables variables = new TaskVariables(secrets);
    this.live = new LiveTasks(rows, definitions, runtimes, variables);
    this.oneOffs = new OneOffs(runtimes, rows, folders, logs, variables);
    this.supervisor =
        new Supervisor(rows, live, new Upkeep(rows, definitions, runtimes, folders, oneOffs));
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

  /** Forgets a revision that no task set is of, such as a trial's. */
  public void forget(TaskDefinition definition) {
    definitions.delete(definition);
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
    RuntimeKind runtime = allowed(application, environment, definition);
    if (rows.insertSet(
        id, application, environment, tier, definition, desiredCount, variables, runtime)) {
      supervisor.wake(id);
    }
    return rows.set(id).orElseThrow();
  }

  /**
   * What the edge must pass on so that tasks in containers reach the database, which listens on
   * this machine's loopback; none before the first container.
   */
  public List<Relay> relays() {
    return DatabaseReach.isLoopback(database.host())
        ? docker
            .gateway()
            .map(gateway -> new Relay(gateway, database.port(), database.host(), database.port()))
            .stream()
            .toList()
        : List.of();
  }

  /**
   * Makes what a new set of this definition needs before its first task starts, such as the network
   * of containers; {@link #relays} tells of it from then on. Nothing where no engine answers;
   * INVALID where the definition asks for what its application is not trusted with.
   */
  public void prepare(String application, String environment, TaskDefinition definition) {
    RuntimeKind kind = allowed(application, environment, definition);
    if (kind == RuntimeKind.DOCKER && docker.answers()) {
      docker.ensureNetwork();
    }
  }

  /** The runtime of a new set or run; INVALID where the definition asks for too much in it. */
  private RuntimeKind allowed(String application, String environment, TaskDefinition definition) {
    RuntimeKind kind = runtimes.choose(definition, rows.ranInContainers(application, environment));
    if (kind == RuntimeKind.DOCKER) {
      access.require(application, definition);
    }
    return kind;
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
    rows.remove(application, environment).forEach(folders::delete);
    if (volumes) {
      runtimes.all().forEach(r -> r.deleteVolumes(application + "-" + environment));
    }
  }

  /** Runs a command to its end, or its timeout. */
  public OneOff.Result run(OneOff oneOff) throws InterruptedException {
    var _ = allowed(oneOff.application(), oneOff.environment(), oneOff.taskDefinition());
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
    return logs.read(folders.log(taskId), offset, maxLines);
  }

  /** Whether the log of a one-off run is there. */
  public boolean hasLog(String logId) {
    return Files.isDirectory(folders.log(logId));
  }

  /**
   * Has the logs of these one-off runs stay until {@link #deleteLog}; of all others the newest
   * stay.
   *
   * @param ids {@link OneOff#id} of each, where it is run or has been
   */
  public void keepLogs(Supplier<Set<String>> ids) {
    oneOffs.keepLogs(ids);
  }

  /** Deletes the log of a one-off run that has ended. */
  public void deleteLog(String logId) {
    folders.delete(logId);
  }

  /** Resident memory of a task in bytes; empty when it does not run. */
  public Optional<Long> memoryBytes(String taskId) {
    return live.started(taskId).map(StartedTask::memoryBytes).filter(bytes -> bytes > 0);
  }

  /** TCP ports on which a running task listens, in their order. */
  public List<Integer> listeningPorts(String taskId) {
    return live.started(taskId).map(StartedTask::listeningPorts).orElse(List.of());
  }

  /**
   * What a running task's own health checks say; UNKNOWN where it has none, STARTING where nobody
   * can say: it has just ended, or its engine is away since control began.
   */
  public ContainerHealth health(String taskId) {
    return live.started(taskId).map(StartedTask::health).orElse(ContainerHealth.STARTING);
  }

  /** Whether a set's tasks are containers of an engine that does not answer now. */
  public boolean engineIsAway(String taskSet) {
    return rows.set(taskSet).filter(set -> set.runtime() == RuntimeKind.DOCKER).isPresent()
        && !docker.answers();
  }

  /**
   * Ends and removes all that a home has in an engine, with or without a control; what its volumes
   * keep stays in the home. Nothing where it never used one; UNAVAILABLE where it does not answer.
   */
  public static void removeContainers(Engine engine, Path home) {
    if (engine.isUsed()) {
      DockerRuntime.removeAll(engine, home);
    }
  }

  /** Calls the listener with the task set's id after any of its tasks changed. */
  public void onChange(Consumer<String> listener) {
    supervisor.onChange(listener);
  }
}
