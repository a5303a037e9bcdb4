package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * Pushes that must not go well: each ends in the state that is true, with a message that names the
 * place, and what was live before serves every request meanwhile.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrokenPushTest {
  private static Installation samdan;
  private static Sample sample;

  @BeforeAll
  static void deliver() {
    samdan = Installation.up();
    sample = Sample.create(samdan);
    sample.deliverToDev();
  }

  @AfterAll
  static void nothing_is_left_behind() {
    samdan.close();
  }

  @Test
  @Order(1)
  void code_that_does_not_compile_fails_the_build_with_its_line() {
    JsonNode execution =
        broken(
            "api/src/sample/Version.java",
            text -> text.replace("\"1.0.0\"", "1.0.0"),
            "Forget the quotes");
    assertThat(Sample.action(execution, "Build").path("status").asString()).isEqualTo("Failed");
    assertThat(log(execution)).contains("src/sample/Version.java:5: error");
    assertThat(Sample.action(execution, "Build").path("error").asString())
        .contains("buildspec.yml:7");
    tells("sample-dev-api failed in Build");
  }

  @Test
  @Order(2)
  void an_invalid_samdan_yml_fails_the_source_with_its_line() {
    JsonNode execution =
        broken("samdan.yml", text -> text.replace("port: 8080", "port: 80800"), "Mistype the port");
    String error = Sample.action(execution, "Source").path("error").asString();
    assertThat(error).contains("samdan.yml:12").contains("80800").contains("1 to 65535");
    tells("samdan.yml:12");
  }

  @Test
  @Order(3)
  void an_invalid_buildspec_fails_the_build_with_its_line() {
    JsonNode execution =
        broken(
            "api/buildspec.yml",
            text -> text.replace("version: 0.2", "version: 0.9"),
            "Mistype the version");
    assertThat(Sample.action(execution, "Build").path("error").asString())
        .as(execution.toPrettyString())
        .contains("buildspec.yml:1")
        .contains("0.9");
    tells("buildspec.yml:1");
  }

  @Test
  @Order(4)
  void a_version_that_never_gets_healthy_explains_itself_and_takes_no_traffic() {
    JsonNode execution =
        broken(
            "api/src/sample/Main.java",
            text ->
                text.replace(
                    "int port = Integer",
                    "if (true) throw new IllegalStateException(\"no license file\");\n    int port = Integer"),
            "Look for a license first");
    JsonNode deploy = Sample.action(execution, "Deploy");
    assertThat(deploy.path("status").asString()).isEqualTo("Failed");
    assertThat(deploy.path("error").asString()).isNotEmpty();
    JsonNode deployment =
        samdan.json("deployment", "list", "--group", "sample-dev-api").path("deployments").path(0);
    JsonNode shown = samdan.json("deployment", "show", deployment.path("id").asString());
    assertThat(shown.path("status").asString()).isEqualTo("Failed");
    assertThat(shown.path("explanation").toString()).contains("no license file");
    tells("sample-dev-api failed in Deploy");
  }

  @Test
  @Order(5)
  void a_test_that_fails_is_named_and_the_new_version_serves_on() {
    JsonNode execution =
        push(
            "api/resources/docs/index.html",
            text -> text.replace("Staff directory API", "Staff API"),
            "Rename the page");
    assertThat(Sample.action(execution, "Deploy").path("status").asString()).isEqualTo("Succeeded");
    JsonNode test = Sample.action(execution, "Test");
    assertThat(test.path("status").asString()).isEqualTo("Failed");
    assertThat(test.path("error").asString()).contains("docs_are_a_page");
    assertThat(samdan.edge(Sample.DEV, "/docs").body()).contains("Staff API");
    tells("docs_are_a_page");
    assertThat(samdan.json("pipeline", "retry", "sample-dev-api").isObject()).isTrue();
    String first = test.path("id").asString();
    await("the second run of the tests")
        .atMost(Sample.PATIENCE)
        .until(() ->
            !Sample.action(samdan.newestExecution("sample-dev-api"), "Test")
                .path("id")
                .asString(first)
                .equals(first));
    JsonNode again = sample.fails("sample-dev-api", sample.repository().head());
    assertThat(Sample.action(again, "Build").path("attempts").asInt())
        .as("only the failed stage ran again")
        .isEqualTo(1);
  }

  @Test
  @Order(6)
  void the_next_good_push_is_delivered() {
    String commit =
        sample.change(
            "api/resources/docs/index.html",
            text -> text.replace("Staff API", "Staff directory API"),
            "Name the page again");
    sample.push("dev");
    sample.succeeds("sample-dev-api", commit);
  }

  /**
   * Pushes a change that fails, and takes it back afterwards; the version that was live has served
   * throughout.
   */
  private static JsonNode broken(String file, UnaryOperator<String> change, String message) {
    String original = sample.text(file);
    try (Load load = Load.start(samdan, Sample.DEV, "/api/version", 50, 2)) {
      JsonNode execution = push(file, change, message);
      load.close();
      assertThat(load.failures()).isEmpty();
      assertThat(load.answered()).isPositive();
      assertThat(load.bodies())
          .as("the version that was live")
          .singleElement()
          .asString()
          .contains("1.0.0");
      return execution;
    } finally {
      // Committed with whatever is changed next.
      sample.repository().edit(file, broken -> original);
    }
  }

  private static JsonNode push(String file, UnaryOperator<String> change, String message) {
    String before = sample.repository().head();
    String commit = sample.change(file, change, message);
    assertThat(commit).as("the change changed something").isNotEqualTo(before);
    sample.push("dev");
    return sample.fails("sample-dev-api", commit);
  }

  private static String log(JsonNode execution) {
    return samdan.samdan("execution", "logs", execution.path("id").asString()).out();
  }

  private static void tells(String text) {
    await()
        .untilAsserted(() ->
            assertThat(samdan.room(Sample.DEV_ROOM).lines().limit(12).toList())
                .asString()
                .contains(text));
  }
}
