package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.Folders;
import dev.samdan.base.ProcessId;
import dev.samdan.engine.Engine;
import dev.samdan.isolation.Isolation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tasks as processes. */
class ProcessTasksTest extends TasksContract {
  @Override
  RuntimeChoice choice() {
    return RuntimeChoice.PROCESS;
  }

  @Override
  Engine engine() {
    return Engine.of(home, Map.of());
  }

  @Override
  void leaveNothing() {
    engine.close();
  }

  @Override
  String image(Map<String, String> environment) {
    return TestImage.server(registry, environment);
  }

  @Override
  void crash(Task task) {
    ProcessHandle.of(task.pid()).orElseThrow().destroyForcibly();
    await().until(() -> ProcessId.of(task.pid()).isEmpty());
  }

  @Override
  boolean isGone(Task task) {
    Path folder = home.resolve("tasks").resolve(task.id());
    if (!Files.exists(folder)) {
      return ProcessId.of(task.pid()).isEmpty();
    }
    try (Stream<Path> left = Files.list(folder)) {
      return ProcessId.of(task.pid()).isEmpty()
          && left.map(p -> p.getFileName().toString()).toList().equals(List.of("shim"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_task_finds_its_image_and_the_machines_java() throws Exception {
    tasks.createTaskSet(
        "one", "sample", "dev", "api", definition(Map.of("VERSION", "1"), Map.of()), 1, Map.of());

    assertThat(get(answering("one"), "/api/env").lines())
        .contains("JAVA_HOME=" + System.getProperty("java.home"))
        .anyMatch(line -> line.startsWith("SAMDAN_ROOT=" + home));
  }

  @Test
  void what_a_one_off_run_that_takes_too_long_started_is_ended() throws Exception {
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

    assertThat(ProcessId.of(Long.parseLong(result.lastLines().getFirst()))).isEmpty();
  }

  @Test
  void several_containers_and_images_with_a_system_of_their_own_need_an_engine() {
    String image = image(Map.of());
    TaskDefinition two =
        tasks.register(
            new TaskDefinitionInput(
                "two",
                List.of(
                    new ContainerBuilder("app", image).containerPort(8080).build(),
                    new ContainerBuilder("helper", image).build()),
                null,
                null));
    tasks.createTaskSet("one", "sample", "dev", "api", two, 1, Map.of());

    await().until(() -> tasks.tasks("one").stream().anyMatch(t -> t.stoppedReason() != null));
    assertThat(tasks.tasks("one").getFirst().stoppedReason())
        .startsWith("TaskFailedToStart: ")
        .contains("2 containers (app, helper)", "Docker", "--runtime auto");

    TaskDefinition system = tasks.register(input("system", TestImage.system(registry), Map.of()));
    tasks.createTaskSet("two", "sample", "dev", "api", system, 1, Map.of());

    await().until(() -> tasks.tasks("two").stream().anyMatch(t -> t.stoppedReason() != null));
    assertThat(tasks.tasks("two").getFirst().stoppedReason())
        .contains("etc/os-release", "LABEL dev.samdan.runtime=process");
  }

  @Test
  void a_volume_may_be_a_folder_of_the_machine_but_none_of_samdans_home() throws Exception {
    Path machine = Files.createTempDirectory("machine");
    // It stays whose it is: another user's tasks read what all may read.
    Files.setPosixFilePermissions(machine, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      Files.writeString(machine.resolve("given"), "from the machine\n");
      OneOff.Result read =
          tasks.run(
              oneOff("a", mounting(machine), List.of("sh", "-c", "cat ../m/given"), Map.of()));
      assertThat(read.lastLines()).containsExactly("from the machine");

      Path others = Files.createDirectories(home.resolve("volumes/sample-prod/data"));
      TaskDefinition stealing = mounting(others);
      assertThatThrownBy(() -> tasks.run(oneOff("b", stealing, List.of("true"), Map.of())))
          .hasMessageContaining("which lies in Samdan's home");
    } finally {
      Folders.delete(machine);
    }
  }

  @Test
  void a_link_that_a_task_left_in_a_volume_leads_no_other_volume_out_of_the_home()
      throws Exception {
    Path outside = Files.createTempDirectory("outside");
    try {
      String link = "ln -s " + outside + " \"$SAMDAN_ROOT/v/x\"";
      assertThat(tasks.run(oneOff("a", keeping("/v"), List.of("sh", "-c", link), Map.of())))
          .satisfies(linked -> assertThat(linked.lastLines()).isEmpty());
      String write = "echo z > \"$SAMDAN_ROOT/v/x/y/z\"";
      assertThat(tasks.run(oneOff("b", keeping("/v/x/y"), List.of("sh", "-c", write), Map.of())))
          .satisfies(written -> assertThat(written.lastLines()).isEmpty());
      assertThat(outside).isEmptyDirectory();
      assertThat(home.resolve("volumes/sample-dev/v%2Fx%2Fy/z")).hasContent("z");
    } finally {
      Folders.delete(outside);
    }
  }

  private TaskDefinition keeping(String path) {
    ContainerDefinition container =
        new ContainerBuilder("app", image(Map.of()))
            .containerPort(8080)
            .volumes(List.of(path))
            .build();
    return tasks.register(new TaskDefinitionInput("keeping", List.of(container), null, null));
  }

  private TaskDefinition mounting(Path folder) {
    ContainerDefinition container =
        new ContainerBuilder("app", image(Map.of()))
            .containerPort(8080)
            .mountPoints(List.of(new MountPoint("m", "/m", false)))
            .build();
    return tasks.register(
        new TaskDefinitionInput(
            "mounting",
            List.of(container),
            null,
            null,
            null,
            List.of(new Volume("m", folder.toString(), false)),
            null));
  }

  @Test
  void as_root_an_environments_tasks_are_out_of_anothers_reach() throws Exception {
    assumeThat(Isolation.ability()).isEqualTo(Isolation.Ability.CONFINES);
    TaskDefinition definition = definition(Map.of("VERSION", "1"), Map.of());
    tasks.createTaskSet(
        "one", "sample", "dev", "api", definition, 1, Map.of("DATABASE_URL", "postgresql://dev"));
    Task dev = answering("one");
    assertThat(get(dev, "/api/count")).isEqualTo("1");
    long server =
        ProcessHandle.of(dev.pid())
            .orElseThrow()
            .descendants()
            .filter(p -> p.info().command().orElse("").endsWith("java"))
            .findFirst()
            .orElseThrow()
            .pid();
    Path volume = home.resolve("volumes/sample-dev/data/count");
    String attempt =
        "id -u; echo x > /tmp/x; echo x > \"$SAMDAN_ROOT/data/y\""
            + "; cat /proc/%d/environ || echo closed; kill -9 %d || echo refused; cat %s || echo hidden"
                .formatted(server, server, volume);

    List<String> reached =
        tasks
            .run(
                new OneOff(
                    "reach",
                    "sample",
                    "prod",
                    definition,
                    List.of("sh", "-c", attempt),
                    Map.of(),
                    Duration.ofSeconds(30)))
            .lastLines();

    assertThat(reached).contains("closed", "refused", "hidden");
    assertThat(reached).noneMatch(line -> line.contains("postgresql://dev"));
    assertThat(ProcessId.of(server)).as("lives on").isPresent();
    Object owner = Files.getAttribute(volume, "unix:uid");
    assertThat(owner).isEqualTo(Files.getAttribute(Path.of("/proc/" + server), "unix:uid"));
    assertThat(reached.getFirst()).isNotEqualTo(owner.toString()).isNotEqualTo("0");
    assertThat(home.resolve("volumes/sample-prod/data/y")).exists();
    try (Stream<Path> left = Files.list(home.resolve("tasks/run-reach"))) {
      assertThat(left.map(p -> p.getFileName().toString())).containsExactly("shim");
    }
  }
}
