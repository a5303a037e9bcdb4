package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.engine.EngineRequired;
import dev.samdan.engine.OwnEngine;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.runtime.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Docker engine that ends in the middle of a deployment: a dockerd of the test's own. */
@Tag("soak")
@EngineRequired
class EngineLossTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path folder;
  private OwnEngine engine;
  private Platform platform;

  private void begin(String... options) throws IOException {
    engine = new OwnEngine(Files.createDirectories(folder.resolve("engine")), options);
    platform = new Platform(Files.createDirectories(folder.resolve("home")), engine.environment());
    platform.declare("c1", Platform.DECLARATION);
    assertThat(platform.deliver("c1", Map.of("VERSION", "1")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
  }

  @AfterEach
  void nothing_is_left() throws Exception {
    try {
      platform.tasks.stopAll(Duration.ofSeconds(3));
      engine.stop(); // One that took containers over keeps their volumes until its next start.
      engine.start();
      platform.close();
    } finally {
      engine.close();
    }
  }

  @Test
  void killed_while_green_starts_the_deployment_fails_and_blue_serves_all_along() throws Exception {
    begin("--live-restore");
    String blue = container();
    withDeadline(Duration.ofSeconds(15));

    try (Load load = new Load(url())) {
      UUID execution = platform.start("c2", Map.of("VERSION", "2", "OWN_PORT", "19123"));
      awaitRunning();
      engine.kill();
      assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Failed);
      assertThat(cause().rule()).isEqualTo("engine-away");
      assertThat(platform.newest().error())
          .startsWith("The Docker engine ended, and green was not healthy within ")
          .endsWith("dev still serves sample-dev:1.");

      engine.start();

      await().atMost(PATIENCE).until(() -> containers().equals(List.of(blue)));
      withDeadline(Duration.ofSeconds(30));
      assertThat(platform.deliver("c3", Map.of("VERSION", "3")).status())
          .isEqualTo(ExecutionStatus.Succeeded);
      await().atMost(PATIENCE).until(() -> containers().size() == 1);
      load.close();
      assertThat(load.failures).isEmpty();
      assertThat(load.answers).containsExactlyInAnyOrder("1", "3");
    }
  }

  @Test
  void killed_between_two_containers_of_green_leaves_neither_behind() throws Exception {
    begin("--live-restore");
    String blue = container();
    platform.sourceFiles.put("c2", Map.of("api/appspec.yaml", APPSPEC, "api/taskdef.json", TWO));

    UUID execution = platform.start("c2", Map.of("VERSION", "2"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(containers())
                .as("%s", platform.pipelines.execution(execution))
                .hasSize(3)); // Blue, pause, first.
    engine.kill();

    assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(cause().rule()).isEqualTo("engine-away");
    assertThat(DeploymentsTest.body(url())).isEqualTo("1");

    engine.start();

    await().atMost(PATIENCE).until(() -> containers().equals(List.of(blue)));
    assertThat(DeploymentsTest.body(url())).isEqualTo("1");
  }

  @Test
  void away_before_green_starts_the_deployment_says_so_and_the_next_one_is_live() throws Exception {
    begin("--live-restore");
    String blue = container();
    engine.kill();

    assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
        .isEqualTo(ExecutionStatus.Failed);

    assertThat(cause().rule()).isEqualTo("engine-away");
    assertThat(cause().remedy()).contains("systemctl start docker", "sample-dev-api");
    assertThat(DeploymentsTest.body(url())).isEqualTo("1");
    engine.start();
    await().atMost(PATIENCE).until(() -> containers().equals(List.of(blue)));
    assertThat(platform.deliver("c3", Map.of("VERSION", "3")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void killed_while_traffic_moves_green_takes_all_of_it_and_blue_goes_when_the_engine_is_back()
      throws Exception {
    begin("--live-restore");
    String blue = container();
    platform.declare(
        "c2",
        Platform.DECLARATION.replace(
            "health: /health",
            "health: /health\n    deployment-config: {canary: 50, interval: 3s}"));

    try (Load load = new Load(url())) {
      UUID execution = platform.start("c2", Map.of("VERSION", "2"));
      await().atMost(PATIENCE).until(() -> platform.newest().greenWeight() == 50);
      engine.kill();
      assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Succeeded);
      engine.start();
      await()
          .atMost(PATIENCE)
          .until(() -> containers().size() == 1 && !containers().equals(List.of(blue)));
      load.close();
      assertThat(load.failures).isEmpty();
      assertThat(load.answers).containsExactlyInAnyOrder("1", "2");
    }
  }

  /** Without --live-restore an engine's end is its containers' end, blue's too. */
  @Test
  void stopped_with_its_containers_it_fails_the_deployment_and_blue_is_started_again()
      throws Exception {
    begin();
    withDeadline(Duration.ofSeconds(15));
    UUID execution = platform.start("c2", Map.of("VERSION", "2", "OWN_PORT", "19123"));
    awaitRunning();

    engine.stop();

    assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Failed);
    // It may still have answered while it ended.
    assertThat(cause().rule()).isIn("engine-away", "container-refused");
    assertThat(platform.newest().error()).endsWith("dev still serves sample-dev:1.");

    engine.start();

    await().atMost(PATIENCE).until(() -> DeploymentsTest.quietBody(url()).equals("1"));
    await().atMost(PATIENCE).until(() -> containers().size() == 1);
    assertThat(platform.tasks.tasks("sample", "dev").stream().filter(Task::isRunning)).hasSize(1);
    withDeadline(Duration.ofSeconds(30));
    assertThat(platform.deliver("c3", Map.of("VERSION", "3")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void a_full_disk_of_the_engine_fails_the_deployment_and_blue_serves() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("engine/data"));
    String[] mount = {"mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString()};
    assertThat(new ProcessBuilder(mount).start().waitFor()).isZero();
    begin();
    Path filler = disk.resolve("filler");
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[1 << 20]);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }

    assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
        .isEqualTo(ExecutionStatus.Failed);

    assertThat(cause().rule()).as("%s", platform.newest()).isEqualTo("disk-full");
    assertThat(DeploymentsTest.body(url())).isEqualTo("1");
    Files.delete(filler);
    assertThat(platform.deliver("c3", Map.of("VERSION", "3")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
    assertThat(DeploymentsTest.body(url())).isEqualTo("3");
  }

  private static final String APPSPEC =
      """
      version: 0.0
      Resources:
        - TargetService:
            Type: AWS::ECS::Service
            Properties:
              TaskDefinition: <TASK_DEFINITION>
              LoadBalancerInfo: {ContainerName: web, ContainerPort: 8080}
      """;

  /** The second waits for the first, which does not end. */
  private static final String TWO =
      """
      {"family": "staff", "containerDefinitions": [
        {"name": "first", "image": "<IMAGE1_NAME>", "essential": false, "memory": 64,
         "entryPoint": ["sleep", "600"], "stopTimeout": 1},
        {"name": "web", "image": "<IMAGE1_NAME>", "essential": true, "memory": 64,
         "portMappings": [{"containerPort": 8080}],
         "dependsOn": [{"containerName": "first", "condition": "COMPLETE"}]}]}
      """;

  private Explanation.LikelyCause cause() {
    return Objects.requireNonNull(Objects.requireNonNull(platform.newest().explanation()).cause());
  }

  private void awaitRunning() {
    await()
        .atMost(PATIENCE)
        .until(() ->
            "sample-dev:2".equals(platform.newest().taskDefinition())
                && platform.tasks.tasks(platform.newest().id()).stream().anyMatch(Task::isRunning));
  }

  private void withDeadline(Duration deadline) {
    platform.stopControl();
    platform.healthDeadline = deadline;
    platform.startControl();
  }

  private String container() {
    assertThat(containers()).hasSize(1);
    return containers().getFirst();
  }

  private List<String> containers() {
    return Objects.requireNonNull(platform.engine).containers().stream()
        .map(c -> c.getId())
        .toList();
  }

  private String url() {
    return platform.dev().url() + "/api/version";
  }
}
