package dev.samdan.runtime;

import static org.awaitility.Awaitility.await;

import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.engine.EngineRequired;
import dev.samdan.isolation.Isolation;
import dev.samdan.registry.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of task definitions in containers share. */
@EngineRequired
abstract class TasksInContainers {
  static final Duration GRACE = Duration.ofSeconds(5);

  /** Prints a line and stays until it is told to end. */
  static final String STAY = "; trap 'exit 0' TERM; while :; do sleep 0.1; done";

  @TempDir Path home;
  final Map<String, String> secrets = new ConcurrentHashMap<>();
  Database database;
  Registry registry;
  TestEngine engine;
  Tasks tasks;
  String image;

  /** The engine's environment. */
  Map<String, String> environment() {
    return System.getenv();
  }

  @BeforeEach
  void begin() {
    database = TestDatabase.fresh();
    registry = new Registry(home, database);
    engine = new TestEngine(home, database, registry, environment());
    image = TestImage.shell(registry, Map.of());
    startControl();
  }

  final void startControl() {
    tasks =
        new Tasks(
            database,
            registry,
            new Isolation(database, home).trusting(List.of("sample")),
            engine.engine,
            (application, environment, name) -> Optional.ofNullable(secrets.get(name)),
            RuntimeChoice.AUTO);
    tasks.start();
  }

  @AfterEach
  void end() {
    tasks.stopAll(GRACE);
    tasks.close();
    engine.close();
    registry.close();
    database.close();
    afterwards();
  }

  /** Runs when all is closed. */
  void afterwards() {}

  /** A container that runs this line of shell. */
  ContainerBuilder container(String name, String script) {
    return new ContainerBuilder(name, image)
        .entryPoint(List.of("sh", "-c", script))
        .containerPort(8080);
  }

  TaskDefinition define(ContainerBuilder... containers) {
    return define(List.of(), containers);
  }

  TaskDefinition define(List<Volume> volumes, ContainerBuilder... containers) {
    return tasks.register(
        new TaskDefinitionInput(
            "test",
            Arrays.stream(containers).map(ContainerBuilder::build).toList(),
            null,
            null,
            "awsvpc",
            volumes,
            null));
  }

  /** Starts a set of one task in sample's dev. */
  void start(String set, TaskDefinition definition) {
    tasks.createTaskSet(set, "sample", "dev", "api", definition, 1, Map.of());
  }

  Task running(String set) {
    await().until(() -> tasks.tasks(set).stream().anyMatch(Task::isRunning));
    return tasks.tasks(set).getFirst();
  }

  /** The newest task of the set that ended. */
  Task ended(String set) {
    await().until(() -> tasks.tasks(set).stream().anyMatch(t -> t.stoppedAt() != null));
    return tasks.tasks(set).stream().filter(t -> t.stoppedAt() != null).findFirst().orElseThrow();
  }

  List<String> log(Task task) {
    return tasks.log(task.id(), 0, 1000).lines();
  }

  /** The log once it holds this line. */
  List<String> log(Task task, String line) {
    await().until(() -> log(task).contains(line));
    return log(task);
  }
}
