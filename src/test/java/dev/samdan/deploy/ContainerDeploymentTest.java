package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.engine.EngineRequired;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.registry.ImageReference;
import dev.samdan.runtime.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deployments in containers of a Docker engine: what goes live, and what a failed one says. */
@Tag("soak")
@EngineRequired
class ContainerDeploymentTest {
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

  @TempDir Path home;
  @TempDir Path machine;
  private Platform platform;

  @BeforeEach
  void start() throws IOException {
    platform = new Platform(home, System.getenv());
    platform.declare("c1", Platform.DECLARATION);
  }

  @AfterEach
  void stop() throws InterruptedException {
    platform.close();
  }

  @Test
  void several_containers_are_one_task_that_serves() throws Exception {
    Map<String, Object> side = new LinkedHashMap<>();
    side.put("name", "side");
    side.put("image", "<IMAGE1_NAME>");
    side.put("essential", false);
    side.put("memory", 64);
    side.put(
        "entryPoint", List.of("sh", "-c", "while :; do nc -l -p 9000 -e echo of the other; done"));
    deploys(List.of(side, web(Map.of("dependsOn", List.of(dependsOn("side"))))), List.of(), "c1");

    assertThat(inside("nc%20localhost%209000")).isEqualToIgnoringWhitespace("of the other");
    assertThat(Objects.requireNonNull(platform.engine).containers()).hasSize(3); // With the pause.
  }

