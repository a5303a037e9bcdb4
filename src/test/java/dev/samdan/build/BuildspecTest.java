package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.build.Buildspec.OnFailure;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildspecTest {
  private static Buildspec spec(String text) {
    Buildspec.Parsed parsed = Buildspec.parse("buildspec.yml", text);
    assertThat(parsed.problems()).isEmpty();
    return Objects.requireNonNull(parsed.buildspec());
  }

  private static List<String> problems(String text) {
    return Buildspec.parse("buildspec.yml", text).problems().stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void scalars_are_read_as_they_stand() {
    Buildspec spec =
        spec(
            """
            # a comment before the document
            ---
            phases:
              install:
                runtime-versions:
                  python: 3.10
              build:
                commands:
                  - one
                  - folded over
                    two lines
                  - |
                    first
                    second
            version: 0.2
            env:
              variables:
                CI: true
                EMPTY:
                PATH: $PATH:/x
            """);
    assertThat(spec.env().variables())
        .containsEntry("CI", "true")
        .containsEntry("EMPTY", "")
        .containsEntry("PATH", "$PATH:/x");
    assertThat(spec.phases().getLast().commands())
        .extracting(Buildspec.Command::text)
        .containsExactly("one", "folded over two lines", "first\nsecond\n");
    assertThat(spec.phases().getLast().commands())
        .extracting(Buildspec.Command::line)
        .containsExactly(9, 10, 12);
    assertThat(spec.phases().getFirst().runtimes())
        .containsExactly(new Buildspec.RuntimeVersion("python", "3.10", 6));
    assertThat(spec.sharedShell()).isTrue();
  }

  @Test
  void one_text_may_stand_for_a_list() {
    Buildspec spec =
        spec(
            """
            version: 0.1
            phases: {build: {commands: make, finally: tidy}}
            artifacts: {files: imagedefinitions.json, discard-paths: yes, exclude-paths: '**/*.tmp'}
            """);
    assertThat(spec.sharedShell()).isFalse();
    assertThat(spec.phases().getFirst().commands())
        .extracting(Buildspec.Command::text)
        .containsExactly("make");
    assertThat(spec.phases().getFirst().finallyCommands()).hasSize(1);
    Buildspec.Artifacts artifacts = Objects.requireNonNull(spec.artifacts());
    assertThat(artifacts.files()).containsExactly("imagedefinitions.json");
    assertThat(artifacts.discardPaths()).isTrue();
    assertThat(artifacts.baseDirectory()).isEqualTo(".");
  }

  @Test
  void reports_artifacts_and_cache_are_read() {
    Buildspec spec =
        spec(
            """
            version: 0.2
            phases: {build: {commands: [make]}}
            reports:
              unit: {files: ['**/*.xml'], base-directory: /tmp/reports, file-format: JunitXml}
            artifacts:
              files: ['**/*']
              base-directory: dist
              enable-symlinks: yes
              secondary-artifacts:
                docs: {files: [docs/**/*], name: docs}
            cache: {paths: [/root/.m2], key: "deps-$(x)", fallback-keys: [deps-]}
            """);
    assertThat(spec.reports())
        .singleElement()
        .satisfies(r -> assertThat(r.format()).isEqualTo(ReportFormat.JUNITXML));
    assertThat(spec.secondaryArtifacts()).containsOnlyKeys("docs");
    assertThat(Objects.requireNonNull(spec.cache()).fallbackKeys()).containsExactly("deps-");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ABORT             | Abort[]
          CONTINUE          | Continue[]
          RETRY             | Retry[count=3, output=null]
          RETRY-5           | Retry[count=5, output=null]
          RETRY-0           | Retry[count=0, output=null]
          RETRY-time ?out   | Retry[count=3, output=time ?out]
          RETRY-2-50[34]    | Retry[count=2, output=50[34]]
          """)
  void on_failure_has_codebuilds_forms(String text, String expected) {
    Buildspec spec =
        spec("version: 0.2\nphases: {build: {on-failure: '" + text + "', commands: [a]}}\n");
    OnFailure onFailure = spec.phases().getFirst().onFailure();
    assertThat(onFailure.toString()).isEqualTo(expected);
  }

  @Test
  void a_retry_pattern_that_never_ends_does_not_hold_the_build() {
    OnFailure endless = new OnFailure.Retry(3, java.util.regex.Pattern.compile("(a|aa)+$"));
    assertThat(PhaseRules.again(endless, 1, "a".repeat(5_000) + "b")).isFalse();
    OnFailure usual = new OnFailure.Retry(3, java.util.regex.Pattern.compile("timed? out"));
    assertThat(PhaseRules.again(usual, 1, "x\nit timed out\n")).isTrue();
  }

  @Test
  void unknown_keys_warn_and_all_problems_are_told_at_once() {
    assertThat(
            problems(
                """
                version: 0.3
                phases:
                  build:
                    commans: [a]
                    on-failure: RETRY-101
                  deploy: {commands: [b]}
                env:
                  shell: zsh
                  variables: {CODEBUILD_X: 1}
                  exported-variables: [AWS_KEY]
                artifacts: {type: zip}
                """))
        .containsExactly(
            "buildspec.yml:1:10: error: version: 0.3 is not a buildspec version (0.1 or 0.2)",
            "buildspec.yml:8:10: error: env.shell: zsh is not a shell of this platform (bash or"
                + " sh)",
            "buildspec.yml:9:15: error: env.variables.CODEBUILD_X: names that begin with CODEBUILD_"
                + " are reserved",
            "buildspec.yml:10:24: error: env.exported-variables: AWS_KEY is a name that begins with"
                + " AWS_ and cannot be exported",
            "buildspec.yml:6:3: warning: phases.deploy is not a key of a buildspec and is not read"
                + " (build, install, post_build, pre_build)",
            "buildspec.yml:4:5: warning: phases.build.commans is not a key of a buildspec and is"
                + " not read; did you mean commands?",
            "buildspec.yml:3:3: warning: phases.build has no `commands`: nothing runs in it",
            "buildspec.yml:5:17: error: phases.build.on-failure: RETRY-101 retries more than 100"
                + " times",
            "buildspec.yml:11:13: warning: artifacts.type is not a key of a buildspec and is not"
                + " read (base-directory, discard-paths, enable-symlinks, exclude-paths, files,"
                + " name, s3-prefix, secondary-artifacts)",
            "buildspec.yml:11:12: error: artifacts.files is missing");
  }

  @Test
  void a_misspelled_key_is_told_with_the_likely_one() {
    assertThat(
            problems(
                """
                version: 0.2
                evn: {shell: bash}
                phases:
                  install:
                    runtime-version: {python: 3.12}
                  biuld:
                    comands: [make]
                  build:
                    comands: [make]
                reports: {r: {file: [a]}}
                """))
        .containsExactly(
            "buildspec.yml:2:1: warning: evn is not a key of a buildspec and is not read; did you"
                + " mean env?",
            "buildspec.yml:6:3: warning: phases.biuld is not a key of a buildspec and is not read;"
                + " did you mean build?",
            "buildspec.yml:5:5: warning: phases.install.runtime-version is not a key of a buildspec"
                + " and is not read; did you mean runtime-versions?",
            "buildspec.yml:9:5: warning: phases.build.comands is not a key of a buildspec and is"
                + " not read; did you mean commands?",
            "buildspec.yml:8:3: warning: phases.build has no `commands`: nothing runs in it",
            "buildspec.yml:10:15: warning: reports.r.file is not a key of a buildspec and is not"
                + " read; did you mean files?",
            "buildspec.yml:10:11: error: reports.r.files is missing");
  }

  @Test
  void runtimes_formats_users_and_caches_are_checked() {
    assertThat(
            problems(
                """
                version: 0.2
                run-as: root
                env:
                  secrets-manager: {A: "a:b:c:d:e", CODEBUILD_X: y}
                phases:
                  install:
                    run-as: "a b"
                    runtime-versions: {pyhton: 3.12, perl6: 1, java: corretto21}
                reports: {r: {files: [a], file-format: JUNITXLM}}
                cache: {paths: [a], fallback-keys: [b], action: keep}
                """))
        .containsExactly(
            "buildspec.yml:4:24: error: env.secrets-manager.A: a:b:c:d:e has more than"
                + " secret-id:json-key:version-stage:version-id",
            "buildspec.yml:4:37: error: env.secrets-manager.CODEBUILD_X: names that begin with"
                + " CODEBUILD_ are reserved",
            "buildspec.yml:7:13: error: phases.install.run-as: a b is no user's name",
            "buildspec.yml:8:24: warning: phases.install.runtime-versions.pyhton is not a runtime"
                + " of CodeBuild; did you mean python?",
            "buildspec.yml:8:38: warning: phases.install.runtime-versions.perl6 is not a runtime of"
                + " CodeBuild (android, docker, dotnet, golang, java, nodejs, php, python, ruby)",
            "buildspec.yml:9:40: error: reports.r.file-format: JUNITXLM is not a format of reports"
                + " (JUNITXML, CUCUMBERJSON, TESTNGXML, NUNITXML, NUNIT3XML, VISUALSTUDIOTRX,"
                + " CLOVERXML, COBERTURAXML, JACOCOXML, SIMPLECOV); did you mean JUNITXML?",
            "buildspec.yml:10:8: warning: cache.fallback-keys has no effect without cache.key",
            "buildspec.yml:10:49: error: cache.action: keep is neither restore nor save (without"
                + " it: both)");
  }

  @Test
  void a_command_that_yaml_reads_as_a_mapping_is_named() {
    assertThat(problems("version: 0.2\nphases:\n  build:\n    commands:\n      - echo \"a\": b\n"))
        .containsExactly(
            "buildspec.yml:5:9: error: phases.build.commands: a text is wanted here, but this is a"
                + " mapping; quote a text that holds ': '");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          build-list: [{identifier: a}, {identifier: b, buildspec: b.yml}]          | would be 2 builds
          build-graph: [{identifier: a}, {identifier: b, depend-on: [a]}]           | would be 2 builds
          build-matrix: {dynamic: {env: {image: [i, j], variables: {V: [1, 2, 3]}}}} | would be 6 builds
          build-fanout: {parallelism: 4}                                            | would be 4 builds
          build-list: [{identifier: a}, {identifier: a}]                            | identifier: a is given twice
          build-list: [{buildspec: b.yml}]                                          | identifier: is missing
          build-list: [{identifier: 1a}]                                            | identifier: 1a is none
          build-graph: [{identifier: one}, {identifier: b, depend-on: [onn]}]       | there is no build onn; did you mean one?
          build-graph: [{identifier: a, depend-on: [b]}, {identifier: b, depend-on: [a]}] | a, b wait for each other
          build-matrix: {static: {ignore-failure: yes}}                             | dynamic is missing
          build-matrix: {dynamic: {env: {variables: {A: [1,2,3,4,5,6,7,8,9,10,11], B: [1,2,3,4,5,6,7,8,9,10]}}}} | gives 110 builds
          build-fanout: {parallelism: many}                                         | parallelism: many is not a number of builds
          build-list: [{identifier: a, env: {compute: x}}]                          | build-list.env.compute is not a key
          fast-fail: true                                                           | and this one has none
          {build-list: [{identifier: a}], build-graph: [{identifier: a}]}           | and this one has 2 of them
          """)
  void a_batch_is_checked_and_what_runs_is_told(String batch, String says) {
    String text = "version: 0.2\nbatch:\n  " + batch + "\nphases: {build: {commands: [make]}}\n";
    assertThat(problems(text))
        .anySatisfy(p -> assertThat(p).startsWith("buildspec.yml:3").contains(says));
  }

  @Test
  void a_batch_without_phases_says_that_nothing_runs() {
    assertThat(problems("version: 0.2\nbatch:\n  build-list:\n    - identifier: a\n"))
        .containsExactly(
            "buildspec.yml:3: warning: batch.build-list would be 1 build on CodeBuild; here one"
                + " build runs and, as the file has no phases, does nothing: name the buildspec of"
                + " one of them in samdan.yml");
  }

  @Test
  void secrets_are_read() {
    Buildspec.Parsed parsed =
        Buildspec.parse(
            "buildspec.yml",
            """
            version: 0.2
            env:
              parameter-store: {KEY: /app/key}
              secrets-manager: {PASSWORD: "path/to:password::"}
            phases: {build: {commands: [a]}}
            """);
    assertThat(parsed.problems()).isEmpty();
    assertThat(Objects.requireNonNull(parsed.buildspec()).env().secrets())
        .extracting(s -> s.variable())
        .containsExactly("KEY", "PASSWORD");
  }

  @Test
  void what_is_no_buildspec_is_refused() {
    assertThat(problems(""))
        .containsExactly(
            "buildspec.yml:1: error: a buildspec is a mapping with `version` and `phases`; this"
                + " file is not one");
    assertThat(problems("version: 0.2\n"))
        .containsExactly(
            "buildspec.yml:1: error: `phases` is missing: write at least `phases: {build:"
                + " {commands: [...]}}`");
    assertThat(problems("version: 0.2\nphases: [\n"))
        .singleElement()
        .asString()
        .startsWith("buildspec.yml:3:1: error: not valid YAML");
  }
}
