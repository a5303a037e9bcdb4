package dev.samdan.registry.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The stock {@code aws} command and boto3 against {@code /aws}. */
@Tag("soak")
class AwsClientsTest {
  private static final String OCI = "application/vnd.oci.image.manifest.v1+json";

  private static Path tools;

  @TempDir Path home;
  private AwsServer server;
  private int port;

  @BeforeAll
  static void install() throws Exception {
    tools = AwsCommand.folder();
  }

  @BeforeEach
  void serve() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    server = new AwsServer(home, port);
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  private record Ran(int status, String out) {}

  private static Ran run(Path folder, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", "");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(out.toFile());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return new Ran(124, "no end within three minutes");
      }
      return new Ran(process.exitValue(), Files.readString(out));
    } catch (IOException e) {
      return new Ran(127, String.valueOf(e.getMessage()));
    }
  }

  private Map<String, String> environment(String secret) {
    return Map.of(
        "AWS_ENDPOINT_URL",
        "http://localhost:" + port + "/aws",
        "AWS_ACCESS_KEY_ID",
        server.key.accessKeyId(),
        "AWS_SECRET_ACCESS_KEY",
        secret,
        "AWS_DEFAULT_REGION",
        "ap-northeast-2",
        "AWS_CONFIG_FILE",
        "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE",
        "/dev/null",
        "PATH",
        tools + ":" + System.getenv("PATH"));
  }

  private Ran aws(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(tools.resolve("aws").toString()));
    command.addAll(List.of(arguments));
    return run(home, environment(server.key.secretAccessKey()), command.toArray(String[]::new));
  }

  private JsonNode json(String... arguments) throws Exception {
    Ran ran = aws(arguments);
    assertThat(ran.status()).as(ran.out()).isZero();
    return Json.tree(ran.out());
  }

  private String image(String repository, String name, String tag) {
    byte[] config = ("{\"name\": \"" + name + "\"}").getBytes(StandardCharsets.UTF_8);
    var digest = server.registry.putBlob(repository, new ByteArrayInputStream(config));
    String manifest =
        "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"config\": {\"mediaType\": \"application/vnd.oci.image.config.v1+json\", \"digest\": \"%s\", \"size\": %d}, \"layers\": []}"
            .formatted(OCI, digest, config.length);
    return server
        .registry
        .putManifest(repository, tag, manifest.getBytes(StandardCharsets.UTF_8), OCI)
        .toString();
  }

  @Test
  void the_commands_of_build_scripts_work() throws Exception {
    assertThat(aws("ecr", "describe-repositories", "--repository-names", "team/api").status())
        .isNotZero();
    JsonNode created =
        json(
            "ecr",
            "create-repository",
            "--repository-name",
            "team/api",
            "--image-tag-mutability",
            "IMMUTABLE");
    assertThat(created.path("repository").path("repositoryUri").asString())
        .isEqualTo("localhost:" + port + "/team/api");
    assertThat(aws("ecr", "create-repository", "--repository-name", "team/api").out())
        .contains("RepositoryAlreadyExistsException");

    String first = image("team/api", "one", "1");
    String second = image("team/api", "two", "2");
    assertThat(
            aws(
                    "ecr",
                    "describe-images",
                    "--repository-name",
                    "team/api",
                    "--query",
                    "sort_by(imageDetails,& imagePushedAt)[-1].imageTags[0]",
                    "--output",
                    "text")
                .out())
        .isEqualTo("2\n");
    assertThat(json("ecr", "list-images", "--repository-name", "team/api").path("imageIds"))
        .hasSize(2);

    // Retagging, as AWS's documentation has it.
    Ran manifest =
        aws(
            "ecr",
            "batch-get-image",
            "--repository-name",
            "team/api",
            "--image-ids",
            "imageTag=1",
            "--query",
            "images[].imageManifest",
            "--output",
            "text");
    JsonNode put =
        json(
            "ecr",
            "put-image",
            "--repository-name",
            "team/api",
            "--image-tag",
            "released",
            "--image-manifest",
            manifest.out().stripTrailing());
    assertThat(put.path("image").path("imageId").path("imageDigest").asString()).isEqualTo(first);
    assertThat(server.registry.tags("team/api")).containsExactly("1", "2", "released");
    assertThat(
            aws(
                    "ecr",
                    "put-image",
                    "--repository-name",
                    "team/api",
                    "--image-tag",
                    "2",
                    "--image-manifest",
                    manifest.out().stripTrailing())
                .out())
        .contains("ImageTagAlreadyExistsException");

    JsonNode deleted =
        json(
            "ecr",
            "batch-delete-image",
            "--repository-name",
            "team/api",
            "--image-ids",
            "imageDigest=" + second,
            "imageTag=none");
    assertThat(deleted.path("imageIds")).hasSize(1);
    assertThat(deleted.path("failures").path(0).path("failureCode").asString())
        .isEqualTo("ImageNotFound");
    assertThat(aws("ecr", "delete-repository", "--repository-name", "team/api").out())
        .contains("RepositoryNotEmptyException");
    json("ecr", "delete-repository", "--repository-name", "team/api", "--force");
  }

  @Test
  void the_login_password_opens_the_registry_until_the_key_is_revoked() throws Exception {
    String password = aws("ecr", "get-login-password", "--region", "ap-northeast-2").out().strip();

    assertThat(server.keys.authenticatePassword(password)).isPresent();
    assertThat(server.keys.authenticatePassword(password + "x")).isEmpty();
    assertThat(server.keys.authenticatePassword(password.replaceFirst("\\.1", ".2"))).isEmpty();
    server.keys.revoke("mina", server.key.accessKeyId());
    assertThat(server.keys.authenticatePassword(password)).isEmpty();
    assertThat(aws("ecr", "describe-repositories").out()).contains("UnrecognizedClientException");
  }

  @Test
  void a_wrong_secret_is_refused_as_aws_does() throws Exception {
    Ran ran =
        run(
            home,
            environment("wrong"),
            tools.resolve("aws").toString(),
            "ecr",
            "describe-repositories");
    assertThat(ran.status()).isNotZero();
    assertThat(ran.out()).contains("InvalidSignatureException");
  }

  @Test
  void policies_and_task_definitions_go_through_boto3() throws Exception {
    Path script = home.resolve("script.py");
    Files.writeString(
        script,
        """
        import boto3, json
        ecr = boto3.client("ecr")
        for n in range(3):
            ecr.create_repository(repositoryName=f"app{n}")
        names = [r["repositoryName"] for page in ecr.get_paginator("describe_repositories").paginate(
            PaginationConfig={"PageSize": 2}) for r in page["repositories"]]
        assert names == ["app0", "app1", "app2"], names
        policy = {"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged",
            "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14}, "action": {"type": "expire"}}]}
        ecr.put_lifecycle_policy(repositoryName="app0", lifecyclePolicyText=json.dumps(policy))
        assert json.loads(ecr.get_lifecycle_policy(repositoryName="app0")["lifecyclePolicyText"]) == policy
        try:
            ecr.put_lifecycle_policy(repositoryName="app0", lifecyclePolicyText=json.dumps({"rules": []}) + " " * 100)
            raise AssertionError("an empty policy was taken")
        except ecr.exceptions.InvalidParameterException as e:
            assert "rules must be a list" in str(e), e
        try:
            ecr.get_lifecycle_policy(repositoryName="app1")
            raise AssertionError("there is no policy")
        except ecr.exceptions.LifecyclePolicyNotFoundException:
            pass
        ecr.put_image_tag_mutability(repositoryName="app0", imageTagMutability="IMMUTABLE")
        assert ecr.describe_repositories(repositoryNames=["app0"])["repositories"][0]["imageTagMutability"] == "IMMUTABLE"
        registered = boto3.client("ecs").register_task_definition(family="app", containerDefinitions=[
            {"name": "api", "image": "app0:1"}])
        assert registered["taskDefinition"]["family"] == "echoed", registered
        print("done")
        """);
    Ran ran =
        run(
            home,
            environment(server.key.secretAccessKey()),
            tools.resolve("python").toString(),
            script.toString());
    assertThat(ran.out()).isEqualTo("done\n");
  }
}
