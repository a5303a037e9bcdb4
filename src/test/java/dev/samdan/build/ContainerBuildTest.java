package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.samdan.base.Folders;
import dev.samdan.engine.Engine;
import dev.samdan.engine.EngineRequired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds in real containers of an image that is made here. */
@EngineRequired
class ContainerBuildTest {
  @TempDir Path temporary;

  private Path source;
  private Path work;
  private Path zip;
  private Path log;
  private String id;
  private Engine engine;
  private String image;

  @BeforeEach
  void open() throws IOException {
    work = Files.createDirectories(temporary.toRealPath().resolve("work it's"));
    source = Files.createDirectories(work.resolve("src"));
    zip = temporary.resolve("out.zip");
    log = temporary.resolve("log");
    id = "app-dev-api:" + UUID.randomUUID();
    engine = Engine.of(temporary.resolve("samdan"), System.getenv());
    image = BuildImage.in(engine);
  }

  @AfterEach
  void close() {
    ContainerProcess.endLeft(engine);
    engine.close();
  }

  private BuildRequest request(String buildspec, BuildLimits limits) throws IOException {
    Files.writeString(source.resolve("buildspec.yml"), buildspec);
    return new BuildRequest(
        id,
        source,
        Map.of(),
        "buildspec.yml",
        "api/buildspec.yml",
        Map.of("GIVEN", "it's given"),
        new BuildSecrets(List.of(), name -> Optional.of("value-of-the-store")),
        work,
        temporary.resolve("home"),
        log,
        Map.of("", zip),
        new BuildTerms(
            limits,
            new Workplace.Container(engine, image),
            new CacheFolder(temporary.resolve("caches"), InstantSource.system())),
        Optional.empty());
  }

  private BuildResult run(String buildspec) throws Exception {
    return runner(request(buildspec, new BuildLimits(1, 256, Duration.ofMinutes(2)))).run();
  }

  private static BuildRunner runner(BuildRequest request) {
    return new BuildRunner(request, InstantSource.system(), phases -> {}, () -> {});
  }

