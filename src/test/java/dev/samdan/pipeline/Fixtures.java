package dev.samdan.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Declarations and revisions that the tests share. */
final class Fixtures {
  static final Settings FAST =
      new Settings(8, Duration.ofSeconds(30), Duration.ofMillis(50), 50, 10);

  private Fixtures() {}

  static ActionDeclaration source() {
    return ActionDeclaration.of("Source", "Source/AWS/CodeStarSourceConnection")
        .withConfiguration(
            Map.of("ConnectionArn", "samdan", "FullRepositoryId", "sample", "BranchName", "dev"))
        .withOutputs("SourceArtifact")
        .withNamespace("SourceVariables");
  }

  static ActionDeclaration build(String name) {
    return ActionDeclaration.of(name, "Build/AWS/CodeBuild")
        .withConfiguration(Map.of("ProjectName", "sample-dev-api"))
        .withInputs("SourceArtifact");
  }

  static ActionDeclaration approval() {
    return ActionDeclaration.of("Approve", ActionType.MANUAL_APPROVAL);
  }

  static StageDeclaration stage(String name, ActionDeclaration... actions) {
    return StageDeclaration.of(name, actions);
  }

  static PipelineDeclaration pipeline(StageDeclaration... stages) {
    return PipelineDeclaration.of("sample-dev-api", List.of(stages));
  }

  static PipelineDeclaration mode(ExecutionMode mode, PipelineDeclaration p) {
    return new PipelineDeclaration(
        p.name(), p.version(), mode, p.stages(), p.variables(), p.further());
  }

  static SourceRevision revision(String commit) {
    return new SourceRevision(
        "sample",
        "dev",
        commit,
        "Add a field\n\nIn the list.",
        "Kim",
        "kim@example.com",
        Instant.parse("2026-11-24T01:00:00Z"));
  }
}
