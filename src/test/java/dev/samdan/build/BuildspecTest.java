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
    assertThat(spec.phases().getFirst().runtimes()).isTrue();
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
        .satisfies(r -> assertThat(r.format()).isEqualTo("JUNITXML"));
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
                + " not read (commands, finally, on-failure, run-as)",
            "buildspec.yml:3:3: warning: phases.build has no `commands`: nothing runs in it",
            "buildspec.yml:5:17: error: phases.build.on-failure: RETRY-101 retries more than 100"
                + " times",
            "buildspec.yml:11:13: warning: artifacts.type is not a key of a buildspec and is not"
                + " read (base-directory, discard-paths, enable-symlinks, exclude-paths, files,"
                + " name, s3-prefix, secondary-artifacts)",
            "buildspec.yml:11:12: error: artifacts.files is missing");
  }

  @Test
  void a_command_that_yaml_reads_as_a_mapping_is_named() {
    assertThat(problems("version: 0.2\nphases:\n  build:\n    commands:\n      - echo \"a\": b\n"))
        .containsExactly(
            "buildspec.yml:5:9: error: phases.build.commands: a text is wanted here, but this is a"
                + " mapping; quote a text that holds ': '");
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
