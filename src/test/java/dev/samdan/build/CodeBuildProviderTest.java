package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.application.Applications;
import dev.samdan.application.BuildDeclaration;
import dev.samdan.application.Project;
import dev.samdan.application.Tier;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Shim;
import dev.samdan.base.ShimSpec;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.engine.Engine;
import dev.samdan.isolation.Isolation;
import dev.samdan.pipeline.ActionDeclaration;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineDeclaration;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.SourceRevision;
import dev.samdan.pipeline.StageDeclaration;
import dev.samdan.pipeline.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CodeBuild actions in a real pipeline on a real store. */
class CodeBuildProviderTest {
  private static final String COMMIT = "c0ffee0000000000000000000000000000000000";

  @TempDir Path temporary;
  private Path home;
  private Path tree;
  private Database database;
  private Pipelines pipelines;
  private Builds builds;

  @BeforeEach
  void open() throws IOException {
    home = Files.createDirectories(temporary.resolve("home"));
    tree = Files.createDirectories(temporary.resolve("tree"));
    database = TestDatabase.fresh();
    pipelines = new Pipelines(database, home);
    builds =
        new Builds(
            database,
            new Isolation(database, home),
            Engine.of(home, Map.of()),
            InstantSource.system());
    builds.start();
    Applications applications = new Applications(database);
    applications.create("sample", null);
    applications.saveDeclaration(
        "sample",
        "dev",
        COMMIT,
        """
        application: sample
        tiers:
          api: {source: api, tests: buildspec-test.yml}
        environments:
          dev: {branch: dev, room: Dev}
        """);
    CodeBuildProvider provider =
        new CodeBuildProvider(
            builds,
            applications,
            (context, project) ->
                new CodeBuildProvider.Given(
                    Map.of("SAMDAN_TARGET_URL", "http://127.0.0.1:1/" + project.kind()),
                    new BuildSecrets(List.of("hidden-value"), _ -> Optional.empty()),
                    null));
    pipelines.register(
        "Source/AWS/CodeStarSourceConnection",
        context -> {
          zip(context.output("SourceArtifact"));
          return ActionOutcome.succeeded("source");
        });
    pipelines.register("Build/AWS/CodeBuild", provider);
    pipelines.register("Test/AWS/CodeBuild", provider);
  }

  @AfterEach
  void close() {
    pipelines.close();
    builds.close();
    database.close();
  }