  private List<Container> containers() {
    return engine
        .client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of(Engine.HOME_LABEL, engine.homeId()))
        .exec();
  }

  @Test
  void commands_run_in_the_image_with_codebuilds_semantics() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            env:
              exported-variables: [VERSION]
              parameter-store: {KEY: /app/key}
            phases:
              install:
                commands:
                  - test -x /bin/busybox && test ! -e /etc/debian_version
                  - mkdir sub && cd sub
                  - VERSION=1.2
              build:
                commands:
                  - echo "$(basename "$PWD") $VERSION $GIVEN $HOME $TMPDIR $(id -u)"
                  - test "$KEY" = value-of-the-store && echo "the key is $KEY"
                  - echo "$CODEBUILD_BUILD_IMAGE"
                  - mkdir -p /tmp/made && echo content > /tmp/made/file
                  - ln -s /etc/hostname /tmp/made/link && ln -s file /tmp/made/inner
                  - nohup sleep 600 & sleep 600 &
                finally:
                  - codebuild-hash-files buildspec.yml | wc -c
            artifacts: {files: ['/tmp/made/*']}
            """);
    assertThat(result.message()).isEmpty();
    assertThat(result.phases().getFirst().name()).isEqualTo("PROVISIONING");
    assertThat(Files.readAllLines(log))
        .contains("sub 1.2 it's given /root /tmp 0", "the key is ***", image, "65");
    assertThat(result.exportedVariables()).containsEntry("VERSION", "1.2");
    Zips.unpack(zip, temporary.resolve("unpacked"));
    assertThat(temporary.resolve("unpacked/file")).content().isEqualTo("content\n");
    assertThat(temporary.resolve("unpacked/inner")).content().isEqualTo("content\n");
    assertThat(temporary.resolve("unpacked/link")).doesNotExist();
    assertThat(containers()).isEmpty();
  }

  @Test
  void run_as_names_the_user_of_its_commands() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            run-as: app
            phases:
              pre_build: {run-as: root, commands: ['id -u', 'A=1']}
              build:
                commands:
                  - echo "uid $(id -u) sees $A"; B=2
                  - test -r buildspec.yml
              post_build: {run-as: root, commands: ['echo "uid $(id -u) sees $A$B"']}
            """);
    assertThat(result.message()).isEmpty();
    assertThat(Files.readAllLines(log)).contains("0", "uid 1000 sees 1", "uid 0 sees 12");
  }

  @Test
  void a_cancelled_build_leaves_no_container() throws Exception {
    BuildRunner runner =
        runner(
            request(
                "version: 0.2\nphases: {build: {commands: [\"trap '' TERM; sleep 600\"]}}\n",
                new BuildLimits(0, 0, Duration.ofMinutes(2))));
    CompletableFuture<BuildResult> result =
        CompletableFuture.supplyAsync(() -> {
          try {
            return runner.run();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    await().until(() -> Files.exists(log) && Files.readString(log).contains("Running command"));
    runner.cancel();
    assertThat(result.get().status()).isEqualTo(BuildStatus.STOPPED);
    assertThat(containers()).isEmpty();
  }

  @Test
  void what_a_dead_control_left_is_removed() throws Exception {
    BuildRequest request = request("", new BuildLimits(0, 0, Duration.ofMinutes(1)));
    request.makeFolders();
    ControlFolder control = ControlFolder.make(work, Optional.empty());
    ContainerProcess.start(
        new Workplace.Container(engine, image),
        request,
        control,
        List.of("/bin/sleep", "600"),
        Map.of());
    assertThat(containers()).hasSize(1);

    ContainerProcess.endLeft(engine);

    assertThat(containers()).isEmpty();
  }

  @Test
  void more_memory_than_the_limit_is_told() throws Exception {
    BuildResult result =
        runner(
                request(
                    "version: 0.2\n"
                        + "phases: {build: {commands: ['head -c 200000000 /dev/zero | tail -c"
                        + " 150000000 > /dev/null']}}\n",
                    new BuildLimits(0, 32, Duration.ofMinutes(2))))
            .run();
    assertThat(result.status()).isEqualTo(BuildStatus.FAILED);
    assertThat(result.message()).contains("the build used up its 32 MiB of memory");
    assertThat(containers()).isEmpty();
  }

  @Test
  void an_image_that_is_nowhere_fails_in_provisioning() throws Exception {
    image = "localhost:1/nobody/nothing:1";
    BuildResult result = run("version: 0.2\nphases: {build: {commands: ['true']}}\n");
    assertThat(result.status()).isEqualTo(BuildStatus.FAILED);
    assertThat(result.phases())
        .singleElement()
        .satisfies(phase -> {
          assertThat(phase.name()).isEqualTo("PROVISIONING");
          assertThat(phase.statusCode()).isEqualTo("BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE");
        });
    assertThat(result.message())
        .startsWith(
            "the image localhost:1/nobody/nothing:1 is neither in the engine nor in a registry that"
                + " answers: ");
  }

  @Test
  void a_cache_keeps_folders_of_the_container() throws Exception {
    String buildspec =
        """
        version: 0.2
        phases:
          build:
            commands:
              - cat /opt/kept/file local/file || true
              - mkdir -p /opt/kept local && echo "kept in opt" > /opt/kept/file && echo "kept here" > local/file
        cache: {paths: ['/opt/kept/**/*', local], key: "k-$(codebuild-hash-files buildspec.yml)"}
        """;
    assertThat(run(buildspec).message()).isEmpty();
    assertThat(Files.readString(log)).doesNotContain("kept in opt\n").contains("Cache: kept as k-");
    Folders.delete(work);
    Files.createDirectories(source);
    assertThat(run(buildspec).message()).isEmpty();
    assertThat(Files.readString(log))
        .contains("Cache: restoring k-", "kept in opt\n", "kept here\n", "is kept already");
  }
}