  /** The engine's own words are matched, so they are the engine's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nope                                                       | command-not-found
          /etc/passwd                                                | not-executable
          /app/migrate.sh                                            | foreign-program
          sh;-c;a=aaaaaaaa; while :; do a=$a$a; done                 | out-of-memory
          sh;-c;nc -ll -p 90 -e ls & sleep 2; nc -l -p 90; exit 1     | port-fixed
          sh;-c;echo FATAL no settings >&2; exit 3                   | exit-before-probe
          sh;-c;no-such-program                                      | command-not-found
          sh;-c;echo x: no space left on device; exit 1              | disk-full
          """)
  void a_container_that_cannot_run_is_explained(String entryPoint, String rule) {
    deploysInVain(
        List.of(web(Map.of("entryPoint", List.of(entryPoint.split(";", 3))))), List.of(), "c1");

    assertThat(cause().rule()).as("%s", platform.newest()).isEqualTo(rule);
    assertThat(cause().text()).endsWith(".");
    assertThat(cause().remedy()).isNotEmpty();
  }

  @Test
  void a_failing_health_check_of_a_container_is_explained_with_what_it_said() {
    platform.stopControl();
    platform.healthDeadline = Duration.ofSeconds(20);
    platform.startControl();
    Map<String, Object> check =
        Map.of(
            "command",
            List.of("CMD-SHELL", "echo the queue is away; exit 1"),
            "interval",
            5,
            "timeout",
            2,
            "retries",
            1);

    deploysInVain(List.of(web(Map.of("healthCheck", check))), List.of(), "c1");

    assertThat(cause().rule()).as("%s", platform.newest()).isEqualTo("unhealthy");
    assertThat(platform.newest().error())
        .startsWith(
            "The health check of container web failed 1 times in a row, the last time with: the"
                + " queue is away.");
  }

  @Test
  void an_image_that_cannot_be_pulled_or_is_damaged_leaves_blue_serving_and_is_mended_by_a_build()
      throws Exception {
    platform.deliver("c1", Map.of("VERSION", "1"));
    platform.pushed = image -> layer(image, file -> Files.write(file, new byte[] {1, 2, 3}));

    assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
        .isEqualTo(ExecutionStatus.Failed);

    assertThat(cause().rule()).as("%s", platform.newest()).isEqualTo("image-damaged");
    assertThat(cause().remedy()).isEqualTo("Build it again: samdan pipeline start sample-dev-api");
    assertThat(DeploymentsTest.body(url("/api/version"))).isEqualTo("1");

    platform.pushed = image -> layer(image, Files::delete);
    assertThat(platform.deliver("c3", Map.of("VERSION", "3")).status())
        .isEqualTo(ExecutionStatus.Failed);

    assertThat(cause().rule()).as("%s", platform.newest()).isEqualTo("image-missing");
    assertThat(DeploymentsTest.body(url("/api/version"))).isEqualTo("1");

    platform.pushed = image -> {};
    assertThat(platform.deliver("c4", Map.of("VERSION", "4")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
    assertThat(DeploymentsTest.body(url("/api/version"))).isEqualTo("4");
  }

  @Test
  void what_makes_root_of_a_task_definition_is_refused_until_the_application_is_trusted()
      throws Exception {
    Files.writeString(machine.resolve("motd"), "of the machine");
    List<Object> volumes = List.of(volume(machine));
    Map<String, Object> asks = web(Map.of("privileged", true, "mountPoints", List.of(mount())));

    deploysInVain(List.of(asks), volumes, "c1");

    assertThat(platform.newest().error())
        .contains(
            "staff:1 asks for the machine itself: volume shared is its folder " + machine,
            "; container web is privileged",
            "samdan up --machine-access sample")
        .endsWith("Nothing served in dev before, so nothing does.");
    assertThat(Objects.requireNonNull(platform.engine).containers()).isEmpty();

    platform.stopControl();
    platform.trusted = List.of("sample");
    platform.startControl();
    deploys(List.of(web(Map.of("mountPoints", List.of(mount())))), volumes, "c2");
    assertThat(inside("cat%20/shared/motd")).isEqualTo("of the machine");

    deploysInVain(
        List.of(web(Map.of("mountPoints", List.of(mount())))),
        List.of(volume(home.resolve("registry"))),
        "c3");
    assertThat(platform.newest().error()).contains("which lies in Samdan's home");
    assertThat(inside("cat%20/shared/motd")).isEqualTo("of the machine");
  }

  private static Map<String, Object> dependsOn(String name) {
    return Map.of("containerName", name, "condition", "START");
  }

  private static Object volume(Path folder) {
    return Map.of("name", "shared", "host", Map.of("sourcePath", folder.toString()));
  }

  private static Object mount() {
    return Map.of("sourceVolume", "shared", "containerPath", "/shared");
  }

  private static Map<String, Object> web(Map<String, Object> more) {
    Map<String, Object> web = new LinkedHashMap<>();
    web.put("name", "web");
    web.put("image", "<IMAGE1_NAME>");
    web.put("essential", true);
    web.put("memory", 64);
    web.put("portMappings", List.of(Map.of("containerPort", 8080)));
    web.putAll(more);
    return web;
  }

  private void deploys(List<?> containers, List<?> volumes, String commit) {
    deploy(containers, volumes, commit, ExecutionStatus.Succeeded);
  }

  private void deploysInVain(List<?> containers, List<?> volumes, String commit) {
    deploy(containers, volumes, commit, ExecutionStatus.Failed);
  }

  private void deploy(
      List<?> containers, List<?> volumes, String commit, ExecutionStatus expected) {
    String definition =
        Json.write(
            Map.of("family", "staff", "containerDefinitions", containers, "volumes", volumes));
    platform.sourceFiles.put(
        commit, Map.of("api/appspec.yaml", APPSPEC, "api/taskdef.json", definition));
    var execution = platform.deliver(commit, Map.of("VERSION", commit));
    assertThat(execution.status()).as("%s", execution).isEqualTo(expected);
    await().until(() -> platform.newest().status().isFinal());
  }

  private Explanation.LikelyCause cause() {
    return Objects.requireNonNull(
        Objects.requireNonNull(
                platform.newest().explanation(), () -> String.valueOf(platform.newest()))
            .cause(),
        () -> String.valueOf(platform.newest()));
  }

  private interface Harm {
    void to(Path file) throws IOException;
  }

  private void layer(String image, Harm harm) {
    ImageReference reference = ImageReference.parse(image);
    Digest layer =
        platform
            .registry
            .layers(reference.repository(), Objects.requireNonNull(reference.digest()))
            .layers()
            .getFirst();
    try {
      harm.to(platform.registry.blobFile(layer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String url(String path) {
    return platform.dev().url() + path;
  }

  /** What a command in the container that serves writes. */
  private String inside(String command) throws IOException {
    Task task =
        platform.tasks.tasks("sample", "dev").stream()
            .filter(Task::isRunning)
            .findFirst()
            .orElseThrow();
    return DeploymentsTest.body("http://" + task.host() + ":" + task.port() + "/run?" + command);
  }
}
