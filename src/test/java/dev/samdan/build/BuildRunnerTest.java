package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BuildRunnerTest {
  private static final Map<String, String> STORE =
      Map.of("/app/key", "key-of-the-store", "app:password", "pass-of-the-store");

  @TempDir Path temporary;

  private Path source;
  private Path work;
  private Path log;
  private Path zip;
  private String id;

  @BeforeEach
  void folders() throws IOException {
    source = Files.createDirectories(temporary.toRealPath().resolve("src"));
    work = Files.createDirectories(temporary.toRealPath().resolve("work it's"));
    log = temporary.resolve("log");
    zip = temporary.resolve("out.zip");
    id = "app-dev-api:" + UUID.randomUUID();
  }

  private BuildRequest request(String buildspec, Map<String, Path> outputs) throws IOException {
    Files.writeString(source.resolve("buildspec.yml"), buildspec);
    return new BuildRequest(
        id,
        source,
        Map.of(),
        "buildspec.yml",
        "api/buildspec.yml",
        Map.of("GIVEN", "from outside"),
        new BuildSecrets(List.of("s3cr3t-value"), name -> Optional.ofNullable(STORE.get(name))),
        work,
        temporary.resolve("home"),
        log,
        outputs,
        terms(Duration.ofMinutes(2)),
        Optional.empty());
  }

  private static BuildTerms terms(Duration time) {
    return new BuildTerms(new BuildLimits(0, 0, time), new Workplace.Machine(null), null);
  }

  private BuildResult run(String buildspec) throws Exception {
    return run(buildspec, Map.of());
  }

  private BuildResult run(String buildspec, Map<String, Path> outputs) throws Exception {
    return new BuildRunner(
            request(buildspec, outputs), InstantSource.system(), phases -> {}, () -> {})
        .run();
  }

  /** The log without the agent's times. */
  private List<String> lines() throws IOException {
    return Files.readAllLines(log).stream()
        .map(l ->
            l.replaceFirst(
                "^\\[Container] \\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6} ",
                "[Container] "))
        .toList();
  }

  private static List<String> names(BuildResult result) {
    return result.phases().stream().map(p -> p.name() + " " + p.status()).toList();
  }

  @Test
  void the_log_has_codebuilds_grammar() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              pre_build:
                commands:
                  - echo hello
                  - |
                    echo two
                    false
            """);
    assertThat(result.status()).isEqualTo(BuildStatus.FAILED);
    assertThat(result.message()).isEqualTo("`echo two …` ended with 1, api/buildspec.yml:6");
    assertThat(lines())
        .containsSubsequence(
            "[Container] Phase complete: DOWNLOAD_SOURCE State: SUCCEEDED",
            "[Container] Phase context status code:  Message: ",
            "[Container] Entering phase INSTALL",
            "[Container] Phase complete: INSTALL State: SUCCEEDED",
            "[Container] Phase context status code:  Message: ",
            "[Container] Entering phase PRE_BUILD",
            "[Container] Running command echo hello",
            "hello",
            "[Container] Running command echo two",
            "false",
            "two",
            "[Container] Command did not exit successfully echo two",
            "false exit status 1",
            "[Container] Phase complete: PRE_BUILD State: FAILED",
            "[Container] Phase context status code: COMMAND_EXECUTION_ERROR Message: Error while"
                + " executing command: echo two",
            "false. Reason: exit status 1");
    assertThat(names(result))
        .containsExactly("DOWNLOAD_SOURCE SUCCEEDED", "INSTALL SUCCEEDED", "PRE_BUILD FAILED");
    BuildPhase failed = result.phases().getLast();
    List<String> own =
        lines()
            .subList((int) failed.firstLine() - 1, (int) (failed.firstLine() - 1 + failed.lines()));
    assertThat(own.getFirst()).isEqualTo("[Container] Entering phase PRE_BUILD");
    assertThat(own.getLast()).isEqualTo("false. Reason: exit status 1");
  }

  @Test
  void directory_and_variables_carry_over_and_reach_child_processes() throws Exception {
    Files.createDirectories(source.resolve("sub/deep"));
    BuildResult result =
        run(
            """
            version: 0.2
            env:
              variables:
                LITERAL: $HOME/x
                CI: true
              exported-variables: [VERSION, QUOTED]
            phases:
              install:
                commands:
                  - cd sub
                  - VERSION=1.2
              build:
                commands:
                  - cd deep && pwd
                  - QUOTED="it's \\"here\\"
                    two"
                  - sh -c 'echo "child sees $VERSION"'
                  - unset LITERAL
              post_build:
                commands:
                  - echo "$(pwd) ${LITERAL-gone} $CI $GIVEN"
                  - test "$CODEBUILD_SRC_DIR" = "$(dirname "$(dirname "$PWD")")"
            """);
    assertThat(result.message()).isEmpty();
    assertThat(lines()).contains("child sees 1.2", source + "/sub/deep gone true from outside");
    assertThat(result.exportedVariables())
        .containsEntry("VERSION", "1.2")
        .containsEntry("QUOTED", "it's \"here\" two");
  }

  @Test
  void bash_carries_variables_over_as_well() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            env:
              shell: bash
            phases:
              build:
                commands:
                  - WORDS=(a b); TEXT=$'tab\\tquote\\'s'
                  - '[[ "$TEXT" == *quote* ]] && echo "kept $TEXT"'
            """);
    assertThat(result.message()).isEmpty();
    assertThat(lines()).contains("kept tab\tquote's");
  }

  @Test
  void options_traps_and_exit_end_with_their_command() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - set -eu; A=1
                  - |
                    false
                    echo "still here $UNSET"
                  - |
                    exit 0
                    echo never
                  - nosuchcommand || echo "after $?"
                  - set -x; B=2
                  - echo "$A$B"
            """);
    assertThat(result.message()).isEmpty();
    assertThat(lines()).contains("still here ", "after 127", "12").doesNotContain("never");
    assertThat(lines()).anyMatch(l -> l.endsWith("script.sh: 4: nosuchcommand: not found"));
    assertThat(lines()).noneMatch(l -> l.startsWith("+ ") && l.contains("export"));
  }

  @Test
  void each_command_of_version_0_1_has_a_shell_of_its_own() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.1
            phases:
              build:
                commands:
                  - cd /tmp; A=1
                  - echo "${A-unset} $(pwd)"
            """);
    assertThat(result.message()).isEmpty();
    assertThat(lines()).contains("unset " + source);
  }

  @Test
  void a_failed_build_is_followed_by_post_build_and_the_upload() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - touch made
                  - exit 3
                  - echo never
                finally:
                  - echo "tidy $CODEBUILD_BUILD_SUCCEEDING $CODEBUILD_LAST_EXIT"
              post_build:
                commands:
                  - echo "post $CODEBUILD_BUILD_SUCCEEDING"
            artifacts:
              files: made
            """,
            Map.of("", zip));
    assertThat(names(result))
        .containsExactly(
            "DOWNLOAD_SOURCE SUCCEEDED",
            "INSTALL SUCCEEDED",
            "PRE_BUILD SUCCEEDED",
            "BUILD FAILED",
            "POST_BUILD SUCCEEDED",
            "UPLOAD_ARTIFACTS SUCCEEDED");
    assertThat(lines()).contains("tidy 0 3", "post 0").doesNotContain("never");
    assertThat(result.status()).isEqualTo(BuildStatus.FAILED);
    assertThat(result.message()).isEqualTo("`exit 3` ended with 3, api/buildspec.yml:6");
  }

  @Test
  void on_failure_aborts_continues_and_retries() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              install:
                on-failure: CONTINUE
                commands: 'false'
              pre_build:
                on-failure: RETRY-2-not yet
                commands:
                  - echo x >> tries
                  - test "$(wc -l < tries)" -ge 3 || { echo not yet; exit 1; }
              build:
                on-failure: ABORT
                commands: exit 4
              post_build:
                commands: echo never
            """);
    assertThat(names(result))
        .containsExactly(
            "DOWNLOAD_SOURCE SUCCEEDED", "INSTALL FAILED", "PRE_BUILD SUCCEEDED", "BUILD FAILED");
    assertThat(Files.readAllLines(source.resolve("tries"))).hasSize(3);
    assertThat(result.message()).startsWith("`false` ended with 1");
  }

  @Test
  void background_children_do_not_block_and_do_not_stay() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - nohup sleep 600 & echo $! > child
                  - setsid sleep 600 & sleep 0.2
                  - kill -0 "$(cat child)" && echo "alive"
            """);
    assertThat(result.message()).isEmpty();
    assertThat(lines()).contains("alive");
    assertThat(processes()).isEmpty();
  }

  @Test
  void a_cancelled_build_leaves_no_process() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    BuildRequest request =
        request(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - trap '' TERM; sleep 600 & sleep 600
                finally:
                  - echo never
            """,
            Map.of());
    BuildRunner runner =
        new BuildRunner(
            request,
            InstantSource.system(),
            phases -> {
              if (phases.getLast().name().equals("BUILD")) {
                running.countDown();
              }
            },
            () -> {});
    List<BuildResult> results = new ArrayList<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                results.add(runner.run());
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    running.await();
    await().until(() -> processes().size() >= 3);
    runner.cancel();
    thread.join();
    assertThat(results.getFirst().status()).isEqualTo(BuildStatus.STOPPED);
    assertThat(lines()).doesNotContain("never");
    assertThat(processes()).isEmpty();
  }

  /** Processes whose environment names this build. */
  private List<String> processes() {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(p -> p.getFileName().toString().matches("\\d+"))
          .filter(this::isOurs)
          .map(Path::toString)
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private boolean isOurs(Path process) {
    try {
      return Files.readString(
              process.resolve("environ"), java.nio.charset.StandardCharsets.ISO_8859_1)
          .contains(id);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void a_build_that_takes_too_long_is_stopped() throws Exception {
    BuildResult result = runFor(Duration.ofSeconds(10), "sleep 600");
    assertThat(result.status()).isEqualTo(BuildStatus.TIMED_OUT);
    assertThat(result.message()).endsWith("was stopped at `sleep 600`, buildspec.yml:4");
    assertThat(processes()).isEmpty();
  }

  @Test
  @Timeout(120)
  void a_build_that_prints_for_ever_is_stopped_and_its_files_stay_bounded() throws Exception {
    BuildResult result = runFor(Duration.ofSeconds(10), "yes 'a line of output'");
    assertThat(result.status()).isEqualTo(BuildStatus.TIMED_OUT);
    assertThat(work.resolve("control/output").toFile().length()).isLessThan(1L << 30);
    assertThat(Files.size(log)).isLessThan(BuildLog.LIMIT + 200_000);
    assertThat(lines())
        .anyMatch(l -> l.matches(".*Log limit of 20 MB reached: \\d+ lines and \\d+ MB more .*"));
    assertThat(processes()).isEmpty();
  }

  private BuildResult runFor(Duration time, String command) throws Exception {
    BuildRequest all =
        request(
            """
            version: 0.2
            phases:
              build:
                commands: %s
            """
                .formatted(command),
            Map.of());
    BuildRequest request =
        new BuildRequest(
            all.id(),
            source,
            Map.of(),
            "buildspec.yml",
            "buildspec.yml",
            Map.of(),
            BuildSecrets.NONE,
            work,
            all.home(),
            log,
            Map.of(),
            terms(time),
            Optional.empty());
    return new BuildRunner(request, InstantSource.system(), phases -> {}, () -> {}).run();
  }

  @Test
  void secrets_are_hidden_and_the_environment_is_scrubbed() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - printf 's3cr3t-'; printf 'value and more\\n'
                  - echo s3cr3t-value
                  - env | cut -d= -f1 | sort > names
                  - echo "$HOME $JAVA_HOME"
            """);
    assertThat(result.succeeded()).isTrue();
    assertThat(Files.readString(log))
        .doesNotContain("s3cr3t-value")
        .contains("*** and more", "Running command echo ***");
    assertThat(lines()).contains(temporary.resolve("home") + " " + System.getProperty("java.home"));
    assertThat(Files.readAllLines(source.resolve("names")))
        .contains("CODEBUILD_BUILD_ID", "PATH", "LANG", "GIVEN", "CODEBUILD_CI")
        .doesNotContain("MAVEN_CMD_LINE_ARGS", "SUREFIRE_TEST", "SUDO_USER");
  }

  @Test
  void nothing_to_upload_fails_the_build() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases: {build: {commands: ['true']}}
            artifacts:
              files:
                - imagedefinitions.json
            """,
            Map.of("", zip));
    assertThat(result.status()).isEqualTo(BuildStatus.FAILED);
    assertThat(lines())
        .containsSubsequence(
            "[Container] Expanding base directory path: .",
            "[Container] Assembling file list",
            "[Container] Expanding file paths for base directory .",
            "[Container] Skipping invalid file path imagedefinitions.json",
            "[Container] Phase complete: UPLOAD_ARTIFACTS State: FAILED",
            "[Container] Phase context status code: CLIENT_ERROR Message: no matching artifact"
                + " paths found");
    assertThat(result.message()).isEqualTo("no matching artifact paths found, api/buildspec.yml:4");
  }

  @Test
  void a_buildspec_that_cannot_be_read_names_the_line() throws Exception {
    BuildResult result =
        run("version: 0.2\nphases:\n  build:\n    on-failure: MAYBE\n    commands: [a]\n");
    assertThat(result.status()).isEqualTo(BuildStatus.FAILED);
    assertThat(result.message())
        .startsWith("api/buildspec.yml:4:17: error: phases.build.on-failure: MAYBE is not known");
    assertThat(names(result)).containsExactly("DOWNLOAD_SOURCE FAILED");
    assertThat(lines())
        .anyMatch(
            l -> l.startsWith("[Container] Phase context status code: YAML_FILE_ERROR Message: "));
  }

  @Test
  void a_flood_of_output_is_cut_but_its_end_is_kept() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - yes 0123456789012345678901234567890123456789 | head -c 30000000; echo; echo the end
            """);
    assertThat(result.succeeded()).isTrue();
    assertThat(Files.size(log)).isBetween(BuildLog.LIMIT, BuildLog.LIMIT + 100_000);
    assertThat(lines())
        .contains("the end")
        .anyMatch(l -> l.startsWith("[Container] Log limit of 20 MB reached: "));
  }

  @Test
  void a_failed_finally_fails_its_phase_and_a_vanished_folder_its_command() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - mkdir gone && cd gone && rmdir ../gone
                  - echo never
                finally:
                  - cd "$CODEBUILD_SRC_DIR"
            """);
    assertThat(result.message()).isEqualTo("`echo never` ended with 1, api/buildspec.yml:6");
    assertThat(lines()).contains("the folder " + source + "/gone is gone").doesNotContain("never");
    BuildResult second =
        new BuildRunner(
                again("phases: {build: {commands: ['true'], finally: ['exit 7']}}"),
                InstantSource.system(),
                p -> {},
                () -> {})
            .run();
    assertThat(second.message()).isEqualTo("`exit 7` ended with 7, api/buildspec.yml:2");
  }

  private BuildRequest again(String phases) throws IOException {
    work = Files.createDirectories(temporary.resolve("work-2"));
    return request("version: 0.2\n" + phases + "\n", Map.of());
  }

  @Test
  void secondary_artifacts_and_inputs_have_their_own_places() throws Exception {
    Path other = Files.createDirectories(temporary.resolve("other"));
    Files.writeString(other.resolve("data"), "from the other input");
    BuildRequest all =
        request(
            """
            version: 0.2
            phases: {build: {commands: ['cp "$CODEBUILD_SRC_DIR_Other/data" copied', 'cd /tmp']}}
            artifacts:
              files: ['$NOTHING/x']
              secondary-artifacts:
                First: {files: copied}
            """,
            Map.of("First", zip, "Second", temporary.resolve("second.zip")));
    BuildRequest request =
        new BuildRequest(
            id,
            source,
            Map.of("Other", other),
            all.buildspec(),
            all.buildspecName(),
            Map.of(),
            BuildSecrets.NONE,
            work,
            all.home(),
            log,
            all.outputs(),
            terms(Duration.ofMinutes(1)),
            Optional.empty());
    BuildResult result =
        new BuildRunner(request, InstantSource.system(), phases -> {}, () -> {}).run();
    assertThat(result.artifacts()).containsOnlyKeys("First");
    assertThat(result.message()).startsWith("no secondary-artifacts.Second in api/buildspec.yml");
    Zips.unpack(zip, temporary.resolve("unpacked"));
    assertThat(temporary.resolve("unpacked/copied")).content().isEqualTo("from the other input");
  }

  @Test
  void a_command_that_would_kill_its_shell_fails_the_build() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases: {build: {commands: ['kill -9 $PPID; exit 9', 'echo never']}}
            """);
    assertThat(result.status()).isEqualTo(BuildStatus.FAILED);
    assertThat(result.message())
        .containsAnyOf("ended the build's shell", "ended with 9")
        .endsWith(", api/buildspec.yml:2");
    assertThat(lines()).doesNotContain("never");
    assertThat(processes()).isEmpty();
  }

  @Test
  void git_is_signed_in_where_the_buildspec_asks_for_it() throws Exception {
    String buildspec =
        """
        version: 0.2
        env: {git-credential-helper: yes}
        phases:
          build:
            commands:
              - printf 'protocol=http\\nhost=127.0.0.1:7\\n\\n' | git credential fill > filled
              - cat filled
        """;
    BuildRequest plain = request(buildspec, Map.of());
    BuildRequest request =
        new BuildRequest(
            id,
            source,
            Map.of(),
            "buildspec.yml",
            "buildspec.yml",
            Map.of("SAMDAN_URL", "http://127.0.0.1:7"),
            new BuildSecrets(List.of(), _ -> Optional.empty(), () -> Optional.of("pass-of-git")),
            work,
            plain.home(),
            log,
            Map.of(),
            terms(Duration.ofMinutes(1)),
            Optional.empty());
    BuildResult result =
        new BuildRunner(request, InstantSource.system(), phases -> {}, () -> {}).run();
    assertThat(result.message()).isEmpty();
    assertThat(source.resolve("filled")).content().contains("password=pass-of-git");
    assertThat(lines()).contains("password=***");
    work = Files.createDirectories(temporary.resolve("work-2"));
    assertThat(
            run("version: 0.2\n"
                    + "env: {git-credential-helper: yes}\n"
                    + "phases: {build: {commands: ['true']}}\n")
                .message())
        .isEmpty();
    assertThat(log).content().contains("git-credential-helper has no effect here");
  }

  @Test
  void values_of_the_store_are_given_and_hidden_in_the_log() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            env:
              parameter-store: {KEY: /app/key, GIVEN: /not/there}
              secrets-manager:
                PASSWORD: "app:password"
            phases:
              build:
                commands:
                  - test "$KEY" = key-of-the-store && test "$PASSWORD" = pass-of-the-store
                  - test "$GIVEN" = "from outside"
                  - echo "the key is $KEY"
            """);
    assertThat(result.status()).isEqualTo(BuildStatus.SUCCEEDED);
    assertThat(log).content().contains("the key is ***").doesNotContain("key-of-the-store");
  }

  @Test
  void values_that_the_store_has_not_are_all_told_with_their_lines() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            env:
              parameter-store: {KEY: /app/none}
              secrets-manager:
                PASSWORD: app:none
            phases: {build: {commands: ['true']}}
            """);
    assertThat(result.message().lines())
        .containsExactly(
            "api/buildspec.yml:3: env.parameter-store.KEY: there is no /app/none; set it with:"
                + " samdan secret set APP ENV /app/none",
            "api/buildspec.yml:5: env.secrets-manager.PASSWORD: there is no app:none; set it with:"
                + " samdan secret set APP ENV app");
    assertThat(names(result)).containsExactly("DOWNLOAD_SOURCE FAILED");
  }
}
