package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.ProcessId;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentsTest {
  @TempDir Path home;
  private Platform platform;

  @BeforeEach
  void start() throws IOException {
    platform = new Platform(home);
    platform.declare("c1", Platform.DECLARATION);
  }

  @AfterEach
  void stop() throws InterruptedException {
    platform.close();
  }

  @Test
  void a_delivery_is_live_and_the_next_one_replaces_it_without_a_failed_request() throws Exception {
    await().until(() -> status(url("/api/version")) == 503);
    assertThat(platform.deliver("c1", Map.of("VERSION", "1")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
    assertThat(body(url("/api/version"))).isEqualTo("1");
    String blue = platform.newest().id();

    try (Load load = new Load(url("/api/version"))) {
      await().until(() -> load.requests.get() > 20);
      assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
          .isEqualTo(ExecutionStatus.Succeeded);
      await().until(() -> platform.deployments.live("sample", "dev").api().taskSets().size() == 1);
      int before = load.requests.get();
      await().until(() -> load.requests.get() > before + 20);
      load.close();
      assertThat(load.failures).isEmpty();
      assertThat(load.answers).containsExactlyInAnyOrder("1", "2");
    }

    Deployment second = platform.newest();
    assertThat(second.status()).isEqualTo(DeploymentStatus.Succeeded);
    assertThat(second.taskDefinition()).isEqualTo("sample-dev:2");
    assertThat(second.events())
        .extracting(LifecycleEvent::name)
        .isEqualTo(LifecycleRows.SERVICE_EVENTS);
    assertThat(second.events())
        .filteredOn(e -> e.name().equals("AllowTraffic"))
        .singleElement()
        .satisfies(e -> assertThat(e.status()).isEqualTo(LifecycleEvent.Status.Succeeded));
    assertThat(platform.tasks.tasks(blue)).allMatch(t -> t.stoppedAt() != null);
    Live.Set set = platform.deployments.live("sample", "dev").api().primary().orElseThrow();
    assertThat(set.healthyCount()).isEqualTo(1);
    assertThat(set.image()).matches("sample/api@sha256:[0-9a-f]{64}");
  }

  @Test
  void a_version_that_never_gets_healthy_leaves_blue_serving_and_explains_itself()
      throws Exception {
    platform.deliver("c1", Map.of("VERSION", "1"));
    restartWithDeadline(Duration.ofSeconds(10));

    try (Load load = new Load(url("/api/version"))) {
      ExecutionView execution = platform.deliver("c2", Map.of("VERSION", "2", "HEALTH", "503"));
      load.close();
      assertThat(execution.status()).isEqualTo(ExecutionStatus.Failed);
      assertThat(load.failures).isEmpty();
      assertThat(load.answers).containsExactly("1");
    }

    Deployment failed = platform.newest();
    assertThat(failed.status()).isEqualTo(DeploymentStatus.Failed);
    assertThat(failed.error())
        .startsWith("GET /health answered 503 for ")
        .endsWith("dev still serves sample-dev:1.");
    Explanation explanation = Objects.requireNonNull(failed.explanation());
    assertThat(explanation.lastAnswer()).startsWith("503 in ").endsWith("{\"status\":503}");
    assertThat(explanation.cause()).isNull();
    assertThat(explanation.log()).contains("starting 2");
    assertThat(explanation.process().exitCode()).isNull();
    await()
        .until(
            () -> platform.tasks.tasks(failed.id()).stream().allMatch(t -> t.stoppedAt() != null));
    assertThat(platform.tasks.log(explanation.task(), 0, 10).lines()).contains("starting 2");
    assertThat(
            platform
                .deployments
                .live("sample", "dev")
                .api()
                .primary()
                .orElseThrow()
                .taskDefinition())
        .isEqualTo("sample-dev:1");
  }

  @Test
  void a_process_that_keeps_ending_fails_the_deployment_early_with_its_exit_code_and_line() {
    ExecutionView execution = platform.deliver("c1", Map.of("EXIT", "3"));

    assertThat(execution.status()).isEqualTo(ExecutionStatus.Failed);
    Deployment failed = platform.newest();
    assertThat(failed.error())
        .isEqualTo(
            "The process ended with 3, 3 times. Nothing served in dev before, so nothing does.");
    Explanation.LikelyCause cause =
        Objects.requireNonNull(Objects.requireNonNull(failed.explanation()).cause());
    assertThat(cause.rule()).isEqualTo("exit-before-probe");
    assertThat(cause.line()).isEqualTo("ERROR cannot go on");
  }

  @Test
  void a_process_on_a_port_of_its_own_is_told_so() {
    restartWithDeadline(Duration.ofSeconds(10));

    platform.deliver("c1", Map.of("OWN_PORT", "19123"));

    Explanation.LikelyCause cause =
        Objects.requireNonNull(Objects.requireNonNull(platform.newest().explanation()).cause());
    assertThat(cause.rule()).isEqualTo("port-never-opened");
    assertThat(cause.text()).endsWith("It listens on port 19123 instead.");
  }

  @Test
  void a_wrong_health_path_is_named_with_the_key_to_mend() {
    restartWithDeadline(Duration.ofSeconds(10));
    platform.declare("c1", Platform.DECLARATION.replace("health: /health", "health: /nope"));

    platform.deliver("c1", Map.of("VERSION", "1"));

    Explanation.LikelyCause cause =
        Objects.requireNonNull(Objects.requireNonNull(platform.newest().explanation()).cause());
    assertThat(cause.rule()).isEqualTo("wrong-health-path");
    assertThat(cause.remedy()).contains("tiers.api.health");
  }

  @Test
  void a_migration_that_fails_ends_the_deployment_before_green_starts() {
    platform.declare(
        "c1",
        Platform.DECLARATION.replace(
            "environments:",
            "  data: {engine: postgresql, migrate: [sh, ./migrate.sh]}\nenvironments:"));

    platform.deliver("c1", Map.of("VERSION", "1"));
    assertThat(platform.newest().events().getFirst().status())
        .isEqualTo(LifecycleEvent.Status.Succeeded);
    platform.declare(
        "c2",
        Platform.DECLARATION.replace(
            "environments:",
            "  data: {engine: postgresql, migrate: [sh, ./migrate.sh]}\nenvironments:"));
    platform.deliver("c2", Map.of("VERSION", "2", "MIGRATE_EXIT", "4"));

    Deployment failed = platform.newest();
    assertThat(failed.error())
        .startsWith("The migration sh ./migrate.sh ended with 4.")
        .endsWith("dev still serves sample-dev:1.");
    assertThat(Objects.requireNonNull(failed.explanation()).log())
        .anyMatch(line -> line.startsWith("migrating "));
    assertThat(platform.tasks.taskSet(failed.id())).isEmpty();
  }

  @Test
  void tests_before_traffic_see_green_on_test_url_and_a_failure_never_shifts_traffic()
      throws Exception {
    platform.declare(
        "c1",
        Platform.DECLARATION
            .replace("paths: [/api/**]", "paths: [/api/**]\n    tests: buildspec-test.yml")
            .replace("branch: dev", "branch: dev, test-when: before-traffic"));
    platform.deliver("c1", Map.of("VERSION", "1"));
    platform.tests =
        (context, project, target) -> {
          platform.tested.add(
              project
                  + " "
                  + quietBody(target + "/api/version")
                  + " "
                  + quietBody(url("/api/version")));
          return new TrafficTests.Outcome(false, "149 tests, 2 failed");
        };
    platform.declare(
        "c2",
        Platform.DECLARATION
            .replace("paths: [/api/**]", "paths: [/api/**]\n    tests: buildspec-test.yml")
            .replace("branch: dev", "branch: dev, test-when: before-traffic"));

    assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
        .isEqualTo(ExecutionStatus.Failed);

    assertThat(platform.tested).containsExactly("sample-dev-api-test 2 1");
    assertThat(body(url("/api/version"))).isEqualTo("1");
    assertThat(body(platform.dev().testUrl() + "/api/version")).isEqualTo("1");
    assertThat(platform.newest().error()).contains("149 tests, 2 failed");
  }

  @Test
  void rollback_deploys_the_version_before_and_is_a_deployment_of_its_own() throws Exception {
    platform.deliver("c1", Map.of("VERSION", "1"));
    platform.deliver("c2", Map.of("VERSION", "2"));

    Deployment rollback = platform.deployments.rollback("sample-dev-api", "Lee");

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            platform.deployments.show(rollback.id()).orElseThrow().status()
                == DeploymentStatus.Succeeded);
    assertThat(body(url("/api/version"))).isEqualTo("1");
    assertThat(platform.newest().creator()).isEqualTo("codeDeployRollback");
    assertThat(platform.newest().by()).isEqualTo("Lee");
    assertThat(platform.newest().taskDefinition()).isEqualTo("sample-dev:1");
  }

  @Test
  void a_named_appspec_that_is_missing_is_tried_three_times_and_then_named() {
    platform.declare(
        "c1",
        Platform.DECLARATION.replace(
            "health: /health", "health: /health\n    appspec: deploy/appspec.yaml"));

    ExecutionView execution = platform.deliver("c1", Map.of("VERSION", "1"));

    assertThat(execution.status()).isEqualTo(ExecutionStatus.Failed);
    ExecutionView.Action deploy = execution.stages().getLast().actions().getFirst();
    assertThat(deploy.attempts()).isEqualTo(3);
    assertThat(deploy.error())
        .contains("api/deploy/appspec.yaml was not found in SourceArtifact of commit c1");
  }

  @Test
  void appspec_and_task_definition_of_the_repository_are_read() throws Exception {
    platform.sourceFiles.put(
        "c1",
        Map.of(
            "api/appspec.yaml",
            """
            version: 0.0
            Resources:
              - TargetService:
                  Type: AWS::ECS::Service
                  Properties:
                    TaskDefinition: <TASK_DEFINITION>
                    LoadBalancerInfo: {ContainerName: web, ContainerPort: 80}
            """,
            "api/taskdef.json",
            """
            {"family": "staff", "taskDefinitionArn": null, "cpu": "256", "memory": "512", "containerDefinitions": [
              {"name": "web", "image": "<IMAGE1_NAME>", "essential": true, "memory": 256,
               "portMappings": [{"containerPort": 80}], "environment": [{"name": "VERSION", "value": "from taskdef"}]}]}
            """));

    platform.deliver("c1", Map.of("VERSION", "1"));

    assertThat(body(url("/api/version"))).isEqualTo("from taskdef");
    assertThat(platform.newest().taskDefinition()).isEqualTo("staff:1");
  }

  @Test
  void an_appspec_that_names_another_container_fails_with_file_and_remedy() {
    platform.sourceFiles.put(
        "c1",
        Map.of(
            "api/appspec.yaml",
            "Resources: [{T: {Properties: {TaskDefinition: <TASK_DEFINITION>, LoadBalancerInfo:"
                + " {ContainerName: x, ContainerPort: 99999}}}}]"));

    ExecutionView execution = platform.deliver("c1", Map.of("VERSION", "1"));

    assertThat(execution.stages().getLast().actions().getFirst().error())
        .contains("api/appspec.yaml:1:")
        .contains("ContainerPort: 99999 is not a port");
  }

  @Test
  void control_that_dies_during_a_deployment_resumes_it_to_its_end() throws Exception {
    platform.deliver("c1", Map.of("VERSION", "1"));
    var execution = platform.start("c2", Map.of("VERSION", "2"));
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() ->
            platform.deployments.list("sample", "dev", 1).getFirst().status()
                == DeploymentStatus.InProgress);

    platform.stopControl();
    assertThat(body(url("/api/version"))).isIn("1", "2");
    platform.startControl();

    assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(body(url("/api/version"))).isEqualTo("2");
    assertThat(platform.deployments.list("sample", "dev", 9)).hasSize(2);
    await().until(() -> platform.deployments.live("sample", "dev").api().taskSets().size() == 1);
  }

  @Test
  void a_canary_that_is_stopped_gives_all_traffic_back_to_blue() throws Exception {
    platform.deliver("c1", Map.of("VERSION", "1"));
    platform.declare(
        "c2",
        Platform.DECLARATION.replace(
            "health: /health",
            "health: /health\n    deployment-config: ECSCanary10Percent5Minutes"));
    UUID execution = platform.start("c2", Map.of("VERSION", "2"));
    await().atMost(Duration.ofSeconds(30)).until(() -> platform.newest().greenWeight() == 10);
    assertThat(platform.deployments.live("sample", "dev").api().taskSets())
        .extracting(Live.Set::label, Live.Set::weight)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("Blue", 90),
            org.assertj.core.groups.Tuple.tuple("Green", 10));

    platform.pipelines.stop(execution, true, "not today", "Lee");

    assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Stopped);
    await().until(() -> platform.newest().status() == DeploymentStatus.Stopped);
    await().until(() -> platform.deployments.live("sample", "dev").api().taskSets().size() == 1);
    assertThat(body(url("/api/version"))).isEqualTo("1");
  }

  @Test
  void a_declared_variable_that_hides_the_database_is_named_as_the_cause() {
    restartWithDeadline(Duration.ofSeconds(10));
    platform.declare(
        "c1",
        Platform.DECLARATION
            .replace("health: /health", "health: /health\n    environment: {DATABASE_URL: ''}")
            .replace("environments:", "  data: {engine: postgresql}\nenvironments:"));

    platform.deliver("c1", Map.of("HEALTH", "503"));

    Explanation.LikelyCause cause =
        Objects.requireNonNull(Objects.requireNonNull(platform.newest().explanation()).cause());
    assertThat(cause.text())
        .isEqualTo(
            "sample-dev:1 sets DATABASE_URL to nothing, which hides the one that Samdan gives.");
  }

  @Test
  void a_killed_edge_and_a_killed_task_come_back_with_their_routes() throws Exception {
    platform.deliver("c1", Map.of("VERSION", "1"));
    platform.killEdge();
    platform.startEdge();
    await().until(() -> quietBody(url("/api/version")).equals("1"));

    long pid = platform.tasks.tasks("sample", "dev").getFirst().pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();

    await().until(() -> ProcessId.of(pid).isEmpty() && quietBody(url("/api/version")).equals("1"));
  }

  @Test
  void removal_leaves_no_task_no_route_and_no_database() throws Exception {
    platform.deliver("c1", Map.of("VERSION", "1"));
    List<Long> pids =
        platform.tasks.tasks("sample", "dev").stream()
            .map(t -> Objects.requireNonNull(t.pid()))
            .toList();

    platform.deployments.remove("sample", "dev", true);

    assertThat(pids).allMatch(pid -> ProcessId.of(pid).isEmpty());
    assertThat(platform.deployments.list("sample", "dev", 5)).isEmpty();
    await().until(() -> status(url("/api/version")) == 503);
    assertThat(home.resolve("volumes/sample-dev")).doesNotExist();
  }

  private void restartWithDeadline(Duration deadline) {
    platform.stopControl();
    platform.healthDeadline = deadline;
    platform.startControl();
  }

  private String url(String path) {
    return platform.dev().url() + path;
  }

  /** 0 where nothing listens. */
  static int status(String url) {
    try {
      return ((HttpURLConnection) URI.create(url).toURL().openConnection()).getResponseCode();
    } catch (IOException e) {
      return 0;
    }
  }

  static String body(String url) throws IOException {
    return new String(URI.create(url).toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  static String quietBody(String url) {
    try {
      return body(url);
    } catch (IOException e) {
      return "";
    }
  }
}
