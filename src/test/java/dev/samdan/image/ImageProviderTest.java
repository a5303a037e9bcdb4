package dev.samdan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Tier;
import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.engine.Engine;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pipeline.ActionDeclaration;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineDeclaration;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.SourceRevision;
import dev.samdan.pipeline.StageDeclaration;
import dev.samdan.pipeline.Trigger;
import dev.samdan.registry.Registry;
import dev.samdan.registry.TagMutability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ImageProviderTest {
  private static final String FILE =
      """
      application: sample
      tiers:
        api:
          source: api
          base: {dockerfile: docker/Dockerfile-base, rebuild-on: [libraries.txt]}
      """;
  private static final Engine NO_ENGINE =
      Engine.of(Path.of("unused"), Map.of("DOCKER_HOST", "unix:///nowhere/docker.sock"));
  @TempDir Path home;
  private final Map<String, Map<String, String>> commits = new ConcurrentHashMap<>();
  private final Map<String, String> lastTouching = new ConcurrentHashMap<>();
  private final AtomicBoolean storeIsAway = new AtomicBoolean();
  private Database database;
  private Registry registry;
  private Images images;
  private Pipelines pipelines;
  private Applications applications;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    registry = new Registry(home, database);
    images = new Images(home, database, registry, NO_ENGINE, "localhost:7070");
    pipelines = new Pipelines(database, home);
    applications = new Applications(database);
    applications.create("sample", null);
    pipelines.register("Source/AWS/CodeStarSourceConnection", c -> zip(c, "SourceArtifact", ""));
    pipelines.register("Build/AWS/CodeBuild", c -> zip(c, "BuildArtifact", "api/"));
    pipelines.register(
        "Build/AWS/ECRBuildAndPublish",
        new ImageProvider(
            images,
            registry,
            applications,
            pipelines,
            (r, commit, globs) -> {
              if (storeIsAway.getAndSet(false)) {
                throw new ConnectionException(new SQLTransientConnectionException("away"));
              }
              return Optional.ofNullable(lastTouching.get(commit));
            },
            (application, environment, name) -> Optional.empty()));
    pipelines.start();
  }

  @AfterEach
  void stop() {
    pipelines.close();
    registry.close();
    database.close();
  }

  @Test
  void an_image_begins_with_the_base_of_its_own_history_and_not_with_the_latest() {
    commit("b1", "b1", "one");
    Digest first = imageOf(run("sample-base", "b1"));
    commit("c1", "b1", "one");
    commit("b2", "b2", "two");
    Digest second = imageOf(run("sample-base", "b2"));

    ExecutionView old = run("sample-dev-api", "c1");
    ExecutionView young = run("sample-dev-api", "b2");

    assertThat(second).isNotEqualTo(first);
    assertThat(registry.manifest("sample/api-base", "latest").digest()).isEqualTo(second);
    assertThat(baseOf(old)).isEqualTo("sample/api-base@" + first);
    assertThat(baseOf(young)).isEqualTo("sample/api-base@" + second);
    assertThat(registry.manifest("sample/api", "c1").digest()).isEqualTo(imageOf(old));
  }

  @Test
  void a_base_that_nobody_built_is_built_once_for_all_that_wait() {
    commit("c1", "b0", "one");
    UUID dev = start("sample-dev-api", "c1");
    UUID prod = start("sample-prod-api", "c1");

    assertThat(ended(dev).status()).as(error(ended(dev))).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(ended(prod).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(
            pipelines.executions(ExecutionFilter.ofPipeline("sample-base"), null, 10).executions())
        .singleElement()
        .satisfies(e -> assertThat(e.triggeredBy()).isEqualTo("samdan"));
    assertThat(images.base("sample", "b0").orElseThrow().status())
        .isEqualTo(BaseImage.Status.Ready);
    assertThat(images.hasBase("sample", "b0")).isTrue();
  }

  @Test
  void a_base_that_cannot_be_built_fails_the_image_with_its_reason_and_the_remedy() {
    commit("c1", "b0", "one");
    commits.get("c1").put("api/docker/Dockerfile-base", "FROM scratch\nRUN make\n");

    ExecutionView execution = ended(start("sample-dev-api", "c1"));

    assertThat(execution.status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(error(execution))
        .contains("could not be built (sample-base #1)")
        .contains("docker/Dockerfile-base:2: RUN needs a Docker engine")
        .contains("samdan pipeline retry sample-base");
    assertThat(images.hasBase("sample", "b0")).isFalse();
  }

  @Test
  void a_base_that_was_removed_from_the_registry_is_built_again() {
    commit("c1", "b0", "one");
    Digest base = imageOf(run("sample-base", "c1"));
    registry.delete("sample/api-base", base);

    assertThat(baseOf(run("sample-dev-api", "c1"))).isEqualTo("sample/api-base@" + base);
  }

  @Test
  void the_deployment_gets_the_digest_in_image_detail_json_and_people_get_a_log() throws Exception {
    commit("c1", "b0", "one");
    ExecutionView execution = run("sample-dev-api", "c1");
    ExecutionView.Action action = imageAction(execution);

    JsonNode detail = Json.tree(entry(execution, "ImageArtifact", "imageDetail.json"));
    assertThat(detail.path("ImageURI").asString()).isEqualTo("sample/api@" + imageOf(execution));
    assertThat(detail.path("ImageDigest").asString()).isEqualTo(imageOf(execution).toString());
    assertThat(detail.path("ImagePushedAt").asString())
        .matches("[A-Z][a-z]{2} [A-Z][a-z]{2} \\d\\d .* UTC \\d{4}");
    assertThat(detail.path("ImageTags").get(0).asString()).isEqualTo("c1");
    assertThat(action.outputVariables()).containsEntry("ECRRepositoryName", "sample/api");
    ImageLog log = images.log(Objects.requireNonNull(action.id()), 1, 100);
    assertThat(log.complete()).isTrue();
    assertThat(log.lines())
        .anyMatch(l -> l.startsWith("BASE_IMAGE=sample/api-base@sha256:"))
        .contains("[1/1] COPY app.txt /app/");
  }

  @Test
  void an_image_goes_to_no_repository_of_another_application() {
    ExecutionView execution = ofAnother("sample/api", "FROM scratch\n");

    assertThat(execution.status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(error(execution))
        .contains("an image of other may not write to sample/api, which is sample's");
    assertThat(registry.repositories()).isEmpty();
  }

  @Test
  void an_image_goes_to_a_repository_of_no_application_only_where_nothing_else_stands()
      throws Exception {
    Digest python = put("python", "3.10");

    ExecutionView refused = ofAnother("python", "FROM scratch\n");

    assertThat(error(refused)).contains("python, which holds images that it did not build");
    assertThat(registry.manifest("python", "3.10").digest()).isEqualTo(python);
    for (String label : new String[] {"one", "two"}) {
      ExecutionView taken = ofAnother("team/tools", "FROM scratch\nLABEL made=" + label + "\n");
      assertThat(taken.status()).as(error(taken)).isEqualTo(ExecutionStatus.Succeeded);
    }
  }

  @Test
  void an_image_takes_nothing_from_a_repository_of_another_application() throws Exception {
    put("sample/api", "latest");

    for (String dockerfile :
        new String[] {
          "FROM sample/api\n",
          "FROM localhost:7070/sample/gone:1\n",
          "FROM scratch\nCOPY --from=sample/api /a /a\n"
        }) {
      ExecutionView execution = ofAnother("other/api", dockerfile);
      assertThat(execution.status()).isEqualTo(ExecutionStatus.Failed);
      assertThat(error(execution)).contains("an image of other may not take anything from sample/");
    }
  }

  @Test
  void a_repository_whose_tags_do_not_move_takes_every_delivery_by_its_commit() {
    registry.createRepository(
        "sample/api", new TagMutability(TagMutability.Mode.IMMUTABLE, List.of()));
    for (String id : new String[] {"c1", "c2"}) {
      commit(id, "b0", "one");
      run("sample-dev-api", id);
    }
    assertThat(registry.tags("sample/api")).containsExactly("c1", "c2");
  }

  @Test
  void a_build_during_which_the_store_was_away_is_tried_again() {
    commit("c1", "b0", "one");
    storeIsAway.set(true);

    run("sample-dev-api", "c1");

    assertThat(storeIsAway).isFalse();
  }

  private Digest put(String repository, String tag) throws Exception {
    Path context = Files.createDirectories(home.resolve("pushed"));
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nLABEL is=pushed\n");
    return images.build(
        new Images.ImageBuild(
            new Images.Context(context, "", ""),
            Map.of(),
            null,
            repository,
            List.of(tag),
            line -> {}));
  }

  /** What becomes of an image that a pipeline of another application builds. */
  private ExecutionView ofAnother(String repository, String dockerfile) {
    if (applications.find("other").isEmpty()) {
      applications.create("other", null);
    }
    commit("c1", "b0", "one");
    commits.get("c1").put("api/Dockerfile", dockerfile);
    pipelines.put(
        PipelineDeclaration.of(
            "other-own",
            List.of(
                pipelines.declaration("sample-base").stages().getFirst(),
                StageDeclaration.of(
                    "Build",
                    ActionDeclaration.of("Image", "Build/AWS/ECRBuildAndPublish")
                        .withConfiguration(
                            Map.of(
                                "ECRRepositoryName",
                                repository,
                                "DockerFilePath",
                                "api/Dockerfile"))
                        .withInputs("SourceArtifact")))),
        "other",
        null);
    return ended(start("other-own", "c1"));
  }

  /** A commit whose history last touched the base in {@code touching}. */
  private void commit(String id, String touching, String library) {
    lastTouching.put(id, touching);
    Map<String, String> files = new ConcurrentHashMap<>();
    files.put("samdan.yml", FILE);
    files.put("api/libraries.txt", library);
    files.put("api/app.txt", "app of " + id);
    files.put("api/docker/Dockerfile-base", "FROM scratch\nCOPY libraries.txt /app/\n");
    files.put("api/Dockerfile", "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY app.txt /app/\n");
    files.put("api/docker/Dockerfile", "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY app.txt /app/\n");
    commits.put(id, files);
    for (String branch : new String[] {"dev", "main"}) {
      ApplicationDeclaration declaration = applications.saveDeclaration("sample", branch, id, FILE);
      declaration
          .environmentsOn(branch)
          .forEach(environment -> {
            PipelineDeclaration whole = DerivedPipelines.of(declaration, environment, Tier.API);
            pipelines.put(
                PipelineDeclaration.of(
                    whole.name(),
                    whole.stages().stream()
                        .filter(s -> s.name().equals("Source") || s.name().equals("Build"))
                        .toList()),
                "sample",
                environment.name());
          });
      var base = Objects.requireNonNull(Objects.requireNonNull(declaration.api()).base());
      pipelines.put(DerivedPipelines.base(declaration, base, "dev"), "sample", null);
    }
  }

  private UUID start(String pipeline, String commit) {
    SourceRevision revision =
        new SourceRevision(
            "sample", "dev", commit, "Change", "Kim", "kim@example.com", Instant.EPOCH);
    return pipelines.start(pipeline, Trigger.push("kim", "refs/heads/dev"), revision, null);
  }

  private ExecutionView ended(UUID execution) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> pipelines.execution(execution).status().ended());
    return pipelines.execution(execution);
  }

  private ExecutionView run(String pipeline, String commit) {
    ExecutionView execution = ended(start(pipeline, commit));
    assertThat(execution.status()).as(error(execution)).isEqualTo(ExecutionStatus.Succeeded);
    return execution;
  }

  private static ExecutionView.Action imageAction(ExecutionView execution) {
    return execution.stages().getLast().actions().stream()
        .filter(a -> a.provider().equals("ECRBuildAndPublish"))
        .findFirst()
        .orElseThrow();
  }

  private static String error(ExecutionView execution) {
    return execution.stages().stream()
        .flatMap(s -> s.actions().stream())
        .map(a -> String.valueOf(a.error()))
        .toList()
        .toString();
  }

  private static Digest imageOf(ExecutionView execution) {
    return Digest.parse(
        String.valueOf(imageAction(execution).outputVariables().get("ECRImageDigestId")));
  }

  private String baseOf(ExecutionView execution) {
    return String.valueOf(images.builtImage("sample/api", imageOf(execution)).orElseThrow().base());
  }

  private String entry(ExecutionView execution, String artifact, String name) throws IOException {
    try (var all = java.nio.file.Files.walk(home.resolve("artifacts"))) {
      Path file =
          all.filter(p ->
                  p.toString().contains(execution.id().toString())
                      && p.toString().contains(artifact))
              .filter(java.nio.file.Files::isRegularFile)
              .findFirst()
              .orElseThrow();
      try (ZipFile zip = ZipFile.builder().setPath(file).get();
          var in = zip.getInputStream(zip.getEntry(name))) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  private ActionOutcome zip(ActionContext context, String artifact, String folder) {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(context.output(artifact))) {
      for (Map.Entry<String, String> file : commits.get(context.revision().commit()).entrySet()) {
        if (file.getKey().startsWith(folder)) {
          zip.putArchiveEntry(new ZipArchiveEntry(file.getKey().substring(folder.length())));
          zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
          zip.closeArchiveEntry();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ActionOutcome.Succeeded("done", Map.of("CommitId", context.revision().commit()));
  }
}
