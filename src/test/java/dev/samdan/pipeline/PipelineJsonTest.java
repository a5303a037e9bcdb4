package dev.samdan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineJsonTest {
  private static final String TEXT =
      """
      {
        "pipeline": {
          "name": "sample-dev-api",
          "roleArn": "arn:aws:iam::123456789012:role/pipeline",
          "artifactStore": {"type": "S3", "location": "bucket"},
          "stages": [
            {
              "name": "Source",
              "actions": [
                {
                  "name": "Source",
                  "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeStarSourceConnection", "version": "1"},
                  "runOrder": 1,
                  "configuration": {"ConnectionArn": "samdan", "FullRepositoryId": "sample", "BranchName": "dev"},
                  "outputArtifacts": [{"name": "SourceArtifact"}],
                  "inputArtifacts": [],
                  "region": "ap-northeast-2",
                  "namespace": "SourceVariables"
                }
              ]
            },
            {
              "name": "Build",
              "actions": [
                {
                  "name": "Build",
                  "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
                  "runOrder": "1",
                  "configuration": {"ProjectName": "p", "EnvironmentVariables": "#{SourceVariables.CommitId}"},
                  "outputArtifacts": [{"name": "BuildArtifact"}],
                  "inputArtifacts": [{"name": "SourceArtifact"}]
                }
              ]
            }
          ],
          "version": 7,
          "executionMode": "QUEUED",
          "pipelineType": "V2"
        },
        "metadata": {"pipelineArn": "arn:aws:codepipeline:ap-northeast-2:123456789012:sample-dev-api"}
      }
      """;

  @Test
  void a_document_is_read_whole_and_written_as_it_was() {
    PipelineJson.Parsed parsed = PipelineJson.parse("pipeline.json", TEXT);

    assertThat(parsed.problems()).isEmpty();
    PipelineDeclaration pipeline = parsed.declaration();
    assertThat(pipeline.name()).isEqualTo("sample-dev-api");
    assertThat(pipeline.version()).isEqualTo(7);
    assertThat(pipeline.executionMode()).isEqualTo(ExecutionMode.QUEUED);
    assertThat(pipeline.further())
        .containsEntry("artifactStore", Map.of("type", "S3", "location", "bucket"))
        .containsEntry("pipelineType", "V2");
    ActionDeclaration build = pipeline.stages().get(1).actions().getFirst();
    assertThat(build.type().key()).isEqualTo("Build/AWS/CodeBuild");
    assertThat(build.inputArtifacts()).containsExactly("SourceArtifact");
    String written = PipelineJson.write(pipeline);
    assertThat(PipelineJson.parse("again.json", written).declaration()).isEqualTo(pipeline);
    assertThat(written)
        .contains(
            "\"region\" : \"ap-northeast-2\"",
            "\"actionTypeId\" : {",
            "\"executionMode\" : \"QUEUED\"")
        .doesNotContain("metadata");
  }

  @Test
  void the_bare_structure_is_taken_too() {
    String bare =
        TEXT.replace("\"pipeline\": {", "")
            .replaceAll("(?s)\\},\\s*\"metadata.*", "}")
            .replaceFirst("\\{\\s*", "{");

    assertThat(PipelineJson.parse("pipeline.json", bare).declaration())
        .isEqualTo(PipelineJson.parse("pipeline.json", TEXT).declaration());
  }

  @Test
  void a_document_indented_with_tabs_is_taken() {
    assertThat(PipelineJson.parse("pipeline.json", TEXT.replace("  ", "\t")).declaration())
        .isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "name": "sample-dev-api"       | "name": "sample api"       | 3:13: error: name: 'sample api' is not a name
          "runOrder": "1"                | "runOrder": 1000           | 28:25: error: stages[1].actions[0].runOrder: 1000 is not a run order (1 to 999)
          "runOrder": "1"                | "runOrder": "x"            | 28:25: error: stages[1].actions[0].runOrder: must be a whole number
          "category": "Build"            | "category": "Source"       | error: stages[1].actions[0].actionTypeId: source actions stand in the first stage only
          "category": "Source"           | "category": "Invoke"       | error: stages[0].actions[0].actionTypeId: the first stage holds source actions only
          "category": "Build"            | "category": "Bild"         | 27:42: error: stages[1].actions[0].actionTypeId.category: 'Bild' is not one of Source, Build
          [{"name": "SourceArtifact"}]\\n | [{"name": "Nothing"}]\\n    | 31:41: error: stages[1].actions[0].inputArtifacts[0].name: no earlier action
          BuildArtifact                  | SourceArtifact             | error: stages[1].actions[0].outputArtifacts[0].name: 'SourceArtifact' is produced by action Source too
          "Build",\\n                     | "Source",\\n                | error: stages[1].name: two stages are named 'Source'
          "SourceVariables"\\n            | "codepipeline"\\n           | error: stages[0].actions[0].namespace: 'codepipeline' is CodePipeline's own
          "SourceVariables"\\n            | "BuildArtifact"\\n          | error: stages[0].actions[0].namespace: 'BuildArtifact' is the name of an artifact
          #{SourceVariables.CommitId}    | #{Build.X}                 | error: stages[1].actions[0].configuration.EnvironmentVariables: #{Build.X} is not known here
          "ProjectName": "p",            | ''                         | error: stages[1].actions[0].configuration: CodeBuild needs ProjectName
          "QUEUED"                       | "FIFO"                     | error: executionMode: 'FIFO' is not one of SUPERSEDED, QUEUED, PARALLEL
          "V2"                           | "V1"                       | error: executionMode: QUEUED needs pipelineType V2
          "roleArn"                      | "rolArn"                   | 4:5: warning: rolArn: CodePipeline has no such member; it is left out
          """)
  void a_problem_is_told_with_its_place(String text, String wrong, String message) {
    String from = text.strip().replace("\\n", "\n");
    String to = wrong == null ? "" : wrong.strip().replace("\\n", "\n");
    assertThat(TEXT).contains(from);

    List<Problem> problems = PipelineJson.parse("p.json", TEXT.replace(from, to)).problems();

    assertThat(problems)
        .extracting(Problem::toString)
        .anyMatch(p -> p.startsWith("p.json:") && p.contains(message.strip()));
  }

  @Test
  void all_problems_are_told_at_once() {
    String text =
        TEXT.replace("\"p\"", "\"\"")
            .replace("\"dev\"", "\"\"")
            .replace("\"Build\",\n", "\"B d\",\n");

    PipelineJson.Parsed parsed = PipelineJson.parse("p.json", text);

    assertThat(parsed.declaration()).isNull();
    assertThat(parsed.problems()).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void text_that_is_no_document_is_a_problem_not_an_exception() {
    assertThat(PipelineJson.parse("p.json", "").problems()).hasSize(1);
    assertThat(PipelineJson.parse("p.json", "[]").problems()).hasSize(1);
    assertThat(PipelineJson.parse("p.json", "{\"pipeline\": ").problems()).isNotEmpty();
    assertThat(PipelineJson.parse("p.json", "{}").problems()).isNotEmpty();
    assertThat(
            PipelineJson.parse("p.json", "{\"pipeline\": {\"stages\": [3, {\"actions\": {}}]}}")
                .problems())
        .isNotEmpty();
  }

  @Test
  void the_image_artifact_is_told_as_an_extension() {
    ActionDeclaration image =
        ActionDeclaration.of("Image", "Build/AWS/ECRBuildAndPublish").withOutputs("ImageArtifact");

    assertThat(PipelineJson.extensions(Fixtures.pipeline(Fixtures.stage("Build", image))))
        .singleElement()
        .asString()
        .contains("ImageArtifact", "imageDetail.json");
  }
}