  private void zip(Path target) {
    TreeMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(tree)) {
      all.filter(Files::isRegularFile).forEach(f -> files.put(tree.relativize(f).toString(), f));
      Zips.write(target, files, true);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void file(String name, String text) throws IOException {
    Path path = tree.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static ActionDeclaration codeBuild(String category, String project) {
    return ActionDeclaration.of(category, category + "/AWS/CodeBuild")
        .withConfiguration(Map.of("ProjectName", project))
        .withInputs("SourceArtifact")
        .withNamespace(category + "Variables");
  }

  private UUID begin(ActionDeclaration... actions) {
    List<StageDeclaration> stages = new ArrayList<>();
    stages.add(
        StageDeclaration.of(
            "Source",
            ActionDeclaration.of("Source", "Source/AWS/CodeStarSourceConnection")
                .withConfiguration(
                    Map.of(
                        "ConnectionArn",
                        "samdan",
                        "FullRepositoryId",
                        "sample",
                        "BranchName",
                        "dev"))
                .withOutputs("SourceArtifact")));
    for (ActionDeclaration action : actions) {
      stages.add(StageDeclaration.of("S" + action.name(), action));
    }
    pipelines.put(PipelineDeclaration.of("sample-dev-api", stages), "sample", "dev");
    pipelines.start();
    SourceRevision revision =
        new SourceRevision(
            "sample", "dev", COMMIT, "Change", "Kim", "kim@example.com", Instant.EPOCH);
    return pipelines.start("sample-dev-api", Trigger.push("kim", "refs/heads/dev"), revision, null);
  }

  private ExecutionView ended(UUID id) {
    await().atMost(Duration.ofSeconds(60)).until(() -> pipelines.execution(id).endedAt() != null);
    return pipelines.execution(id);
  }

  private static ExecutionView.Action action(ExecutionView view, int stage) {
    return view.stages().get(stage).actions().getFirst();
  }

  private Path artifact(ExecutionView view) {
    return home.resolve(
        "artifacts/" + view.id() + "/" + action(view, 1).id() + "-BuildArtifact.zip");
  }

  @Test
  void a_build_hands_on_its_artifact_and_variables_and_keeps_its_log() throws Exception {
    file(
        "api/buildspec.yml",
        """
        version: 0.2
        env: {exported-variables: [VERSION]}
        phases:
          build:
            commands:
              - mkdir out && echo jar > out/api.jar
              - VERSION=$(printf %.7s "$CODEBUILD_RESOLVED_SOURCE_VERSION")
              - echo "hidden-value in $(basename "$PWD") by $CODEBUILD_INITIATOR number $CODEBUILD_BUILD_NUMBER"
        artifacts: {base-directory: out, files: ['**/*']}
        """);
    ExecutionView view =
        ended(begin(codeBuild("Build", "sample-dev-api").withOutputs("BuildArtifact")));
    assertThat(view.status()).isEqualTo(ExecutionStatus.Succeeded);
    ExecutionView.Action action = action(view, 1);
    assertThat(action.outputVariables()).containsEntry("VERSION", "c0ffee0");
    Build build = builds.build(String.valueOf(action.externalId())).orElseThrow();
    assertThat(build.status()).isEqualTo(BuildStatus.SUCCEEDED);
    assertThat(build.number()).isEqualTo(1);
    assertThat(build.phases())
        .extracting(BuildPhase::name)
        .endsWith("POST_BUILD", "UPLOAD_ARTIFACTS");
    assertThat(builds.ofAction(java.util.Objects.requireNonNull(action.id())))
        .containsExactly(build);
    assertThat(builds.newest("sample", 10)).containsExactly(build);
    LogLines log = builds.log(build.id(), 1, 10_000);
    assertThat(log.complete()).isTrue();
    assertThat(log.lines()).contains("*** in api by codepipeline/sample-dev-api number 1");
    assertThat(builds.log(build.id(), 3, 2).lines()).isEqualTo(log.lines().subList(2, 4));
    Zips.unpack(artifact(view), temporary.resolve("unpacked"));
    assertThat(temporary.resolve("unpacked/api.jar")).content().isEqualTo("jar\n");
    assertThat(home.resolve("builds/" + build.id().substring(build.id().indexOf(':') + 1)))
        .isDirectoryContaining("glob:**/log");
    assertThat(
            home.resolve("builds/" + build.id().substring(build.id().indexOf(':') + 1))
                .resolve("work"))
        .doesNotExist();
  }

  @Test
  void as_root_a_build_has_a_user_of_its_own_and_sees_only_what_is_its_own() throws Exception {
    assumeThat(Isolation.ability()).isEqualTo(Isolation.Ability.CONFINES);
    Files.writeString(home.resolve("credentials"), "the token");
    Path other = Files.createDirectories(home.resolve("builds/homes/other"));
    Files.writeString(other.resolve("settings"), "another's password");
    file(
        "api/buildspec.yml",
        """
        version: 0.2
        phases:
          build:
            commands:
              - test "$(id -u)" -ge 70000 && test "$(id -un)" = "$USER"
              - echo mine > "$HOME/kept" && echo temporary > /tmp/x && test -f "$TMPDIR/x"
              - if cat HOME/credentials HOME/builds/homes/other/settings; then exit 1; fi
              - if ls HOME/git HOME/postgres; then exit 1; fi
              - if kill -9 CONTROL; then exit 1; fi
              - mkdir out && echo ok > out/ok && ln -s HOME/credentials out/stolen && ln -s ok out/link
        artifacts: {base-directory: out, files: ['**/*']}
        """
            .replace("HOME/", home + "/")
            .replace("$" + home + "/", "$HOME/")
            .replace("CONTROL", String.valueOf(ProcessHandle.current().pid())));

    ExecutionView view =
        ended(begin(codeBuild("Build", "sample-dev-api").withOutputs("BuildArtifact")));

    String id = String.valueOf(action(view, 1).externalId());
    List<String> log = builds.log(id, 1, 10_000).lines();
    assertThat(view.status()).as(String.join("\n", log)).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(log).anyMatch(line -> line.contains("Skipping stolen"));
    Zips.unpack(artifact(view), temporary.resolve("unpacked"));
    assertThat(temporary.resolve("unpacked/link")).content().isEqualTo("ok\n");
    assertThat(temporary.resolve("unpacked/stolen")).doesNotExist();
    assertThat(home.resolve("builds/homes/sample/kept")).content().isEqualTo("mine\n");
    builds.forget("sample");
    assertThat(home.resolve("builds/homes/sample")).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void a_build_without_artifacts_hands_on_the_tiers_folder() throws Exception {
    file("api/buildspec.yml", "version: 0.2\nphases: {build: {commands: [echo made > made]}}\n");
    file("api/docker/Dockerfile", "FROM scratch\n");
    file("web/other", "");
    ExecutionView view =
        ended(begin(codeBuild("Build", "sample-dev-api").withOutputs("BuildArtifact")));
    assertThat(view.status()).isEqualTo(ExecutionStatus.Succeeded);
    Zips.unpack(artifact(view), temporary.resolve("unpacked"));
    try (Stream<Path> files = Files.walk(temporary.resolve("unpacked"))) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(f -> temporary.resolve("unpacked").relativize(f).toString()))
          .containsExactlyInAnyOrder("made", "buildspec.yml", "docker/Dockerfile");
    }
  }

  @Test
  void a_failed_command_is_named_with_its_line() throws Exception {
    file(
        "api/buildspec.yml",
        "version: 0.2\nphases:\n  build:\n    commands:\n      - javac Missing.java\n");
    ExecutionView view = ended(begin(codeBuild("Build", "sample-dev-api")));
    assertThat(view.status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(action(view, 1).error())
        .isEqualTo("`javac Missing.java` ended with 2, api/buildspec.yml:5");
    assertThat(action(view, 1).errorCode()).isEqualTo("BuildFailed");
  }

  @Test
  void failed_tests_are_named_and_kept() throws Exception {
    file(
        "api/buildspec-test.yml",
        """
        version: 0.2
        phases:
          build:
            commands:
              - test "$SAMDAN_TARGET_URL" = http://127.0.0.1:1/TEST
              - cp report.xml out.xml; exit 1
        reports:
          api: {files: out.xml}
          other: {files: none.xml}
          coverage: {files: coverage.xml, file-format: CloverXml}
        """);
    file(
        "api/report.xml",
        """
        <testsuite name="Api"><testcase classname="Api" name="lists" time="0.2"/>
        <testcase classname="Api" name="signs_in" time="0.3"><failure message="expected 200 but was 500">at Api.java:1</failure></testcase>
        <testcase classname="Api" name="later"><skipped/></testcase></testsuite>
        """);
    file(
        "api/coverage.xml",
        "<coverage><file path='a.py'><line num='1' type='stmt' count='1'/></file></coverage>");
    ExecutionView view = ended(begin(codeBuild("Test", "sample-dev-api-test")));
    ExecutionView.Action action = action(view, 1);
    assertThat(action.error())
        .isEqualTo(
            "1 of 3 tests failed: Api.signs_in (`cp report.xml out.xml; exit 1` ended with 1,"
                + " api/buildspec-test.yml:6)");
    assertThat(action.errorCode()).isEqualTo("TestsFailed");
    assertThat(action.facts())
        .containsEntry("testsFailed", "1")
        .containsEntry("testsPassed", "1")
        .containsEntry("testsSkipped", "1");
    List<Report> reports = builds.reports(String.valueOf(action.externalId()));
    assertThat(reports).extracting(Report::name).containsExactly("api", "other", "coverage");
    assertThat(reports.get(2).format()).isEqualTo(ReportFormat.CLOVERXML);
    assertThat(reports.get(2).coverage()).containsExactly(new FileCoverage("a.py", 1, 0, 0, 0));
    assertThat(reports.get(0).failures())
        .containsExactly(
            new ReportCase(
                "Api",
                "signs_in",
                ReportCase.Status.FAILED,
                0.3,
                "expected 200 but was 500",
                "at Api.java:1"));
    assertThat(reports.get(0).slowest(1).getFirst().name()).isEqualTo("signs_in");
    assertThat(reports.get(1).notes()).containsExactly("no file matches none.xml");
  }

  @Test
  void a_failing_test_knows_the_commit_since_which_it_fails() throws Exception {
    file(
        "buildspec.yml",
        "version: 0.2\nphases: {build: {commands: ['true']}}\nreports: {r: {files: r.xml}}\n");
    String passed = "<testcase classname='C' name='%s'/>";
    String failed = "<testcase classname='C' name='%s'><failure/></testcase>";
    built("1", passed.formatted("a") + failed.formatted("b"));
    built("2", failed.formatted("a") + passed.formatted("b"));
    built("3", failed.formatted("a") + failed.formatted("b"));
    String newest = built("4", failed.formatted("a") + failed.formatted("b"));
    assertThat(builds.failingSince(newest))
        .containsExactly(Map.entry("C.a", "2"), Map.entry("C.b", "3"));
  }

  private String built(String commit, String cases) throws Exception {
    file("r.xml", "<testsuite>" + cases + "</testsuite>");
    Path zip = temporary.resolve(commit + ".zip");
    zip(zip);
    RunningBuild build =
        builds.prepare(
            order(
                new SourceRevision(
                    "sample", "dev", commit, "Change", "Kim", "kim@example.com", Instant.EPOCH),
                zip));
    assertThat(build.run(phase -> {}).status()).isEqualTo(BuildStatus.SUCCEEDED);
    return build.id();
  }

  private static BuildOrder order(SourceRevision revision, Path zip) {
    Project project = new Project("sample-dev-api", "sample", "dev", Tier.API, Project.Kind.BUILD);
    return new BuildOrder(
        project,
        revision,
        zip,
        "",
        Map.of(),
        BuildDeclaration.of("buildspec.yml"),
        Map.of(),
        BuildSecrets.NONE,
        Map.of(),
        null,
        new BuildOrder.Asker("kim", null, null, null));
  }

  @Test
  void passed_tests_are_counted_in_the_summary() throws Exception {
    file(
        "api/buildspec-test.yml",
        "version: 0.2\nphases: {build: {commands: ['true']}}\nreports: {api: {files: '*.xml'}}\n");
    file("api/report.xml", "<testsuite><testcase name='a'/><testcase name='b'/></testsuite>");
    assertThat(action(ended(begin(codeBuild("Test", "sample-dev-api-test"))), 1).summary())
        .isEqualTo("2 tests passed");
  }

  @Test
  void a_reader_is_woken_by_each_line() throws Exception {
    file(
        "api/buildspec.yml",
        """
        version: 0.2
        phases: {build: {commands: ['echo first', 'while ! test -e "$TMPDIR/go"; do sleep 0.02; done', 'echo last']}}
        """);
    UUID id = begin(codeBuild("Build", "sample-dev-api"));
    await().until(() -> action(pipelines.execution(id), 1).externalId() != null);
    String build = String.valueOf(action(pipelines.execution(id), 1).externalId());
    List<String> lines = new ArrayList<>();
    LogLines piece = builds.awaitLog(build, 1, 3, Duration.ofSeconds(20));
    while (!piece.complete()) {
      lines.addAll(piece.lines());
      if (lines.contains("first")) {
        Files.createFile(
            home.resolve("builds")
                .resolve(build.substring(build.indexOf(':') + 1))
                .resolve("work/tmp/go"));
        break;
      }
      piece = builds.awaitLog(build, piece.next(), 3, Duration.ofSeconds(20));
    }
    while (!piece.complete()) {
      piece = builds.awaitLog(build, piece.next(), 100, Duration.ofSeconds(20));
      lines.addAll(piece.lines());
    }
    assertThat(lines).contains("last").doesNotHaveDuplicates();
    assertThatThrownBy(() -> builds.log("none:none", 1, 1))
        .isInstanceOf(PlatformException.class)
        .hasMessage("there is no build none:none");
  }

  @Test
  void a_build_waits_for_a_place_and_can_be_stopped_meanwhile() throws Exception {
    file("buildspec.yml", "version: 0.2\nphases: {build: {commands: ['true']}}\n");
    Path zip = temporary.resolve("source.zip");
    zip(zip);
    SourceRevision revision =
        new SourceRevision(
            "sample", "dev", COMMIT, "Change", "Kim", "kim@example.com", Instant.EPOCH);
    int all = builds.places().drainPermits();
    RunningBuild stopped = builds.prepare(order(revision, zip));
    RunningBuild waiting = builds.prepare(order(revision, zip));
    FutureTask<BuildResult> first = running(stopped);
    FutureTask<BuildResult> second = running(waiting);
    for (RunningBuild build : List.of(stopped, waiting)) {
      await()
          .until(() ->
              builds.build(build.id()).orElseThrow().phases().stream()
                  .anyMatch(p -> p.name().equals("QUEUED")));
    }
    stopped.cancel();
    assertThat(first.get().status()).isEqualTo(BuildStatus.STOPPED);
    builds.places().release(all);
    assertThat(second.get().status()).isEqualTo(BuildStatus.SUCCEEDED);
    assertThat(builds.places().availablePermits()).isEqualTo(all);
  }

  private static FutureTask<BuildResult> running(RunningBuild build) {
    FutureTask<BuildResult> task = new FutureTask<>(() -> build.run(phase -> {}));
    Thread.ofVirtual().start(task);
    return task;
  }

  @Test
  void a_stopped_execution_ends_its_build() throws Exception {
    file("api/buildspec.yml", "version: 0.2\nphases: {build: {commands: [sleep 600]}}\n");
    UUID id = begin(codeBuild("Build", "sample-dev-api"));
    await().until(() -> builds.newest("sample", 1).stream().anyMatch(b -> b.phases().size() == 4));
    pipelines.stop(id, true, "not wanted", "kim");
    await().until(() -> builds.newest("sample", 1).getFirst().status() == BuildStatus.STOPPED);
  }

  @Test
  void a_build_that_the_end_of_control_cuts_off_is_run_again() throws Exception {
    file(
        "api/buildspec.yml",
        """
        version: 0.2
        phases:
          build:
            commands:
              - test -e "$HOME/again" || { touch "$HOME/again"; sleep 600; }
        """);
    UUID id = begin(codeBuild("Build", "sample-dev-api"));
    await().until(() -> Files.exists(home.resolve("builds/homes/sample/again")));

    builds.close();

    ExecutionView view = ended(id);
    assertThat(view.status()).as("%s", view).isEqualTo(ExecutionStatus.Succeeded);
    List<Build> both = builds.ofAction(java.util.Objects.requireNonNull(action(view, 1).id()));
    assertThat(both)
        .extracting(Build::status)
        .containsExactly(BuildStatus.FAULT, BuildStatus.SUCCEEDED);
    assertThat(both.getFirst().message()).isEqualTo("control ended while it ran");
  }

  @Test
  void a_file_that_cannot_be_deleted_holds_up_neither_builds_nor_the_next_control()
      throws Exception {
    file("buildspec.yml", "version: 0.2\nphases: {build: {commands: ['true']}}\n");
    Path zip = temporary.resolve("source.zip");
    zip(zip);
    SourceRevision revision =
        new SourceRevision(
            "sample", "dev", COMMIT, "Change", "Kim", "kim@example.com", Instant.EPOCH);
    int all = builds.places().availablePermits();
    RunningBuild build = builds.prepare(order(revision, zip));
    String id = build.id();
    Path work = home.resolve("builds").resolve(id.substring(id.indexOf(':') + 1)).resolve("work");
    Path kept = Files.createFile(Files.createDirectories(work).resolve("kept"));
    assumeThat(ended("chattr", "+i", kept.toString())).as("needs root").isZero();
    try {
      assertThat(build.run(phase -> {}).status()).isEqualTo(BuildStatus.SUCCEEDED);

      assertThat(kept).exists();
      assertThat(builds.build(id).orElseThrow().status()).isEqualTo(BuildStatus.SUCCEEDED);
      assertThat(builds.places().availablePermits()).isEqualTo(all);
      assertThat(builds.log(id, 1, 10_000).complete()).isTrue();
      builds.start();
    } finally {
      assertThat(ended("chattr", "-i", kept.toString())).isZero();
    }
  }

  private static int ended(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void what_a_dead_control_left_is_ended_and_its_folder_goes() throws Exception {
    SourceRevision revision =
        new SourceRevision(
            "sample", "dev", COMMIT, "Change", "Kim", "kim@example.com", Instant.EPOCH);
    String id = builds.prepare(order(revision, tree)).id();
    Path work = home.resolve("builds").resolve(id.substring(id.indexOf(':') + 1)).resolve("work");
    Files.createDirectories(work.resolve("src/readonly"));
    assertThat(work.resolve("src/readonly").toFile().setWritable(false)).isTrue();
    Shim left =
        Shim.start(
            new ShimSpec(
                work.resolve("shim"),
                List.of("/bin/sleep", "600"),
                work,
                Map.of("PATH", "/bin"),
                1 << 20,
                0));

    new Builds(
            database,
            new Isolation(database, home),
            Engine.of(home, Map.of()),
            InstantSource.system())
        .start();

    assertThat(left.isAlive()).isFalse();
    assertThat(work).doesNotExist();
    Build build = builds.build(id).orElseThrow();
    assertThat(build.status()).isEqualTo(BuildStatus.FAULT);
    assertThat(build.message()).isEqualTo("control ended while it ran");
  }
}
