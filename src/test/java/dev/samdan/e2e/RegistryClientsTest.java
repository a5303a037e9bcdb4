package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.samdan.engine.EngineRequired;
import dev.samdan.engine.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * docker, skopeo and buildah as clients of the registry: at its own address, and under a name of
 * ECR on a machine that trusts it.
 */
@Tag("soak")
@EngineRequired
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RegistryClientsTest {
  private static final String ECR = "998877665544.dkr.ecr.ap-northeast-2.amazonaws.com";
  private static final Path HOSTS = Path.of("/etc/hosts");
  private static Installation samdan;
  private static String registry;
  private static String hostsBefore;

  @BeforeAll
  static void install() throws IOException {
    for (String command : List.of("docker", "skopeo", "buildah")) {
      assumeTrue(isInstalled(command), command + " is not installed here; CI installs it");
    }
    assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "changing what a machine trusts needs root");
    samdan = Installation.up();
    registry = "localhost:" + samdan.port;
    hostsBefore = Files.readString(HOSTS);
  }

  @AfterAll
  static void stop() {
    if (samdan != null) {
      try {
        samdan.samdan("registry", "trust", "--remove");
        run("docker", "rmi", registry + "/clients/small:1", ECR + "/clients/small:2");
      } finally {
        samdan.close();
      }
    }
  }

  @Test
  @Order(1)
  void docker_pushes_and_pulls() {
    docker("login", "--username", "anyone", "--password", samdan.token(), registry);
    docker("tag", TestImage.small(), registry + "/clients/small:1");
    docker("push", registry + "/clients/small:1");
    docker("rmi", registry + "/clients/small:1");
    docker("pull", registry + "/clients/small:1");

    assertThat(docker("run", "--rm", registry + "/clients/small:1", "echo", "it runs"))
        .isEqualTo("it runs\n");
  }

  @Test
  @Order(2)
  void skopeo_copies_and_deletes() {
    String login = "anyone:" + samdan.token();
    String from = "docker://" + registry + "/clients/small:1";
    String to = "docker://" + registry + "/clients/copied:oci";
    run(
        "skopeo",
        "copy",
        "--format",
        "oci",
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
        "--src-creds",
        login,
        "--dest-creds",
        login,
        from,
        to);

    assertThat(run("skopeo", "inspect", "--raw", "--tls-verify=false", "--creds", login, to))
        .contains("application/vnd.oci.image.manifest.v1+json");
    run("skopeo", "delete", "--tls-verify=false", "--creds", login, to);
    assertThat(repositoryTags("clients/copied")).isEmpty();
  }

  @Test
  @Order(3)
  void buildah_builds_upon_it_and_pushes() throws IOException {
    Path context = Files.createDirectories(samdan.folder.resolve("buildah"));
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM " + registry + "/clients/small:1\nCOPY Dockerfile /Dockerfile\n");
    String login = "anyone:" + samdan.token();
    String image = registry + "/clients/buildah:1";
    buildah(
        "build",
        "--isolation=chroot",
        "--tls-verify=false",
        "--creds",
        login,
        "-t",
        image,
        context.toString());
    buildah("push", "--tls-verify=false", "--creds", login, image);

    assertThat(repositoryTags("clients/buildah")).containsExactly("1");
  }

  @Test
  @Order(4)
  void a_machine_that_trusts_it_finds_it_under_ecrs_name() {
    samdan.json("registry", "trust", ECR);

    // The engine, like every program in Go, keeps the hosts file for five seconds.
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            docker(
                "login",
                "--username",
                "AWS",
                "--password",
                samdan.token(),
                ECR + "/clients/small"));
    docker("tag", TestImage.small(), ECR + "/clients/small:2");
    docker("push", ECR + "/clients/small:2");
    assertThat(repositoryTags("clients/small")).contains("2");
    String inspected =
        run(
            "skopeo",
            "inspect",
            "--creds",
            "AWS:" + samdan.token(),
            "docker://" + ECR + "/clients/small:2");
    assertThat(inspected).contains(ECR + "/clients/small");
  }

  @Test
  @Order(5)
  void undone_the_machine_is_as_it_was() throws IOException {
    JsonNode left = samdan.json("registry", "trust", "--remove");

    assertThat(left.path("hosts")).isEmpty();
    assertThat(Files.readString(HOSTS)).isEqualTo(hostsBefore);
    assertThat(Path.of("/etc/docker/certs.d", ECR)).doesNotExist();
    assertThat(Path.of("/usr/local/share/ca-certificates/samdan-ca.crt")).doesNotExist();
  }

  private static List<String> repositoryTags(String repository) {
    List<String> tags = new ArrayList<>();
    for (JsonNode image : samdan.json("image", "list").path("images")) {
      if (image.path("repository").asString().equals(repository)) {
        image.path("tags").forEach(tag -> tags.add(tag.asString()));
      }
    }
    return tags;
  }

  private static String docker(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("docker", "--config", samdan.folder.resolve("docker").toString()));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private static void buildah(String... arguments) {
    Path store = samdan.folder.resolve("containers");
    List<String> command =
        new ArrayList<>(
            List.of(
                "buildah",
                "--storage-driver=vfs",
                "--root=" + store.resolve("root"),
                "--runroot=" + store.resolve("run")));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  private static String run(String... command) {
    Installation.Ran ran = samdan.run(samdan.folder, List.of(command), Duration.ofMinutes(2));
    assertThat(ran.status()).as("%s\n%s\n%s", List.of(command), ran.out(), ran.err()).isZero();
    return ran.out();
  }

  private static boolean isInstalled(String command) {
    return java.util.stream.Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }
}
