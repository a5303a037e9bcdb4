package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.engine.EngineRequired;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * A Python team's repository ({@code examples/fastapi-flutter}) through dev and production in
 * containers: its base image, its image, its deployment, its pytest.
 */
@Tag("soak")
@EngineRequired
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContainerDeliveryTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String DEV = "staff-dev.localhost";
  private static final String PRODUCTION = "staff.localhost";
  private static Installation samdan;
  private static ContainerGround ground;
  private static TeamRepository repository;
  private static String commit;

  @BeforeAll
  static void install() {
    ContainerGround.require();
    samdan = Installation.up();
    ground = ContainerGround.in(samdan);
    samdan.json("app", "create", "staff");
    repository = TeamRepository.of(samdan, "staff", ContainerGround.EXAMPLE);
  }

  @AfterAll
  static void nothing_is_left_behind() {
    if (ground != null) {
      ground.close();
    } else if (samdan != null) {
      samdan.close();
    }
  }

  @Test
  @Order(1)
  void a_push_builds_the_base_the_image_and_tests_what_it_deployed() {
    commit = repository.push("dev");
    for (String pipeline : List.of("staff-base", "staff-dev-api", "staff-dev-web")) {
      succeeds(pipeline, commit);
    }
    assertThat(samdan.edge(DEV, "/api/version").body()).contains("1.0.0");
    assertThat(samdan.edge(DEV, "/").body()).contains("<title>Staff</title>");
    assertThat(
            samdan
                .api("/executions/" + newest("staff-dev-api").path("id").asString() + "/reports")
                .toString())
        .contains("test_a_wrong_password_is_refused");
    await()
        .untilAsserted(() ->
            assertThat(samdan.room("Staff dev"))
                .contains("staff-dev-api is live")
                .containsPattern("\\d+ tests passed"));
  }

  @Test
  @Order(2)
  void its_tasks_are_containers_of_the_pushed_image() {
    JsonNode api = tier("dev");
    assertThat(api.path("healthyCount").asInt()).isEqualTo(2);
    assertThat(api.path("image").asString()).matches("staff/api@sha256:[0-9a-f]{64}");
    assertThat(api.path("taskDefinition").asString()).matches("staff-api:\\d+");
    for (JsonNode task : api.path("tasks")) {
      assertThat(task.path("containerId").asString()).as(task.toString()).isNotEmpty();
    }
    assertThat(ground.docker("ps", "--quiet", "--filter", ground.label()).lines().count())
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  @Order(3)
  void a_change_of_the_code_builds_no_base_and_begins_from_the_cached_layers() {
    repository.edit("utils/settings.py", "VERSION = \"1.0.0\"", "VERSION = \"1.1.0\"");
    commit = repository.push("dev");
    JsonNode execution = succeeds("staff-dev-api", commit);

    assertThat(samdan.edge(DEV, "/api/version").body()).contains("1.1.0");
    assertThat(samdan.json("execution", "list", "--pipeline", "staff-base").path("executions"))
        .hasSize(1);
    assertThat(samdan.samdan("execution", "logs", execution.path("id").asString()).out())
        .contains("BASE_IMAGE=staff/api-base@sha256:")
        .contains("---> Using cache");
  }

  @Test
  @Order(4)
  void production_goes_live_once_it_is_approved() {
    repository.push("main");
    samdan.awaitApproval("staff-prod-api", commit, PATIENCE);
    samdan.awaitApproval("staff-prod-web", commit, PATIENCE);
    for (String pipeline : List.of("staff-prod-api", "staff-prod-web")) {
      assertThat(samdan.samdan("approve", pipeline, "--comment", "seen in dev").status()).isZero();
    }
    succeeds("staff-prod-api", commit);
    succeeds("staff-prod-web", commit);

    assertThat(samdan.edge(PRODUCTION, "/api/version").body()).contains("1.1.0");
    assertThat(samdan.edge(PRODUCTION, "/").body()).contains("<title>Staff</title>");
    assertThat(tier("prod").path("healthyCount").asInt()).isEqualTo(2);
  }

  @Test
  @Order(5)
  void containers_serve_with_their_database_while_control_is_dead_and_are_adopted() {
    List<String> before = containers("prod");
    ProcessHandle control =
        ProcessHandle.of(samdan.json("status").path("control").path("pid").asLong()).orElseThrow();
    control.destroyForcibly();
    control.onExit().join();

    assertThat(samdan.edge(PRODUCTION, "/health").body()).contains("\"ok\"");
    assertThat(samdan.start().status()).isZero();

    assertThat(containers("prod")).isEqualTo(before);
  }

  private static List<String> containers(String environment) {
    List<String> ids = new ArrayList<>();
    tier(environment).path("tasks").forEach(task -> ids.add(task.path("containerId").asString()));
    return ids.stream().sorted().toList();
  }

  private static JsonNode succeeds(String pipeline, String commit) {
    String id = samdan.awaitEnd(pipeline, commit, PATIENCE).path("id").asString();
    JsonNode execution = samdan.api("/executions/" + id);
    assertThat(execution.path("status").asString())
        .as(
            "%s%n%s%n%s",
            execution.toPrettyString(),
            samdan.samdan("execution", "logs", id).out(),
            samdan.controlLog())
        .isEqualTo("Succeeded");
    return execution;
  }

  private static JsonNode newest(String pipeline) {
    return samdan.newestExecution(pipeline);
  }

  private static JsonNode tier(String environment) {
    for (JsonNode each : samdan.json("status").path("applications").path(0).path("environments")) {
      if (each.path("name").asString().equals(environment)) {
        return each.path("tiers").path("api");
      }
    }
    throw new AssertionError("no environment " + environment);
  }
}
