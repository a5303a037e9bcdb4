package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several containers in a task: order, network, volumes, ends. */
@Tag("soak")
class SeveralContainersTest extends TasksInContainers {
  private static Dependency on(String container, Dependency.Condition condition) {
    return new Dependency(container, condition);
  }

  private static ContainerHealthCheck check(String command) {
    return new ContainerHealthCheck(List.of("CMD-SHELL", command), 5, 2, 1, 0);
  }

  @Test
  void they_start_as_they_depend_on_each_other_and_share_one_network_and_volumes() {
    TaskDefinition definition =
        define(
            List.of(new Volume("shared", null, true)),
            container("app", "wget -qO- http://localhost:9000/api/version; cat /shared/x" + STAY)
                .dependsOn(
                    List.of(
                        on("helper", Dependency.Condition.HEALTHY),
                        on("init", Dependency.Condition.SUCCESS)))
                .volumesFrom(List.of(new VolumeFrom("init", true))),
            new ContainerBuilder("helper", image)
                .environment(java.util.Map.of("OWN_PORT", "9000", "VERSION", "helping"))
                .healthCheck(check("wget -qO- http://localhost:9000/health"))
                .dependsOn(List.of(on("init", Dependency.Condition.COMPLETE))),
            container("init", "echo made >/shared/x; echo ready")
                .essential(false)
                .mountPoints(List.of(new MountPoint("shared", "/shared", false))));
    start("one", definition);
    Task task = running("one");

    await().untilAsserted(() -> assertThat(log(task).toString()).contains("helping", "made"));
    assertThat(log(task).getFirst()).isEqualTo("[init] ready");
    assertThat(log(task))
        .contains("[helper] listening on 9000")
        .anyMatch(l -> l.startsWith("[app] "));
    assertThat(tasks.health(task.id())).isEqualTo(ContainerHealth.HEALTHY);
    assertThat(engine.containers()).hasSize(4);
    tasks.stopTaskSet("one", GRACE);
    assertThat(engine.containers()).isEmpty();
  }

  @Test
  void a_start_that_waits_in_vain_says_for_what_and_leaves_nothing() {
    TaskDefinition failed =
        define(
            container("app", "true").dependsOn(List.of(on("init", Dependency.Condition.SUCCESS))),
            container("init", "exit 3").essential(false));
    start("one", failed);
    assertThat(ended("one").stoppedReason())
        .isEqualTo("TaskFailedToStart: container init ended with 3 and not with 0");
    tasks.stopTaskSet("one", GRACE);

    TaskDefinition late =
        define(
            container("app", "true").dependsOn(List.of(on("init", Dependency.Condition.COMPLETE))),
            container("init", "true" + STAY).essential(false).startTimeout(2));
    start("two", late);
    assertThat(ended("two").stoppedReason())
        .contains("init was not COMPLETE within 2 s, and app waits for that");
    tasks.stopTaskSet("two", GRACE);
    assertThat(engine.containers()).isEmpty();
  }

  @Test
  void stopping_a_set_ends_a_start_that_waits() {
    TaskDefinition waiting =
        define(
            container("app", "true").dependsOn(List.of(on("init", Dependency.Condition.COMPLETE))),
            container("init", "true" + STAY).essential(false));
    start("one", waiting);
    await().until(() -> engine.containers().size() == 2);

    tasks.stopTaskSet("one", GRACE);

    assertThat(engine.containers()).isEmpty();
    assertThat(tasks.tasks("one")).allMatch(t -> t.status() == Task.Status.STOPPED);
  }

  @Test
  void only_an_essential_containers_end_ends_the_task() throws Exception {
    String asked = "while [ ! -e /data/end ]; do sleep 0.1; done; exit 7";
    TaskDefinition definition =
        define(container("app", asked), container("side", "echo gone").essential(false));
    start("one", definition);
    Task task = running("one");
    log(task, "[side] gone");
    assertThat(tasks.task(task.id()).orElseThrow().isRunning()).isTrue();
    Files.createFile(home.resolve("volumes/sample-dev/data/end"));

    Task ended = ended("one");

    assertThat(ended.exitCode()).isEqualTo(7);
    assertThat(ended.stoppedReason())
        .isEqualTo("EssentialContainerExited: container app ended with 7");
  }

  @Test
  void an_unhealthy_task_is_replaced() {
    TaskDefinition definition =
        define(container("app", "echo up" + STAY).healthCheck(check("exit 1")).stopTimeout(1));
    start("one", definition);
    Task task = running("one");
    assertThat(tasks.health(task.id())).isNotEqualTo(ContainerHealth.HEALTHY);

    await().atMost(Duration.ofSeconds(40)).until(() -> ended("one").id().equals(task.id()));

    assertThat(ended("one").stoppedReason()).startsWith("UnhealthyContainer: ");
  }

  @Test
  void a_restart_policy_restarts_within_the_task_but_not_what_ended_at_once() {
    String twice = "echo begin; [ -e /data/again ] && exit 5; touch /data/again; sleep 7; exit 4";
    TaskDefinition definition =
        define(container("app", twice).restartPolicy(new RestartPolicy(true, List.of(), 5)));
    start("one", definition);
    Task task = running("one");

    Task ended = ended("one");

    assertThat(ended.id()).isEqualTo(task.id());
    assertThat(ended.exitCode()).isEqualTo(5);
    assertThat(log(ended)).containsExactly("begin", "begin");
  }
}
