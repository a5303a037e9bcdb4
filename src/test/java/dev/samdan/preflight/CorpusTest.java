package dev.samdan.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Constructs of public teams' files, written anew, and what is said of each. OK gives no error;
 * WARN gives a warning and no error; BUILD gives a warning that the build must put a value; REJECT
 * gives an error.
 */
class CorpusTest {
  private static final String TABLE =
      """
      buildspec-batch-list.yml               | BUILDSPEC      | OK     |
      buildspec-batch-graph.yml              | BUILDSPEC      | OK     |
      buildspec-batch-matrix.yml             | BUILDSPEC      | OK     |
      buildspec-on-failure-abort.yml         | BUILDSPEC      | OK     |
      buildspec-computed-artifacts.yml       | BUILDSPEC      | OK     |
      buildspec-allexport.yml                | BUILDSPEC      | OK     |
      buildspec-folded-commands.yml          | BUILDSPEC      | OK     |
      linux-tests.yml                        | BUILDSPEC      | OK     |
      buildspec-absolute-paths.yml           | BUILDSPEC      | OK     |
      buildspec-finally.yml                  | BUILDSPEC      | OK     |
      buildspec-report-format-case.yaml      | BUILDSPEC      | OK     |
      buildspec-sed-templates.yml            | BUILDSPEC      | OK     |
      template-inline.yaml                   | CLOUDFORMATION | OK     |
      buildspec-imagedetail.yml              | BUILDSPEC      | OK     |
      buildspec-scalar-files.yml             | BUILDSPEC      | OK     |
      buildspec-venv.yml                     | BUILDSPEC      | OK     |
      buildspec-env-last.yml                 | BUILDSPEC      | OK     |
      buildspec-one-space.yml                | BUILDSPEC      | OK     |
      buildspec-unknown-key.yml              | BUILDSPEC      | WARN   | artifacts.type
      buildspec-typo.yml                     | BUILDSPEC      | WARN   | commans
      buildspec-version-0.0.yml              | BUILDSPEC      | REJECT | version: 0.0
      buildspec-workflow.yml                 | BUILDSPEC      | REJECT | GitHub Actions workflow
      appspec-quoted.yaml                    | APPSPEC        | OK     |
      appspec-canonical.yaml                 | APPSPEC        | OK     |
      appspec-null-hooks.yaml                | APPSPEC        | OK     |
      appspec-template.yaml                  | APPSPEC        | BUILD  | $CONTAINER_PORT
      appspec-arn-without-revision.yaml      | APPSPEC        | OK     |
      appspec-version-1.0.yaml               | APPSPEC        | WARN   | version: 1.0
      appspec-file-name.yaml                 | APPSPEC        | REJECT | taskdef.json is a file
      appspec-mixed-with-ec2.yaml            | APPSPEC        | WARN   | os
      appspec-port-placeholder.yaml          | APPSPEC        | BUILD  | <SERVICE_PORT>
      taskdef-described.json                 | TASKDEF        | OK     |
      taskdef-secrets.json                   | TASKDEF        | OK     |
      taskdef-two-containers.json            | TASKDEF        | OK     |
      taskdef-nginx-php.json                 | TASKDEF        | OK     |
      taskdef-minimal.json                   | TASKDEF        | OK     |
      taskdef-placeholders-in-names.json     | TASKDEF        | OK     |
      taskdef-secrets-without-suffix.json    | TASKDEF        | OK     |
      taskdef-envsubst.json                  | TASKDEF        | BUILD  | $CONTAINER_PORT
      taskdef-wrong.json                     | TASKDEF        | REJECT | no container is essential
      pipeline-v2.json                       | PIPELINE       | OK     |
      pipeline-without-run-order.json        | PIPELINE       | OK     |
      codepipeline-github-v1.json            | PIPELINE       | OK     |
      codepipeline.yml                       | CLOUDFORMATION | OK     |
      pipeline-wrong.json                    | PIPELINE       | REJECT | not a run order
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = TABLE)
  void each_construct_has_its_outcome(
      String file, Kind kind, String outcome, @org.jspecify.annotations.Nullable String says) {
    Preflight.Checked checked = Preflight.validate(file, read(file));
    List<Problem> errors = checked.problems().stream().filter(Problem::isError).toList();
    List<Problem> warnings = checked.problems().stream().filter(p -> !p.isError()).toList();
    assertThat(checked.kind()).isEqualTo(kind);
    if (outcome.equals("REJECT")) {
      assertThat(errors).anyMatch(p -> p.message().contains(Objects.requireNonNull(says)));
    } else {
      assertThat(errors).isEmpty();
    }
    if (outcome.equals("WARN") || outcome.equals("BUILD")) {
      assertThat(warnings).anyMatch(p -> p.message().contains(Objects.requireNonNull(says)));
    }
    if (outcome.equals("BUILD")) {
      assertThat(warnings).anyMatch(p -> p.message().contains("the build must put a value"));
    }
  }

  @Test
  void every_file_of_the_corpus_is_in_the_table() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/corpus"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .allMatch(name -> TABLE.contains(name + " "));
    }
  }

  private static String read(String file) {
    try (InputStream in = CorpusTest.class.getResourceAsStream("/corpus/" + file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
