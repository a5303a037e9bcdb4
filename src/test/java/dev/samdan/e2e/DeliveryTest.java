package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.ProcessId;
import java.net.URI;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * The sample from its first push to live, in dev and in production, and what a team does with it
 * then.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeliveryTest {
  private static Installation samdan;
  private static Sample sample;
  private static String commit;

  @BeforeAll
  static void install() {
    samdan = Installation.up();
    sample = Sample.create(samdan);
  }

  @AfterAll
  static void nothing_is_left_behind() {
    samdan.close();
  }

  @Test
  @Order(1)
  void a_push_to_dev_delivers_both_tiers_and_tests_them() {
    commit = sample.deliverToDev();

    JsonNode execution = samdan.newestExecution("sample-dev-api");
    assertThat(execution.path("trigger").isMissingNode()).isFalse();
    assertThat(execution.path("commit").asString()).isEqualTo(commit);
    assertThat(execution.path("endedAt").asString()).isNotEmpty();
    assertThat(names(execution.path("stages")))
        .containsExactly("Source", "Build", "Deploy", "Test");
    for (JsonNode stage : execution.path("stages")) {
      assertThat(stage.path("status").asString()).isEqualTo("Succeeded");
    }
    JsonNode build = Sample.action(execution, "Build");
    assertThat(build.path("provider").asString()).isEqualTo("CodeBuild");
    assertThat(build.path("attempts").asInt()).isEqualTo(1);
    assertThat(Sample.action(execution, "Image").path("provider").asString())
        .isEqualTo("ECRBuildAndPublish");
    assertThat(sample.versionAt(Sample.DEV)).startsWith("200 ").contains("1.0.0");
    assertThat(samdan.edge(Sample.DEV, "/").body()).contains("<html");
    assertThat(samdan.edge(Sample.DEV, "/employees/E1001").body())
        .as("a page of the application itself")
        .contains("<html");
  }

  @Test
  @Order(2)
  void the_room_of_dev_counts_the_tests() {
    await()
        .untilAsserted(() ->
            assertThat(samdan.room(Sample.DEV_ROOM))
                .contains("sample-dev-api is live")
                .containsPattern("\\d+ tests passed"));
    JsonNode message = samdan.json("room", "read", Sample.DEV_ROOM).path("messages").path(0);
    for (String field : List.of("at", "kind", "pipeline", "text")) {
      assertThat(message.has(field)).as(field).isTrue();
    }
    JsonNode reports =
        samdan.api(
            "/executions/"
                + samdan.newestExecution("sample-dev-api").path("id").asString()
                + "/reports");
    assertThat(reports.toString()).contains("health_says_that_the_database_answers");
  }

  @Test
  @Order(3)
  void production_waits_for_an_approval_and_then_goes_live() {
    sample.push("main");
    for (String pipeline : List.of("sample-prod-api", "sample-prod-web")) {
      samdan.awaitApproval(pipeline, commit, Sample.PATIENCE);
    }
    assertThat(samdan.edge(Sample.PRODUCTION, "/api/version").status()).isGreaterThanOrEqualTo(400);
    await()
        .untilAsserted(() ->
            assertThat(samdan.room(Sample.PRODUCTION_ROOM))
                .contains("sample-prod-api asks for approval"));

    for (String pipeline : List.of("sample-prod-api", "sample-prod-web")) {
      Installation.Ran approved = samdan.samdan("approve", pipeline, "--comment", "looks good");
      assertThat(approved.status()).as(approved.err()).isZero();
    }
    assertThat(names(sample.succeeds("sample-prod-api", commit).path("stages")))
        .containsExactly("Source", "Approve", "Build", "Deploy");
    sample.succeeds("sample-prod-web", commit);

    assertThat(sample.versionAt(Sample.PRODUCTION)).startsWith("200 ");
    assertThat(samdan.edge(Sample.PRODUCTION, "/").body()).contains("<html");
    await()
        .untilAsserted(() ->
            assertThat(samdan.room(Sample.PRODUCTION_ROOM))
                .contains("sample-prod-api is live", "looks good"));
    assertThat(samdan.samdan("approve", "sample-prod-api").status()).as("once only").isEqualTo(1);
  }

  @Test
  @Order(4)
  void the_status_tells_all_three_tiers() {
    JsonNode status = samdan.json("status");
    assertThat(status.path("control").path("url").asString()).isEqualTo(samdan.url());
    assertThat(status.path("edge").path("pid").asLong()).isPositive();
    assertThat(status.path("database").path("pid").asLong()).isPositive();
    for (String name : List.of("dev", "prod")) {
      await()
          .untilAsserted(() ->
              assertThat(sample.status(name).path("tiers").path("api").path("healthyCount").asInt())
                  .isEqualTo(2));
      JsonNode environment = sample.status(name);
      JsonNode tiers = environment.path("tiers");
      assertThat(tiers.path("web").path("release").asString()).isNotEmpty();
      assertThat(tiers.path("api").path("image").asString())
          .matches("sample/api@sha256:[0-9a-f]{64}");
      assertThat(tiers.path("api").path("taskDefinition").asString()).matches(".+:\\d+");
      assertThat(tiers.path("api").path("desiredCount").asInt()).isEqualTo(2);
      assertThat(tiers.path("api").path("runningCount").asInt()).isEqualTo(2);
      assertThat(sample.taskPids(name)).hasSize(2).allMatch(pid -> ProcessId.of(pid).isPresent());
      assertThat(tiers.path("data").path("status").asString()).isNotEmpty();
      for (String listener : List.of("url", "testUrl")) {
        URI url = URI.create(environment.path(listener).asString());
        assertThat(url.getHost()).isEqualTo("127.0.0.1");
        assertThat(samdan.get(url + "/api/version").status())
            .as("%s %s", name, listener)
            .isEqualTo(200);
      }
    }
  }

  @Test
  @Order(5)
  void environments_cannot_reach_each_other_s_databases() throws SQLException {
    Database dev = Database.of(samdan.json("db", "url", "sample", "dev").toString());
    Database production = Database.of(samdan.json("db", "url", "sample", "prod").toString());
    assertThat(dev.name).isNotEqualTo(production.name);
    dev.connect(dev.name);
    assertThatThrownBy(() -> dev.connect(production.name))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> production.connect(dev.name))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied");
  }

  @Test
  @Order(6)
  void a_second_up_changes_nothing() {
    List<Long> before = housePids();
    assertThat(samdan.start().status()).isZero();
    assertThat(housePids()).isEqualTo(before);
  }

  @Test
  @Order(7)
  void what_down_left_alive_is_adopted_by_up() {
    List<Long> tasks = sample.taskPids("dev");
    List<Long> before = housePids();
    assertThat(samdan.samdan("down").status()).isZero();
    assertThat(before).as("control, edge, database").allMatch(pid -> ProcessId.of(pid).isEmpty());
    assertThat(tasks).allMatch(pid -> ProcessId.of(pid).isPresent());
    assertThat(samdan.start().status()).isZero();
    assertThat(sample.taskPids("dev")).isEqualTo(tasks);
    await().untilAsserted(() -> assertThat(sample.versionAt(Sample.DEV)).startsWith("200 "));
  }

  @Test
  @Order(8)
  void a_pipeline_is_released_again_and_a_deployment_is_rolled_back() {
    String next = sample.version("2.0.0");
    sample.push("dev");
    sample.succeeds("sample-dev-api", next);
    assertThat(sample.versionAt(Sample.DEV)).contains("2.0.0");
    assertThat(samdan.json("execution", "list", "--pipeline", "sample-dev-web").path("executions"))
        .as("only its tier changed")
        .hasSize(1);

    assertThat(samdan.json("pipeline", "start", "sample-dev-web").isObject()).isTrue();
    await("the second release")
        .atMost(Sample.PATIENCE)
        .until(() -> {
          JsonNode executions =
              samdan.json("execution", "list", "--pipeline", "sample-dev-web").path("executions");
          return executions.size() == 2
              && executions.path(0).path("status").asString().equals("Succeeded");
        });

    JsonNode deployments =
        samdan.json("deployment", "list", "--group", "sample-dev-api").path("deployments");
    assertThat(deployments.size()).isGreaterThanOrEqualTo(2);
    JsonNode shown = samdan.json("deployment", "show", deployments.path(0).path("id").asString());
    assertThat(shown.path("id").asString()).matches("d-[A-Z0-9]{9}");
    assertThat(shown.path("status").asString()).isEqualTo("Succeeded");
    assertThat(names(shown.path("events"))).contains("Install", "AllowTraffic");

    samdan.json("deployment", "rollback", "sample-dev-api");
    await()
        .atMost(Sample.PATIENCE)
        .untilAsserted(() -> assertThat(sample.versionAt(Sample.DEV)).contains("1.0.0"));
  }

  @Test
  @Order(9)
  void every_listing_is_one_json_document() {
    for (List<String> command :
        List.of(
            List.of("app", "list"),
            List.of("app", "show", "sample"),
            List.of("pipeline", "list"),
            List.of("pipeline", "show", "sample-dev-api"),
            List.of("pipeline", "export", "sample-prod-api"),
            List.of("deployment", "list"),
            List.of("task", "list"),
            List.of("image", "list"),
            List.of("room", "list"),
            List.of("token", "list"))) {
      assertThat(samdan.json(command.toArray(String[]::new)).isObject())
          .as(command.toString())
          .isTrue();
    }
    JsonNode image = samdan.json("image", "list").path("images").path(0);
    for (String field : List.of("repository", "digest", "tags", "sizeBytes", "pushedAt")) {
      assertThat(image.has(field)).as(field).isTrue();
    }
    assertThat(samdan.samdan("pipeline", "show", "unknown").status()).isEqualTo(1);
    assertThat(samdan.samdan("pipeline").status()).isEqualTo(2);
    JsonNode openApi =
        dev.samdan.base.Json.tree(samdan.get(samdan.url() + "/api/v1/openapi.json").body());
    assertThat(
            openApi.path("paths").has("/executions/{execution}")
                || openApi.path("paths").has("/api/v1/executions/{execution}"))
        .isTrue();
  }

  @Test
  @Order(10)
  void the_status_answers_from_the_home_when_control_is_dead() {
    assertThat(samdan.samdan("down").status()).isZero();
    JsonNode status = samdan.json("status");
    assertThat(status.path("control").isNull()).isTrue();
    assertThat(sample.status("dev").path("tiers").path("api").path("runningCount").asInt())
        .isEqualTo(2);
  }

  private static List<Long> housePids() {
    JsonNode status = samdan.json("status");
    List<Long> pids = new ArrayList<>();
    for (String process : List.of("control", "edge", "database")) {
      pids.add(status.path(process).path("pid").asLong());
    }
    return pids;
  }

  private static List<String> names(JsonNode nodes) {
    List<String> names = new ArrayList<>();
    nodes.forEach(node -> names.add(node.path("name").asString()));
    return names;
  }

  /** A tier's database, as its URL tells of it. */
  private record Database(String user, String password, String host, String name) {
    private static final Pattern URL =
        Pattern.compile("postgres(?:ql)?://([^:]+):([^@]+)@([^/]+)/([^?\"]+)");

    static Database of(String text) {
      Matcher url = URL.matcher(text);
      assertThat(url.find()).as(text).isTrue();
      return new Database(url.group(1), url.group(2), url.group(3), url.group(4));
    }

    void connect(String database) throws SQLException {
      DriverManager.getConnection("jdbc:postgresql://" + host + "/" + database, user, password)
          .close();
    }
  }
}
