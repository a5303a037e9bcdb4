package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.engine.EngineRequired;
import dev.samdan.registry.aws.AwsCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * A team's own Docker files and scripts for ECR, unchanged: by hand with the stock {@code aws} and
 * {@code docker}, and in a build under ECR's own names, up to the deployment. The files are the
 * commissioning team's where {@code shared/commission} lies beside the project, with their masks
 * filled in, else the example's own.
 */
@Tag("soak")
@EngineRequired
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommissionTest {
  private static final String ECR = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com";
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static Installation samdan;
  private static ContainerGround ground;
  private static TeamRepository repository;
  private static String registry;

  @BeforeAll
  static void install() throws Exception {
    ContainerGround.require();
    Path aws = AwsCommand.folder();
    samdan = new Installation();
    samdan.environment.put("PATH", aws + ":" + System.getenv("PATH"));
    assertThat(samdan.start().status()).as(samdan.controlLog()).isZero();
    registry = "localhost:" + samdan.port;
    ground = ContainerGround.in(samdan);
    ground.nameInEngine("python:3.10");
    samdan.json("app", "create", "staff");
    repository = TeamRepository.of(samdan, "staff", ContainerGround.EXAMPLE);
    Files.writeString(repository.folder.resolve("buildspec.yml"), BUILDSPEC);
    // Its pytest runs in the other test of containers.
    repository.edit("samdan.yml", "    tests: buildspec-test.yml\n", "");
    fillIn(registry);
    // The script finds the base image's commit by its message.
    repository.commit("requirements.txt: the first libraries");
  }

  @AfterAll
  static void nothing_is_left_behind() {
    if (ground != null) {
      ground.close();
    } else if (samdan != null) {
      samdan.close();
    }
  }

  /** The team's scripts are all of the build; the first of them is for a bastion host otherwise. */
  private static final String BUILDSPEC =
      """
      version: 0.2
      env:
        variables:
          REPOSITORY_URI: %1$s/staff/by-script
          BASE_IMAGE: %1$s/staff/api-base:latest
      phases:
        pre_build:
          commands:
            - export COMMIT_HASH=$(echo $CODEBUILD_RESOLVED_SOURCE_VERSION | cut -c 1-7)
            - export IMAGE_TAG=${COMMIT_HASH:=latest}
        build:
          commands:
            - cd docker/build
            - bash ./api_image_build.sh
      artifacts:
        files: ['**/*']
      """
          .formatted(ECR);

  @Test
  @Order(1)
  void by_hand_the_scripts_build_and_push_with_the_stock_commands() {
    run("base_image_build.sh", registry + "/staff/api-base");
    run("api_image_build.sh", registry + "/staff/api");

    Map<String, List<String>> tags = tags();
    assertThat(tags.get("staff/api-base")).contains("latest", repository.head());
    assertThat(tags.get("staff/api")).contains("latest", "by-hand");
  }

  @Test
  @Order(2)
  void in_a_build_they_run_under_ecrs_names_and_what_they_built_is_deployed() throws Exception {
    fillIn(ECR);
    String commit = repository.push("dev");
    for (String pipeline : List.of("staff-base", "staff-dev-api")) {
      String id = samdan.awaitEnd(pipeline, commit, PATIENCE).path("id").asString();
      JsonNode execution = samdan.api("/executions/" + id);
      assertThat(execution.path("status").asString())
          .as(
              "%s%n%s%n%s",
              execution.toPrettyString(),
              samdan.samdan("execution", "logs", id).out(),
              samdan.controlLog())
          .isEqualTo("Succeeded");
    }
    assertThat(tags().get("staff/by-script")).contains("latest", commit.substring(0, 7));
    assertThat(samdan.edge("staff-dev.localhost", "/api/version").body()).contains("1.0.0");
  }

  /** Runs a script where its own relative paths ask for. */
  private static void run(String script, String repositoryUri) {
    JsonNode key = samdan.json("token", "create", "--aws", script);
    List<String> command = new ArrayList<>(List.of("env"));
    Map.of(
            "AWS_ENDPOINT_URL", samdan.url() + "/aws",
            "AWS_ACCESS_KEY_ID", key.path("accessKeyId").asString(),
            "AWS_SECRET_ACCESS_KEY", key.path("secretAccessKey").asString(),
            "DOCKER_CONFIG", samdan.folder.resolve("docker").toString(),
            "REPOSITORY_URI", repositoryUri,
            "BASE_IMAGE", registry + "/staff/api-base",
            "COMMIT_HASH", repository.head())
        .forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(List.of("IMAGE_TAG=by-hand", "bash", "./" + script));
    if (script.startsWith("base")) {
      command.removeIf(word -> word.startsWith("IMAGE_TAG=") || word.startsWith("COMMIT_HASH="));
    }
    Installation.Ran ran = samdan.run(repository.folder.resolve("docker/build"), command, PATIENCE);
    assertThat(ran.status()).as("%s\n%s\n%s", script, ran.out(), ran.err()).isZero();
    assertThat(ran.out()).contains("Login Succeeded");
  }

  private static Map<String, List<String>> tags() {
    Map<String, List<String>> tags = new TreeMap<>();
    for (JsonNode image : samdan.json("image", "list").path("images")) {
      image
          .path("tags")
          .forEach(tag ->
              tags.computeIfAbsent(image.path("repository").asString(), _ -> new ArrayList<>())
                  .add(tag.asString()));
    }
    return tags;
  }

  /** Lays the commissioning team's files over the example's, where there are any. */
  private static void fillIn(String host) throws IOException {
    Path theirs = commissioned().orElse(null);
    if (theirs == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(theirs)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = repository.folder.resolve("docker").resolve(theirs.relativize(file).toString());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(
            copy,
            Files.readString(file)
                .replace("(가칭)", "")
                .replaceAll("\\*{4,}", host + "/staff/api-base"));
      }
    }
  }

  private static Optional<Path> commissioned() {
    return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
        .map(folder -> folder.resolve("shared/commission/docker"))
        .filter(Files::isDirectory)
        .findFirst();
  }
}
