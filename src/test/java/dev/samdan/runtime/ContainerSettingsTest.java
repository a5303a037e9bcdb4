package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task definition's words on one container, as the container itself sees them. */
class ContainerSettingsTest extends TasksInContainers {
  @Test
  void user_folder_command_environment_secrets_and_limits_are_those_of_the_definition() {
    secrets.put("staff/key", "s3cret");
    TaskDefinition definition =
        define(
            new ContainerBuilder("app", image)
                .containerPort(9090)
                .entryPoint(List.of("sh", "-c"))
                .command(
                    List.of(
                        "id -u; id -g; pwd; echo $A $KEY $PORT; ulimit -n; touch /x 2>&1;"
                            + " touch /scratch/x && echo wrote; hostname; echo done"
                            + STAY))
                .user("1000:1000")
                .workingDirectory("/tmp")
                .environment(Map.of("A", "b c"))
                .secrets(List.of(new SecretVariable("KEY", "staff/key")))
                .ulimits(List.of(new Ulimit("nofile", 123, 456)))
                .memory(64)
                .memoryReservation(32)
                .cpu(128)
                .stopTimeout(7)
                .linuxParameters(
                    new LinuxParameters(
                        true,
                        List.of("NET_ADMIN"),
                        List.of("CHOWN"),
                        16,
                        List.of(new LinuxParameters.Tmpfs("/scratch", 8, List.of("mode=1777"))),
                        null,
                        null))
                .options(
                    new ContainerOptions(
                        true,
                        false,
                        false,
                        false,
                        false,
                        "box",
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of("db.internal", "10.0.0.9"),
                        Map.of("team", "staff"),
                        List.of("no-new-privileges"),
                        Map.of("net.core.somaxconn", "333"))));
    start("one", definition);
    Task task = running("one");

    assertThat(log(task, "done"))
        .containsExactly(
            "1000",
            "1000",
            "/tmp",
            "b c s3cret 9090",
            "123",
            "touch: /x: Read-only file system",
            "wrote",
            "box",
            "done");
    InspectContainerResponse found =
        engine.engine.client().inspectContainerCmd(task.containerId()).exec();
    HostConfig host = found.getHostConfig();
    assertThat(host.getMemory()).isEqualTo(64L << 20);
    assertThat(host.getMemoryReservation()).isEqualTo(32L << 20);
    assertThat(host.getCpuShares()).isEqualTo(128);
    assertThat(host.getInit()).isTrue();
    assertThat(host.getShmSize()).isEqualTo(16L << 20);
    assertThat(host.getSysctls()).containsEntry("net.core.somaxconn", "333");
    assertThat(host.getExtraHosts()).contains("db.internal:10.0.0.9");
    assertThat(host.getCapAdd()).containsExactly(Capability.NET_ADMIN);
    assertThat(host.getCapDrop()).containsExactly(Capability.CHOWN);
    assertThat(found.getConfig().getLabels()).containsEntry("team", "staff");
    assertThat(tasks.listeningPorts(task.id())).isEmpty();
    assertThat(tasks.memoryBytes(task.id())).isPresent();
  }

  @Test
  void a_container_that_needs_more_than_its_memory_says_so() {
    start(
        "one",
        define(container("app", "exec tail /dev/zero").memory(16).linuxParameters(swapless())));

    assertThat(ended("one").stoppedReason()).startsWith("OutOfMemoryError: container app");
  }

  private static LinuxParameters swapless() {
    return new LinuxParameters(false, List.of(), List.of(), null, List.of(), 0, null);
  }

  @Test
  void a_container_that_cannot_begin_says_why() {
    start("one", define(new ContainerBuilder("app", image).entryPoint(List.of("/no/such"))));

    assertThat(ended("one").stoppedReason())
        .startsWith("TaskFailedToStart: the Docker engine refused the container")
        .contains("/no/such");
    await().until(() -> engine.containers().isEmpty());
  }

  @Test
  void volumes_of_every_kind_are_where_they_belong(@TempDir Path shared) throws Exception {
    Files.writeString(shared.resolve("given"), "from the machine\n");
    TaskDefinition definition =
        define(
            List.of(
                new Volume("kept", null, false),
                new Volume("machine", shared.toString(), false),
                new Volume("scratch", null, true)),
            container(
                    "app",
                    "cat /machine/given; touch /machine/x 2>&1; echo 1 >>/kept/count; echo 2"
                        + " >>/data/count; echo 3 >>/scratch/count; cat /kept/count /data/count"
                        + " /scratch/count; ls /app; echo done"
                        + STAY)
                .volumes(List.of("/app"))
                .mountPoints(
                    List.of(
                        new MountPoint("kept", "/kept", false),
                        new MountPoint("machine", "/machine", true),
                        new MountPoint("scratch", "/scratch", false))));
    start("one", definition);
    List<String> first = log(running("one"), "done");
    tasks.stopTaskSet("one", GRACE);
    start("two", definition);
    List<String> second = log(running("two"), "done");

    String refused = "touch: /machine/x: Read-only file system";
    List<String> files = List.of("answer.sh", "boot.sh", "migrate.sh", "done");
    assertThat(first).startsWith("from the machine", refused, "1", "2", "3").endsWith(all(files));
    assertThat(second)
        .startsWith("from the machine", refused, "1", "1", "2", "2", "3")
        .endsWith(all(files));
    assertThat(home.resolve("volumes/sample-dev/data/count")).hasContent("2\n2");
    assertThat(home.resolve("volumes/sample-dev/.named/kept/count")).hasContent("1\n1");
    tasks.stopTaskSet("two", GRACE);
    assertThat(engine.leftovers()).noneMatch(name -> name.endsWith("-scratch"));

    tasks.remove("sample", "dev", true);

    assertThat(home.resolve("volumes/sample-dev")).doesNotExist();
    assertThat(engine.leftovers()).noneMatch(name -> name.contains("sample-dev"));
  }

  private static String[] all(List<String> lines) {
    return lines.toArray(String[]::new);
  }

  @Test
  void a_tasks_own_size_bounds_its_container_and_its_cpus_after_the_start() {
    TaskDefinition definition =
        tasks.register(
            new TaskDefinitionInput(
                "sized", List.of(container("app", "echo up" + STAY).build()), "0.5 vCPU", "128"));
    start("one", definition);
    Task task = running("one");
    HostConfig host =
        engine.engine.client().inspectContainerCmd(task.containerId()).exec().getHostConfig();
    assertThat(host.getMemory()).isEqualTo(128L << 20);
    assertThat(host.getCpuShares()).isEqualTo(512);
    assertThat(host.getCpuQuota()).isZero();

    await()
        .atMost(Ceiling.START.multipliedBy(3))
        .untilAsserted(() ->
            assertThat(
                    engine
                        .engine
                        .client()
                        .inspectContainerCmd(task.containerId())
                        .exec()
                        .getHostConfig()
                        .getCpuQuota())
                .isEqualTo(50_000));
  }
}
