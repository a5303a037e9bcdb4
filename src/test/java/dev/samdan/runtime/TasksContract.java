package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.engine.Engine;
import dev.samdan.isolation.Isolation;
import dev.samdan.registry.Registry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tasks are, however they run: the same facts for processes ({@link ProcessTasksTest}) and for
 * containers ({@link DockerTasksTest}).
 */
abstract class TasksContract {
  private static final Duration GRACE = Duration.ofSeconds(30);

  @TempDir Path home;
  Database database;
  Registry registry;
  Engine engine;
  Tasks tasks;

  /** How this runtime is asked for. */
  abstract RuntimeChoice choice();

  /** The home's engine. */
  abstract Engine engine();

  /** An image of {@link TestServer}'s behaviour in the registry: {@code repository@digest}. */
  abstract String image(Map<String, String> environment);

  /** Ends a running task from outside, as a crash would. */
  abstract void crash(Task task) throws Exception;

  /** Closes the engine when all tasks are stopped. */
  abstract void leaveNothing();

  /** Whether nothing of a task is left but its record and log. */
  abstract boolean isGone(Task task);

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    registry = new Registry(home, database);
    engine = engine();
    startControl();
  }

  void startControl() {
    tasks =
        new Tasks(
            database, registry, new Isolation(database, home), engine, SecretSource.NONE, choice());
    tasks.start();
  }

  @AfterEach
  void stop() {
    tasks.stopAll(GRACE);
    tasks.close();
    leaveNothing();
    registry.close();
    database.close();
  }

  @Test
  void a_task_listens_on_its_port_and_knows_nothing_of_controls_environment() throws Exception {
    TaskDefinition definition =
        definition(Map.of("VERSION", "1"), Map.of("GREETING", "hello world"));
    tasks.createTaskSet(
        "one", "sample", "dev", "api", definition, 1, Map.of("DATABASE_URL", "postgresql://x"));

    Task task = answering("one");
    List<String> environment = get(task, "/api/env").lines().toList();
    assertThat(environment)
        .contains(
            "PORT=" + task.port(),
            "GREETING=hello world",
            "DATABASE_URL=postgresql://x",
            "VERSION=1")
        .noneMatch(line -> line.startsWith("MAVEN") || line.startsWith("USER="));
  }

  @Test
  void a_killed_task_is_replaced_and_its_log_is_kept() throws Exception {
    tasks.createTaskSet(
        "one", "sample", "dev", "api", definition(Map.of("VERSION", "7"), Map.of()), 1, Map.of());
    Task first = answering("one");
    await()
        .until(
            () -> tasks.log(first.id(), 0, 100).lines().contains("listening on " + first.port()));

    crash(first);

    await()
        .until(() ->
            tasks.tasks("one").getFirst().isRunning()
                && !tasks.tasks("one").getFirst().id().equals(first.id()));
    assertThat(answering("one").restarts()).isEqualTo(1);
    assertThat(tasks.task(first.id()).orElseThrow().status()).isEqualTo(Task.Status.STOPPED);
    assertThat(tasks.log(first.id(), 0, 100).lines())
        .contains("starting 7", "listening on " + first.port());
    assertThat(isGone(first)).isTrue();
  }

  @Test
  void a_task_that_keeps_ending_is_tried_again_with_pauses_and_its_exit_code_is_known() {
    tasks.createTaskSet(
        "one", "sample", "dev", "api", definition(Map.of("EXIT", "3"), Map.of()), 1, Map.of());

    await()
        .until(() -> tasks.tasks("one").stream().filter(t -> t.stoppedAt() != null).count() >= 2);
    assertThat(tasks.tasks("one"))
        .filteredOn(t -> t.stoppedAt() != null)
        .allSatisfy(t -> assertThat(t.exitCode()).isEqualTo(3));
  }

  @Test
  void another_control_adopts_the_tasks_that_live() throws Exception {
    tasks.createTaskSet(
        "one", "sample", "dev", "api", definition(Map.of("VERSION", "1"), Map.of()), 2, Map.of());
    await().until(() -> tasks.tasks("one").stream().filter(Task::isRunning).count() == 2);
    List<Task> before = tasks.tasks("one");
    tasks.close();

    startControl();

    assertThat(tasks.tasks("one"))
        .extracting(Task::id, Task::pid, Task::containerId, Task::status)
        .isEqualTo(
            before.stream()
                .map(t ->
                    org.assertj.core.groups.Tuple.tuple(
                        t.id(), t.pid(), t.containerId(), t.status()))
                .toList());
    tasks.stopTaskSet("one", GRACE);
    assertThat(before).allMatch(this::isGone);
  }

  @Test
  void a_task_that_died_while_no_control_looked_is_replaced_by_the_next_one() throws Exception {
    tasks.createTaskSet(
        "one", "sample", "dev", "api", definition(Map.of("VERSION", "1"), Map.of()), 1, Map.of());
    Task before = answering("one");
    tasks.close();
    crash(before);

    startControl();

    assertThat(answering("one").id()).isNotEqualTo(before.id());
  }

  @Test
  void what_belongs_to_no_known_set_is_ended_at_start() throws Exception {
    tasks.createTaskSet(
        "one", "sample", "dev", "api", definition(Map.of("VERSION", "1"), Map.of()), 1, Map.of());
    Task orphan = answering("one");
    tasks.close();
    database.useHandle(handle -> handle.execute("delete from task_set"));

    startControl();

    assertThat(isGone(orphan)).isTrue();
    assertThat(home.resolve("tasks").resolve(orphan.id())).doesNotExist();
  }

  @Test
  void a_stopped_set_leaves_nothing_but_the_log() throws Exception {
    tasks.createTaskSet(
        "one", "sample", "dev", "api", definition(Map.of("VERSION", "1"), Map.of()), 1, Map.of());
    Task task = answering("one");

    tasks.stopTaskSet("one", GRACE);

    assertThat(isGone(task)).isTrue();
    assertThat(tasks.taskSet("one").orElseThrow().status()).isEqualTo(TaskSet.Status.STOPPED);
    Task stopped = tasks.task(task.id()).orElseThrow();
    assertThat(stopped.exitCode()).isEqualTo(143);
    assertThat(stopped.stoppedReason()).startsWith("ServiceSchedulerInitiated");
    assertThat(tasks.log(task.id(), 0, 100).lines()).contains("starting 1");
  }

  @Test
  void a_volume_outlives_its_tasks_and_each_environment_has_its_own() throws Exception {
    TaskDefinition definition = definition(Map.of("VERSION", "1"), Map.of());
    tasks.createTaskSet("one", "sample", "dev", "api", definition, 1, Map.of());
    assertThat(get(answering("one"), "/api/count")).isEqualTo("1");
    tasks.stopTaskSet("one", GRACE);
    tasks.createTaskSet("two", "sample", "dev", "api", definition, 1, Map.of());
    tasks.createTaskSet("three", "sample", "prod", "api", definition, 1, Map.of());

    assertThat(get(answering("two"), "/api/count")).isEqualTo("2");
    assertThat(get(answering("three"), "/api/count")).isEqualTo("1");
    assertThat(home.resolve("volumes/sample-dev/data/count")).hasContent("2");
  }

  @Test
  void a_one_off_run_ends_with_its_commands_status_and_last_lines() throws Exception {
    TaskDefinition definition = definition(Map.of("VERSION", "1"), Map.of());

    OneOff.Result good =
        tasks.run(
            oneOff("a", definition, List.of("sh", "./migrate.sh"), Map.of("PGDATABASE", "d1")));
    OneOff.Result bad =
        tasks.run(
            oneOff("b", definition, List.of("sh", "./migrate.sh"), Map.of("MIGRATE_EXIT", "4")));

    assertThat(good.succeeded()).isTrue();
    assertThat(good.lastLines()).containsExactly("migrating d1");
    assertThat(bad.exitCode()).isEqualTo(4);
  }

  @Test
  void a_one_off_run_that_takes_too_long_is_ended_with_all_it_started() throws Exception {
    OneOff slow =
        new OneOff(
            "slow",
            "sample",
            "dev",
            definition(Map.of(), Map.of()),
            List.of("sh", "-c", "sleep 600 & echo $!; wait"),
            Map.of(),
            Duration.ofSeconds(5));

    OneOff.Result result = tasks.run(slow);

    assertThat(result.timedOut()).isTrue();
    assertThat(result.lastLines()).hasSize(1);
  }

  @Test
  void revisions_count_within_their_family() {
    String image = image(Map.of());
    TaskDefinition one = tasks.register(input("a", image, Map.of()));
    TaskDefinition two = tasks.register(input("a", image, Map.of("X", "1")));
    TaskDefinition other = tasks.register(input("b", image, Map.of()));

    assertThat(List.of(one.name(), two.name(), other.name())).containsExactly("a:1", "a:2", "b:1");
    assertThat(tasks.taskDefinition("a").orElseThrow().name()).isEqualTo("a:2");
    assertThat(tasks.taskDefinition("a:1").orElseThrow()).isEqualTo(one);
    assertThat(tasks.taskDefinition("a:9")).isEmpty();
    assertThatThrownBy(() -> tasks.register(input("no spaces", image, Map.of())))
        .isInstanceOf(PlatformException.class);
  }

  TaskDefinition definition(Map<String, String> imageEnvironment, Map<String, String> declared) {
    return tasks.register(input("sample-dev", image(imageEnvironment), declared));
  }

  static TaskDefinitionInput input(String family, String image, Map<String, String> environment) {
    ContainerDefinition container =
        new ContainerBuilder("app", image).containerPort(8080).environment(environment).build();
    return new TaskDefinitionInput(family, List.of(container), null, null);
  }

  static OneOff oneOff(
      String id, TaskDefinition definition, List<String> command, Map<String, String> variables) {
    return new OneOff(id, "sample", "dev", definition, command, variables, Duration.ofSeconds(30));
  }

  Task answering(String set) {
    await()
        .until(() ->
            tasks.tasks(set).stream().filter(Task::isRunning).anyMatch(TasksContract::answers));
    return tasks.tasks(set).getFirst();
  }

  private static boolean answers(Task task) {
    try (java.net.Socket socket = new java.net.Socket(task.host(), task.port())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  static String get(Task task, String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://" + task.host() + ":" + task.port() + path))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
