package dev.samdan.deploy;

import static dev.samdan.deploy.DeploymentsTest.body;
import static dev.samdan.deploy.DeploymentsTest.quietBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Shifts, hooks, waits and alarms, each carried out whole with a real edge and real tasks. */
class LifecycleTest {
  @TempDir Path home;
  private Platform platform;

  @BeforeEach
  void start() throws IOException {
    platform = new Platform(home);
    platform.declare("c1", Platform.DECLARATION);
    platform.deliver("c1", Map.of("VERSION", "1"));
  }

  @AfterEach
  void stop() throws InterruptedException {
    platform.close();
  }

  @Test
  void tests_that_are_cut_because_control_ends_run_again_and_undo_nothing() throws Exception {
    platform.tests =
        (context, project, target) -> {
          platform.tested.add(project);
          if (platform.tested.size() == 1) {
            Thread.currentThread().interrupt();
            return new TrafficTests.Outcome(false, "the build was stopped");
          }
          return new TrafficTests.Outcome(true, "149 tests");
        };
    platform.declare(
        "c2",
        Platform.DECLARATION
            .replace("paths: [/api/**]", "paths: [/api/**]\n    tests: buildspec-test.yml")
            .replace("branch: dev", "branch: dev, test-when: before-traffic"));

    assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
        .isEqualTo(ExecutionStatus.Succeeded);

    assertThat(platform.tested).hasSize(2);
    assertThat(body(url("/api/version"))).isEqualTo("2");
  }

  @Test
  void a_canary_takes_its_share_and_then_all_of_it_without_a_failed_request() throws Exception {
    declare("    deployment-config: {canary: 20, interval: 3s}\n");
    Set<Integer> shares = new ConcurrentSkipListSet<>();
    try (Load load = new Load(url("/api/version"))) {
      UUID execution = platform.start("c2", Map.of("VERSION", "2"));
      await()
          .atMost(Duration.ofSeconds(40))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> {
            shares.add(platform.newest().greenWeight());
            return platform.pipelines.execution(execution).status().ended();
          });
      platform.ended(execution);
      load.close();
      assertThat(load.failures).isEmpty();
      assertThat(load.answers).containsExactlyInAnyOrder("1", "2");
    }

