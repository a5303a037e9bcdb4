package dev.samdan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Image;
import dev.samdan.audit.Audit;
import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.engine.Engine;
import dev.samdan.engine.EngineRequired;
import dev.samdan.engine.TestImage;
import dev.samdan.identity.Identity;
import dev.samdan.registry.ImageConfig;
import dev.samdan.registry.Registry;
import dev.samdan.registry.RegistryRoutes;
import io.javalin.Javalin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds on the machine's own Docker engine, pushed into a registry on a real port. */
@EngineRequired
class EngineBuilderTest {
  @TempDir Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private Database database;
  private Registry registry;
  private Javalin server;
  private Engine engine;
  private Images images;
  private Path context;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.fresh();
    Identity identity = new Identity(database, InstantSource.system());
    identity.ensureOwner("Admin");
    String token = identity.issueToken(Identity.OWNER, "engine");
    Path home = folder.resolve("home");
    registry = new Registry(home, database);
    RegistryRoutes routes =
        new RegistryRoutes(
            registry, identity::authenticateToken, repository -> null, new Audit(database));
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  routes.register(config.routes);
                })
            .start("127.0.0.1", 0);
    String address = "localhost:" + server.port();
    engine = Engine.of(home, System.getenv());
    engine.signIn(address, "samdan", token);
    images = new Images(home, database, registry, engine, address);
    context = Files.createDirectories(folder.resolve("context"));
    pushBase();
  }

  @AfterEach
  void stop() {
    images.forget("team");
    removePulled();
    engine.close();
    server.stop();
    registry.close();
    database.close();
  }

  @Test
  void the_teams_shape_is_built_with_run_and_pushed_by_digest() throws Exception {
    write("requirements.txt", "fastapi\n");
    write(
        "docker/Dockerfile-base",
        """
        FROM python:3.10

        WORKDIR /sample(가칭)

        # Install dependencies
        COPY requirements.txt ./requirements.txt
        RUN cat ./requirements.txt > installed
        """);
    write(
        "docker/Dockerfile",
        """
        ARG BASE_IMAGE
        FROM ${BASE_IMAGE}
        WORKDIR /sample(가칭)
        COPY *.sh ./
        RUN chmod +x ./*.sh
        RUN mkdir -p /sample/sync_data
        VOLUME ["/sample/sync_data"]
        EXPOSE 8080
        ENTRYPOINT ["sh", "./boot.sh"]
        """);
    write("boot.sh", "echo up\n");

    Digest base = build("docker/Dockerfile-base", "team/api-base", Map.of());
    ImageBuilder.Built built =
        images.buildFrom(
            new Images.ImageBuild(
                new Images.Context(context, "", "docker/Dockerfile"),
                Map.of("BASE_IMAGE", "team/api-base@" + base),
                null,
                "team/api",
                List.of("c1", "latest"),
                log::add));

    assertThat(built.base()).isEqualTo(new Stage.Base("team/api-base", base));
    assertThat(registry.manifest("team/api", "latest").digest()).isEqualTo(built.digest());
    assertThat(registry.manifest("team/api", "c1").digest()).isEqualTo(built.digest());
    assertThat(registry.config("team/api", built.digest()).entrypoint())
        .containsExactly("sh", "./boot.sh");
    assertThat(registry.config("team/api", built.digest()).workingDir()).isEqualTo("/sample(가칭)");
    Path root = Files.createDirectories(folder.resolve("root"));
    registry.unpack("team/api", built.digest(), root);
    assertThat(root.resolve("sample(가칭)/boot.sh")).isExecutable();
    assertThat(root.resolve("sample(가칭)/installed")).hasContent("fastapi");
    assertThat(log).anyMatch(line -> line.matches("Step \\d+/\\d+ : RUN chmod .*"));
  }

  @Test
  void a_second_build_begins_from_the_first_ones_layers() throws Exception {
    write("Dockerfile", "FROM python:3.10\nRUN echo made > /made\nCOPY app /app\n");
    write("app", "one");
    Digest first = build("Dockerfile", "team/api", Map.of());
    log.clear();

    assertThat(build("Dockerfile", "team/api", Map.of())).isEqualTo(first);
    assertThat(log).filteredOn(line -> line.contains("Using cache")).hasSizeGreaterThan(2);

    log.clear();
    write("app", "two");
    assertThat(build("Dockerfile", "team/api", Map.of())).isNotEqualTo(first);
    assertThat(log).contains(" ---> Using cache");
  }

  @Test
  void build_arguments_reach_run_and_unknown_ones_are_left_out() throws Exception {
    write(
        "Dockerfile",
        "ARG TAG=none\nFROM python:$TAG\nARG GREETING\nRUN echo \"$GREETING\" > /greeting\n");

    Digest image =
        build("Dockerfile", "team/api", Map.of("TAG", "3.10", "GREETING", "hello", "OTHER", "x"));

    Path root = Files.createDirectories(folder.resolve("root"));
    registry.unpack("team/api", image, root);
    assertThat(root.resolve("greeting")).hasContent("hello");
    assertThat(log).noneMatch(line -> line.contains("OTHER"));
  }

  @Test
  void names_of_amazons_registry_mean_this_one() throws Exception {
    String ecr = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/";
    write(
        "Dockerfile",
        "FROM "
            + ecr
            + "python:3.10 AS one\nRUN echo a > /a\nFROM scratch\nCOPY --from=one /a /a\n"
            + "COPY --from="
            + ecr
            + "python:3.10 /etc/passwd /p\n");
    Path root = Files.createDirectories(folder.resolve("root"));
    registry.unpack("team/api", build("Dockerfile", "team/api", Map.of()), root);
    assertThat(root.resolve("a")).hasContent("a");
    assertThat(root.resolve("p")).isNotEmptyFile();

    write("Dockerfile", "\nFROM " + ecr + "missing:1\nRUN true\n");
    assertThatThrownBy(() -> build("Dockerfile", "team/api", Map.of()))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(
            "Dockerfile:2: the image " + ecr + "missing:1 is not in this registry")
        .hasMessageContaining("docker push");
  }

  @Test
  void what_is_ignored_is_not_in_the_context() throws Exception {
    write("Dockerfile", "FROM python:3.10\nRUN true\nCOPY . /all/\n");
    write(".dockerignore", "*.secret\nDockerfile\n.dockerignore\n");
    write("a.secret", "s");
    write("b", "b");

    Path root = Files.createDirectories(folder.resolve("root"));
    registry.unpack("team/api", build("Dockerfile", "team/api", Map.of()), root);

    assertThat(root.resolve("all")).isDirectoryContaining("glob:**/b");
    try (var all = Files.list(root.resolve("all"))) {
      assertThat(all).hasSize(1);
    }
  }

  @Test
  void a_command_that_fails_is_told_with_its_line_and_what_it_said() throws Exception {
    write(
        "docker/Dockerfile",
        "ARG X=1\nFROM python:3.10\nCOPY app /app\n\nRUN echo no such package >&2; \\\n  exit 3\n");
    write("app", "");

    assertThatThrownBy(() -> build("docker/Dockerfile", "team/api", Map.of()))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("docker/Dockerfile:5: RUN echo no such package")
        .hasMessageContaining("\nno such package\n".strip())
        .hasMessageContaining("returned a non-zero code: 3");
    assertThat(registry.repositories()).doesNotContain("team/api");
  }

  @Test
  void a_secret_is_there_for_its_command_only_and_never_in_the_log() throws Exception {
    write(
        "Dockerfile",
        """
        FROM python:3.10
        RUN --mount=type=secret,id=pip-token cat /run/secrets/pip-token | wc -c > /length; cat /run/secrets/pip-token
        """);
    Assumptions.assumeTrue(
        hasBuildKit(),
        "secrets need BuildKit: a docker command up to 22 or the plugin buildx; CI has it");

    Digest image =
        images.build(
            new Images.ImageBuild(
                new Images.Context(context, "", ""),
                Map.of(),
                null,
                "team/api",
                List.of(),
                log::add,
                id -> id.equals("pip-token") ? Optional.of("s3cret-of-pip") : Optional.empty(),
                repository -> {}));

    Path root = Files.createDirectories(folder.resolve("root"));
    registry.unpack("team/api", image, root);
    assertThat(root.resolve("length")).hasContent("13");
    assertThat(root.resolve("run/secrets/pip-token")).doesNotExist();
    assertThat(log).noneMatch(line -> line.contains("s3cret")).anyMatch(l -> l.contains("***"));
    assertThat(folder.resolve("home/engine/build")).isEmptyDirectory();
  }

  @Test
  void a_command_that_prints_a_secret_and_fails_is_told_without_it() throws Exception {
    write(
        "Dockerfile",
        """
        FROM python:3.10
        RUN --mount=type=secret,id=pip-token cat /run/secrets/pip-token; false
        """);
    Assumptions.assumeTrue(
        hasBuildKit(),
        "secrets need BuildKit: a docker command up to 22 or the plugin buildx; CI has it");

    assertThatThrownBy(() ->
            images.build(
                new Images.ImageBuild(
                    new Images.Context(context, "", ""),
                    Map.of(),
                    null,
                    "team/api",
                    List.of(),
                    log::add,
                    id -> Optional.of("s3cret\ns3cret-of-pip\n"),
                    repository -> {})))
        .isInstanceOf(PlatformException.class)
        .message()
        .contains("***")
        .doesNotContain("s3cret", "-of-pip");
    assertThat(log).noneMatch(line -> line.contains("s3cret") || line.contains("-of-pip"));
  }

  @Test
  void a_mount_takes_nothing_that_the_build_may_not() throws Exception {
    write(
        "Dockerfile",
        "FROM python:3.10\nRUN --mount=type=bind,\"from=other/api\",target=/o cp -r /o /taken\n");
    Assumptions.assumeTrue(hasBuildKit(), "mounts need BuildKit");
    write("Dockerfile-other", "FROM scratch\nLABEL is=other\n");
    images.build(
        new Images.ImageBuild(
            new Images.Context(context, "", "Dockerfile-other"),
            Map.of(),
            null,
            "other/api",
            List.of("latest"),
            log::add));

    assertThatThrownBy(() ->
            images.build(
                new Images.ImageBuild(
                    new Images.Context(context, "", ""),
                    Map.of(),
                    null,
                    "team/api",
                    List.of(),
                    log::add,
                    id -> Optional.empty(),
                    repository -> {
                      if (repository.startsWith("other/")) {
                        throw new PlatformException(
                            PlatformException.Code.FORBIDDEN, "not " + repository);
                      }
                    })))
        .hasMessageContaining("Dockerfile:2: not other/api");
  }

  private boolean hasBuildKit() throws Exception {
    Process version =
        new ProcessBuilder(
                "sh",
                "-c",
                "docker buildx version || docker version --format '{{.Client.Version}}' | grep -E"
                    + " '^(1|2[0-2])'")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return version.waitFor() == 0;
  }

  @Test
  void both_builders_make_the_same_of_what_runs_nothing() throws Exception {
    write("build/api.jar", "JAR");
    write("docker/boot.sh", "#!/bin/sh");
    write(
        "docker/Dockerfile",
        """
        ARG BASE_IMAGE=python:3.10
        FROM ${BASE_IMAGE}
        LABEL dev.samdan.runtime=process
        WORKDIR /app
        COPY build/api.jar docker/boot.sh ./
        VOLUME /sample/sync_data
        EXPOSE 8080
        ENTRYPOINT ["/app/boot.sh"]
        """);
    Images.ImageBuild build =
        new Images.ImageBuild(
            new Images.Context(context, "", "docker/Dockerfile"),
            Map.of(),
            null,
            "team/api",
            List.of("by-engine"),
            log::add);
    Digest own = images.build(build);
    assertThat(log).as("no engine was asked").noneMatch(line -> line.startsWith("Step "));
    String address = "localhost:" + server.port();
    Dockerfile file =
        Dockerfile.parse(
            "docker/Dockerfile", Files.readString(context.resolve("docker/Dockerfile")));
    Digest engines;
    try (ContextReader reader = new ContextReader()) {
      engines =
          new EngineBuilder(engine, registry, new BaseFinder(registry, address), address, folder)
              .build(
                  file,
                  Files.readString(context.resolve("docker/Dockerfile")),
                  reader.read(context, ""),
                  build)
              .digest();
    }

    ImageConfig mine = registry.config("team/api", own);
    ImageConfig theirs = registry.config("team/api", engines);
    assertThat(theirs.entrypoint()).isEqualTo(mine.entrypoint());
    assertThat(theirs.workingDir()).isEqualTo(mine.workingDir());
    assertThat(theirs.exposedPorts()).isEqualTo(mine.exposedPorts());
    assertThat(theirs.volumes()).isEqualTo(mine.volumes());
    assertThat(theirs.env()).isEqualTo(mine.env());
    assertThat(theirs.labels()).containsAllEntriesOf(mine.labels());
    assertThat(files("theirs", engines)).isEqualTo(files("mine", own));
  }

  /** The image's files with their modes. */
  private List<String> files(String name, Digest image) throws IOException {
    Path root = Files.createDirectories(folder.resolve(name));
    registry.unpack("team/api", image, root);
    try (Stream<Path> all = Files.walk(root)) {
      List<String> files = new ArrayList<>();
      for (Path path : all.sorted().toList()) {
        files.add(
            root.relativize(path)
                + " "
                + Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
      }
      return files;
    }
  }

  @Test
  void a_masked_from_is_refused_with_what_to_write() throws Exception {
    write("Dockerfile", "FROM ***********\nRUN true\n");
    assertThatThrownBy(() -> build("Dockerfile", "team/api", Map.of()))
        .hasMessageContaining("Dockerfile:1: FROM *********** is a mask")
        .hasMessageContaining("FROM ${BASE_IMAGE}");
  }

  @Test
  void an_interrupted_build_ends_at_once_and_leaves_no_container() throws Exception {
    write("Dockerfile", "FROM python:3.10\nRUN echo begun; sleep 600\n");
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread building =
        Thread.ofVirtual()
            .start(() -> {
              try {
                build("Dockerfile", "team/api", Map.of());
              } catch (Throwable e) {
                end.set(e);
              }
            });
    await().until(() -> log.contains("begun"));

    building.interrupt();
    building.join();

    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    await()
        .untilAsserted(() ->
            assertThat(
                    engine.client().listContainersCmd().withShowAll(true).exec().stream()
                        .filter(c -> String.valueOf(c.getCommand()).contains("echo begun")))
                .isEmpty());
  }

  @Test
  void what_the_engine_keeps_is_bounded_and_nothing_of_others_is_touched() throws Exception {
    String other = TestImage.small();
    for (int i = 0; i < 6; i++) {
      write("Dockerfile", "FROM python:3.10\nRUN echo " + i + " > /number\n");
      images.build(
          new Images.ImageBuild(
              new Images.Context(context, "", ""),
              Map.of(),
              null,
              "team/api",
              List.of("t" + i),
              log::add));
    }

    List<Image> kept =
        engine.client().listImagesCmd().withLabelFilter(engine.labels("image", "team/api")).exec();
    assertThat(kept).hasSize(3);
    assertThat(registry.tags("team/api")).hasSize(6);
    assertThat(engine.client().inspectImageCmd(other).exec().getId()).isNotEmpty();
  }

  @Test
  void what_failed_builds_leave_is_bounded_too_and_goes_with_the_application() throws Exception {
    for (int i = 0; i < 8; i++) {
      write("Dockerfile", "FROM python:3.10\nRUN echo " + i + " > /number\nRUN false\n");
      assertThatThrownBy(() -> build("Dockerfile", "team/api", Map.of()))
          .isInstanceOf(PlatformException.class);
    }
    assertThat(own()).hasSizeBetween(1, 6);

    images.forget("team");

    assertThat(own()).isEmpty();
  }

  private List<Image> own() {
    return engine
        .client()
        .listImagesCmd()
        .withLabelFilter(engine.labels("image", "team/api"))
        .exec();
  }

  private void pushBase() throws Exception {
    Path base = Files.createDirectories(folder.resolve("base"));
    Files.write(base.resolve("root.tar"), TestImage.tar());
    Files.writeString(
        base.resolve("Dockerfile"),
        "FROM scratch\nADD root.tar /\nENV PATH=/bin HOME=" + engine.homeId() + "\n");
    images.build(
        new Images.ImageBuild(
            new Images.Context(base, "", ""), Map.of(), null, "python", List.of("3.10"), l -> {}));
  }

  /** The base was pulled, which is the engine's doing; it is this home's alone by its variable. */
  private void removePulled() {
    for (String repository : registry.repositories()) {
      engine.client().listImagesCmd().exec().stream()
          .filter(image -> image.getRepoDigests() != null)
          .flatMap(image -> List.of(image.getRepoDigests()).stream())
          .filter(name -> name.startsWith("localhost:" + server.port() + "/" + repository + "@"))
          .distinct()
          .forEach(name -> engine.client().removeImageCmd(name).exec());
    }
  }

  private Digest build(String dockerfile, String repository, Map<String, String> arguments)
      throws InterruptedException {
    return images.build(
        new Images.ImageBuild(
            new Images.Context(context, "", dockerfile),
            arguments,
            null,
            repository,
            List.of(),
            log::add));
  }

  private void write(String path, String content) throws IOException {
    Path file = context.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
