package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.isolation.Isolation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What outlives what: control, the engine, other homes on the same engine. */
@Tag("soak")
class ContainerSurvivalTest extends TasksInContainers {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private EngineProxy proxy;

  @Override
  Map<String, String> environment() {
    proxy = new EngineProxy(home);
    return proxy.environment();
  }

  @Override
  void afterwards() {
    proxy.close();
  }

  @Test
  void each_line_is_in_the_log_once_and_in_order_over_restarts_of_control() {
    int lines = 900;
    start(
        "one",
        define(
            container(
                "app",
                "for i in $(seq 1 %d); do echo $i; [ $((i %% 100)) = 0 ] && sleep 0.1; done; echo end"
                        .formatted(lines)
                    + STAY)));
    Task task = running("one");
    for (int restart = 1; restart <= 3; restart++) {
      String seen = String.valueOf(restart * 200);
      await().atMost(PATIENCE).until(() -> log(task).contains(seen));
      tasks.close();
      startControl();
    }

    await()
        .atMost(PATIENCE)
        .until(() -> tasks.log(task.id(), -1, 1).lines().equals(List.of("end")));

    assertThat(tasks.log(task.id(), 0, lines).lines())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, lines).mapToObj(String::valueOf).toList());
    assertThat(tasks.tasks("one")).hasSize(1);
  }

  @Test
  void what_a_killed_control_wrote_of_a_line_is_cut_off_and_taken_over_again() throws Exception {
    Path folder = home.resolve("log");
    try (ContainerLog log = new ContainerLog(folder, false)) {
      log.append("app", "2026-01-01T00:00:00.000000001Z", "one\n".getBytes());
      log.append("app", "2026-01-01T00:00:00.000000002Z", "two\n".getBytes());
    }
    Files.writeString(folder.resolve("log"), "thr", java.nio.file.StandardOpenOption.APPEND);

    try (ContainerLog log = new ContainerLog(folder, false)) {
      assertThat(log.mark("app"))
          .isEqualTo(new ContainerLog.Mark("2026-01-01T00:00:00.000000002Z", 1));
      log.append("app", "2026-01-01T00:00:00.000000003Z", "three\n".getBytes());
    }

    assertThat(folder.resolve("log")).hasContent("one\ntwo\nthree\n");
  }

  @Test
  void a_log_is_bounded_and_says_the_newest() {
    start(
        "one",
        define(
            container(
                "app",
                "yes 0123456789012345678901234567890123456789 | head -n 250000; echo end" + STAY)));
    Task task = running("one");

    await()
        .atMost(PATIENCE)
        .until(() -> tasks.log(task.id(), -1, 1).lines().equals(List.of("end")));

    assertThat(bytes(home.resolve("tasks").resolve(task.id()))).isLessThan(9L << 20);
  }

  private static long bytes(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void an_engine_that_goes_away_leaves_tasks_as_they_are_and_new_ones_say_why() {
    start("one", define(container("app", "echo up" + STAY)));
    Task before = running("one");
    log(before, "up");

    proxy.goAway();
    start("two", define(container("app", "echo up" + STAY)));

    assertThat(ended("two").stoppedReason())
        .startsWith("TaskFailedToStart: no Docker engine answers at unix://");
    assertThat(tasks.tasks("one")).extracting(Task::id).containsExactly(before.id());
    assertThat(tasks.task(before.id()).orElseThrow().isRunning()).isTrue();

    proxy.comeBack();

    assertThat(running("two").isRunning()).isTrue();
    assertThat(running("one").id()).isEqualTo(before.id());
  }

  @Test
  void what_ended_while_the_engine_was_away_is_started_again_with_its_whole_log() {
    start("one", define(container("app", "echo up" + STAY)));
    Task before = running("one");
    log(before, "up");
    proxy.goAway();
    try (var direct = dev.samdan.engine.Engine.of(home.resolve("other"), System.getenv())) {
      direct.client().killContainerCmd(before.containerId()).exec();
    }

    proxy.comeBack();

    await().until(() -> !running("one").id().equals(before.id()));
    assertThat(tasks.task(before.id()).orElseThrow().exitCode()).isEqualTo(137);
    assertThat(log(before)).containsExactly("up");
  }

  @Test
  void a_control_that_starts_without_its_engine_adopts_once_it_answers() {
    start("one", define(container("app", "echo up" + STAY)));
    Task before = running("one");
    tasks.close();
    proxy.goAway();

    startControl();
    assertThat(tasks.tasks("one")).extracting(Task::isRunning).containsExactly(true);
    proxy.comeBack();

    await().until(() -> tasks.memoryBytes(before.id()).isPresent());
    assertThat(running("one").id()).isEqualTo(before.id());
  }

  @Test
  void a_start_that_was_cut_off_is_removed_and_begun_anew() {
    TaskDefinition definition =
        define(container("app", "echo up" + STAY), container("side", "echo up" + STAY));
    start("one", definition);
    Task before = running("one");
    tasks.close();
    engine.containers().stream()
        .filter(c -> "side".equals(c.getLabels().get(Containers.NAME_LABEL)))
        .forEach(c -> engine.engine.client().removeContainerCmd(c.getId()).withForce(true).exec());
    database.useHandle(h -> h.execute("update task set status = 'PENDING', container_id = null"));

    startControl();

    await().until(() -> !running("one").id().equals(before.id()));
    await().until(() -> engine.containers().size() == 3);
    assertThat(engine.containers())
        .allMatch(c -> c.getLabels().get("dev.samdan.id").equals(running("one").id()));
  }

  @Test
  void two_homes_on_one_engine_do_not_see_each_other() throws Exception {
    start("one", define(container("app", "echo up" + STAY)));
    Task task = running("one");
    Path other = Files.createDirectories(home.resolve("other"));
    try (dev.samdan.database.Database store = dev.samdan.database.TestDatabase.fresh();
        dev.samdan.registry.Registry images = new dev.samdan.registry.Registry(other, store);
        TestEngine second = new TestEngine(other, store, images, System.getenv());
        Tasks neighbours =
            new Tasks(
                store,
                images,
                new Isolation(store, other),
                second.engine,
                SecretSource.NONE,
                RuntimeChoice.DOCKER)) {
      assertThat(second.engine.homeId()).isNotEqualTo(engine.engine.homeId());
      neighbours.start(); // Sweeps what belongs to no task of its own.
      Tasks.removeContainers(second.engine, other);
    }

    assertThat(engine.exists(String.valueOf(task.containerId()))).isTrue();
    assertThat(log(task, "up")).containsExactly("up");
  }

  @Test
  void images_that_were_pulled_go_when_no_task_uses_them() {
    start("one", define(container("app", "echo up" + STAY)));
    assertThat(running("one").isRunning()).isTrue();
    assertThat(engine.images()).anyMatch(name -> name.startsWith(engine.address()));

    tasks.stopTaskSet("one", GRACE);

    assertThat(engine.images()).noneMatch(name -> name.startsWith(engine.address()));
  }
}