    assertThat(shares).contains(20).doesNotContain(50);
    assertThat(body(url("/api/version"))).isEqualTo("2");
    assertThat(platform.newest().configuration()).isEqualTo("Canary20Percent3Seconds");
  }

  @Test
  void a_shift_that_a_person_hurries_takes_all_traffic_without_its_steps() {
    declare("    deployment-config: {linear: 10, interval: 60s}\n");
    UUID second = platform.start("c2", Map.of("VERSION", "2"));
    awaitShare(10);
    Deployment moving = platform.newest();
    assertThat(platform.deployments.shift(moving).orElseThrow().next()).isEqualTo(20);

    platform.deployments.shiftNow(moving.id());

    assertThat(platform.ended(second).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(platform.deployments.shift(platform.newest())).isEmpty();
    assertThatThrownBy(() -> platform.deployments.shiftNow(moving.id()))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("has no shift on its way");
  }

  @Test
  void a_linear_shift_takes_every_step_and_a_control_that_dies_in_it_goes_on_with_the_rest()
      throws Exception {
    declare("    deployment-config: {linear: 30, interval: 2s}\n");
    Set<Integer> shares = new ConcurrentSkipListSet<>();
    UUID execution = platform.start("c2", Map.of("VERSION", "2"));
    try (Load load = new Load(url("/api/version"))) {
      awaitShare(30);
      shares.add(30);
      platform.stopControl();
      platform.startControl();
      await()
          .atMost(Duration.ofSeconds(120))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> {
            shares.add(platform.newest().greenWeight());
            return platform.newest().status().isFinal();
          });
      load.close();
      assertThat(load.failures).isEmpty();
    }

    assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(shares).contains(30, 60, 90);
    assertThat(platform.deployments.list("sample", "dev", 9)).hasSize(2);
    assertThat(body(url("/api/version"))).isEqualTo("2");
  }

  @Test
  void hooks_run_in_the_new_image_at_their_events_and_are_told_what_they_need() throws Exception {
    String record =
        "echo \"$LIFECYCLE_EVENT $VERSION $SAMDAN_ATTEMPT\" >> \"$SAMDAN_ROOT/data/hooks\"";
    declare(
        """
            hooks:
              BeforeInstall: '%1$s'
              AfterInstall: '%1$s'
              AfterAllowTestTraffic: '%1$s'
              BeforeAllowTraffic: '%1$s'
              AfterAllowTraffic: '%1$s'
        """
            .formatted(record));

    assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
        .isEqualTo(ExecutionStatus.Succeeded);

    assertThat(Files.readAllLines(home.resolve("volumes/sample-dev/data/hooks")))
        .containsExactly(
            "BeforeInstall 2 1",
            "AfterInstall 2 1",
            "AfterAllowTestTraffic 2 1",
            "BeforeAllowTraffic 2 1",
            "AfterAllowTraffic 2 1");
    assertThat(platform.newest().events())
        .allMatch(e -> e.status() == LifecycleEvent.Status.Succeeded)
        .filteredOn(e -> e.name().equals("AfterInstall"))
        .singleElement()
        .satisfies(e -> assertThat(e.detail()).isEqualTo(record));
  }

  @Test
  void a_hook_that_fails_after_traffic_has_shifted_gives_it_back_to_blue() throws Exception {
    declare("    hooks: {AfterAllowTraffic: 'echo no customers >&2; exit 3'}\n");

    ExecutionView execution = platform.deliver("c2", Map.of("VERSION", "2"));

    assertThat(execution.status()).isEqualTo(ExecutionStatus.Failed);
    Deployment failed = platform.newest();
    assertThat(failed.errorCode()).isEqualTo("HOOK_EXECUTION_FAILURE");
    assertThat(failed.error())
        .isEqualTo(
            "The hook AfterAllowTraffic (echo no customers >&2; exit 3) ended with 3. dev still"
                + " serves sample-dev:1.");
    assertThat(failed.explanation().log()).containsExactly("no customers");
    assertThat(failed.events().getLast().status()).isEqualTo(LifecycleEvent.Status.Failed);
    assertThat(body(url("/api/version"))).isEqualTo("1");
  }

  @Test
  void a_hook_that_takes_too_long_is_ended_and_fails() {
    declare("    hooks: {AfterInstall: {run: sleep 60, timeout: 1s}}\n");

    platform.deliver("c2", Map.of("VERSION", "2"));

    assertThat(platform.newest().error())
        .startsWith("The hook AfterInstall (sleep 60) did not end within 1 s, so it was stopped.");
  }

  @Test
  void the_hooks_of_an_appspec_win_and_a_lambda_function_is_what_samdan_yml_says() {
    declare(
        "    hooks: {AfterInstall: exit 1, Validate: echo validated, BeforeAllowTraffic: exit"
            + " 1}\n");
    platform.sourceFiles.put(
        "c2",
        Map.of(
            "api/appspec.yaml",
            appspec(
                """
                  - AfterInstall: echo from the appspec
                  - BeforeAllowTraffic: arn:aws:lambda:r:111122223333:function:Validate
                """)));

    assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
    assertThat(platform.newest().events())
        .extracting(LifecycleEvent::detail)
        .contains("echo from the appspec", "echo validated");

    platform.declare("c3", Platform.DECLARATION);
    platform.sourceFiles.put(
        "c3",
        Map.of(
            "api/appspec.yaml",
            appspec("  - AfterInstall: arn:aws:lambda:r:111122223333:function:Check\n")));
    ExecutionView refused = platform.deliver("c3", Map.of("VERSION", "3"));
    assertThat(refused.stages().getLast().actions().getFirst().error())
        .contains("api/appspec.yaml:9:19: error: AfterInstall: arn:aws:lambda")
        .contains("tiers.api.hooks.Check with a command or an http(s) address");
  }

  @Test
  void an_address_is_called_and_may_answer_later() throws Exception {
    List<JsonNode> calls = new CopyOnWriteArrayList<>();
    HttpServer server = server(202, "", calls);
    try {
      declare("    hooks: {BeforeAllowTraffic: '" + address(server) + "'}\n");
      UUID execution = platform.start("c2", Map.of("VERSION", "2"));
      await().atMost(Duration.ofSeconds(30)).until(() -> !calls.isEmpty());
      JsonNode call = calls.getFirst();
      assertThat(quietBody(call.path("targetUrl").asString() + "/api/version")).isEqualTo("2");
      assertThat(body(url("/api/version"))).isEqualTo("1");
      String deployment = call.path("DeploymentId").asString();
      UUID hook = UUID.fromString(call.path("LifecycleEventHookExecutionId").asString());

      platform.deployments.hookAnswered(deployment, hook, true);

      assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Succeeded);
      assertThatThrownBy(() -> platform.deployments.hookAnswered(deployment, hook, false))
          .hasMessageContaining("waits for no answer");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void an_address_that_answers_failed_or_with_an_error_takes_the_deployment_back()
      throws Exception {
    List<JsonNode> calls = new CopyOnWriteArrayList<>();
    HttpServer failing = server(200, "{\"status\": \"Failed\"}", calls);
    HttpServer broken = server(500, "out of order", calls);
    try {
      declare("    hooks: {AfterInstall: '" + address(failing) + "'}\n");
      platform.deliver("c2", Map.of("VERSION", "2"));
      assertThat(platform.newest().error())
          .startsWith("The hook AfterInstall at " + address(failing) + " answered Failed.");

      platform.declare(
          "c3",
          Platform.DECLARATION.replace(
              "health: /health",
              "health: /health\n    hooks: {AfterInstall: '" + address(broken) + "'}"));
      platform.deliver("c3", Map.of("VERSION", "3"));
      assertThat(platform.newest().error()).contains("answered 500: out of order");
    } finally {
      failing.stop(0);
      broken.stop(0);
    }
  }

  @Test
  void blue_is_kept_for_the_termination_wait_and_a_rollback_in_it_is_instant() throws Exception {
    declare("    deployment: {termination-wait: 1h}\n");
    UUID execution = platform.start("c2", Map.of("VERSION", "2"));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> platform.newest().status() == DeploymentStatus.Baking);
    assertThat(body(url("/api/version"))).isEqualTo("2");
    assertThat(platform.deployments.live("sample", "dev").api().taskSets())
        .extracting(Live.Set::label, Live.Set::status, Live.Set::weight, Live.Set::runningCount)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("Blue", "ACTIVE", 0, 1),
            org.assertj.core.groups.Tuple.tuple("Green", "PRIMARY", 100, 1));
    platform.stopControl();
    platform.startControl();

    platform.deployments.rollback("sample-dev-api", "Lee");

    await().until(() -> platform.newest().status() == DeploymentStatus.Stopped);
    // The end is written before the edge is told.
    await().untilAsserted(() -> assertThat(body(url("/api/version"))).isEqualTo("1"));
    assertThat(platform.newest().error())
        .isEqualTo("Lee rolled it back. dev still serves sample-dev:1.");
    ExecutionView ended = platform.ended(execution);
    assertThat(ended.status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(ended.stages().getLast().actions().getFirst().error())
        .contains("Lee rolled it back");
    await().until(() -> platform.deployments.live("sample", "dev").api().taskSets().size() == 1);
  }

  @Test
  void the_termination_wait_ends_early_when_a_person_says_so() {
    declare("    deployment: {termination-wait: 1h}\n");
    UUID execution = platform.start("c2", Map.of("VERSION", "2"));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> platform.newest().status() == DeploymentStatus.Baking);

    platform.deployments.goOn(platform.newest().id());

    assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThatThrownBy(() -> platform.deployments.goOn(platform.newest().id()))
        .hasMessageContaining("waits for nobody: it is Succeeded");
  }

  @Test
  void green_waits_ready_until_a_person_lets_it_take_traffic() throws Exception {
    declare("    deployment: {wait: 1h}\n");
    UUID execution = platform.start("c2", Map.of("VERSION", "2"));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> platform.newest().status() == DeploymentStatus.Ready);
    assertThat(body(platform.dev().testUrl() + "/api/version")).isEqualTo("2");
    assertThat(body(url("/api/version"))).isEqualTo("1");

    platform.deployments.goOn(platform.newest().id());

    assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(body(url("/api/version"))).isEqualTo("2");
  }

  @Test
  void green_that_was_let_go_on_serves_on_when_control_dies_while_blue_is_kept() throws Exception {
    declare("    deployment: {wait: 1h, termination-wait: 9h}\n");
    UUID execution = platform.start("c2", Map.of("VERSION", "2"));
    awaitStatus(DeploymentStatus.Ready);
    platform.deployments.goOn(platform.newest().id());
    awaitStatus(DeploymentStatus.Baking);
    String waiting = deploy(execution).summary();

    platform.stopControl();
    // It takes the traffic longer than the wait before it was.
    platform.database.useHandle(handle ->
        handle.execute("update deployment set waits_since = waits_since - interval '2 hours'"));
    platform.startControl();

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          String summary = String.valueOf(deploy(execution).summary());
          return platform.newest().status().isFinal()
              || (summary.startsWith("green serves") && !summary.equals(waiting));
        });
    assertThat(platform.newest().status()).isEqualTo(DeploymentStatus.Baking);
    assertThat(body(url("/api/version"))).isEqualTo("2");
    platform.deployments.goOn(platform.newest().id());
    assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  private ExecutionView.Action deploy(UUID execution) {
    return platform.pipelines.execution(execution).stages().getLast().actions().getFirst();
  }

  private void awaitStatus(DeploymentStatus status) {
    await().atMost(Duration.ofSeconds(60)).until(() -> platform.newest().status() == status);
  }

  @Test
  void green_that_nobody_lets_go_on_is_stopped_at_the_end_of_its_wait() throws Exception {
    declare("    deployment: {wait: 1s}\n");

    assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
        .isEqualTo(ExecutionStatus.Failed);

    assertThat(platform.newest().status()).isEqualTo(DeploymentStatus.Stopped);
    assertThat(platform.newest().error()).contains("Nobody let " + platform.newest().id());
    assertThat(body(url("/api/version"))).isEqualTo("1");
  }

  @Test
  void an_alarm_in_the_canary_gives_all_traffic_back_to_blue() throws Exception {
    declare(
        """
            deployment-config: {canary: 50, interval: 1h}
            deployment: {alarms: {error-rate: 5%, minimum-requests: 20}}
        """);
    try (Load load = new Load(url("/api/version"))) {
      ExecutionView execution = platform.deliver("c2", Map.of("VERSION", "2", "API", "500"));
      load.close();
      assertThat(execution.status()).isEqualTo(ExecutionStatus.Failed);
    }

    assertThat(platform.newest().errorCode()).isEqualTo("ALARM_ACTIVE");
    assertThat(platform.newest().error())
        .matches(
            "Green answered 100\\.0% of \\d+ requests with 5xx; the alarm error-rate is at 5%\\."
                + " dev still serves sample-dev:1\\.");
    assertThat(body(url("/api/version"))).isEqualTo("1");
  }

  @Test
  void tasks_that_end_again_and_again_in_the_canary_end_the_deployment() throws Exception {
    declare(
        """
            deployment-config: {canary: 10, interval: 1h}
            deployment: {circuit-breaker: 1}
        """);
    UUID execution = platform.start("c2", Map.of("VERSION", "2"));
    awaitShare(10);
    String green = platform.newest().id();
    long pid = platform.tasks.tasks(green).getFirst().pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();

    assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(platform.newest().errorCode()).isEqualTo("HEALTH_CONSTRAINTS");
    assertThat(body(url("/api/version"))).isEqualTo("1");
  }

  @Test
  void a_hook_that_control_died_in_runs_again_and_knows_it() throws Exception {
    declare(
        """
            hooks:
              AfterInstall: 'echo "$SAMDAN_ATTEMPT" >> "$SAMDAN_ROOT/data/tries"; [ "$SAMDAN_ATTEMPT" = 2 ] || sleep 60'
        """);
    UUID execution = platform.start("c2", Map.of("VERSION", "2"));
    Path tries = home.resolve("volumes/sample-dev/data/tries");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(tries) && Files.size(tries) > 0);

    platform.stopControl();
    platform.startControl();

    assertThat(platform.ended(execution).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(Files.readAllLines(tries)).containsExactly("1", "2");
  }

  /** The lines stand in the tier, whose keys begin in the fifth column. */
  private void declare(String lines) {
    platform.declare(
        "c2",
        Platform.DECLARATION.replace("    health: /health\n", "    health: /health\n" + lines));
  }

  private void awaitShare(int share) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> platform.newest().greenWeight() == share);
  }

  private static String appspec(String hooks) {
    return """
    version: 0.0
    Resources:
      - TargetService:
          Type: AWS::ECS::Service
          Properties:
            TaskDefinition: <TASK_DEFINITION>
            LoadBalancerInfo: {ContainerName: app, ContainerPort: 8080}
    Hooks:
    """
        + hooks;
  }

  private static HttpServer server(int status, String body, List<JsonNode> calls)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    server.createContext(
        "/",
        exchange -> {
          calls.add(
              Json.tree(
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  private String url(String path) {
    return platform.dev().url() + path;
  }
}
