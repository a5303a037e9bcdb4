package dev.samdan.pipeline;

import static dev.samdan.pipeline.Fixtures.approval;
import static dev.samdan.pipeline.Fixtures.build;
import static dev.samdan.pipeline.Fixtures.pipeline;
import static dev.samdan.pipeline.Fixtures.revision;
import static dev.samdan.pipeline.Fixtures.source;
import static dev.samdan.pipeline.Fixtures.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline from its start to its end, on a real store. */
class PipelinesTest {
  @TempDir Path home;
  private Database database;
  private Pipelines pipelines;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    pipelines = new Pipelines(database, home, Fixtures.FAST, InstantSource.system());
  }

  @AfterEach
  void close() {
    pipelines.close();
    database.close();
  }

  @Test
  void an_execution_hands_artifacts_and_variables_on_and_succeeds() {
    pipelines.register(
        "Source/AWS/CodeStarSourceConnection",
        context -> {
          write(context.output("SourceArtifact"), "the tree");
          return new ActionOutcome.Succeeded("abc", Map.of("CommitId", context.revision().commit()));
        });
    pipelines.register(
        "Build/AWS/CodeBuild",
        context -> {
          context.externalId("build-1", "/builds/build-1");
          String text = read(context.input("SourceArtifact"));
          return ActionOutcome.succeeded(text + " of " + context.configuration().get("EnvironmentVariables"));
        });
    pipelines.put(
        pipeline(
            stage("Source", source()),
            stage("Build", build("Build").withConfiguration(
                Map.of("ProjectName", "p", "EnvironmentVariables", "#{SourceVariables.CommitId}")))),
        "sample", "dev");
    pipelines.start();

    UUID id = pipelines.start("sample-dev-api", Trigger.push("kim", "refs/heads/dev"), revision("c0ffee"), null);

    ExecutionView view = ended(id);
    assertThat(view.status()).isEqualTo(ExecutionStatus.Succeeded);
    ExecutionView.Action build = view.stages().get(1).actions().getFirst();
    assertThat(build.summary()).isEqualTo("the tree of c0ffee");
    assertThat(build.externalId()).isEqualTo("build-1");
    assertThat(build.attempts()).isEqualTo(1);
    assertThat(home.resolve("artifacts/" + id + "/Source-SourceArtifact.zip")).hasContent("the tree");
    assertThat(pipelines.eventsAfter(0, 100)).extracting(PipelineEvent::kind)
        .contains(PipelineEvent.Kind.ExecutionStarted, PipelineEvent.Kind.ExecutionSucceeded);
    assertThat(pipelines.executions(ExecutionFilter.ALL, null, 10).executions()).containsExactly(view);
  }

  @Test
  void an_approval_is_answered_once() {
    pipelines.register("Source/AWS/CodeStarSourceConnection", c -> {
      write(c.output("SourceArtifact"), "x");
      return ActionOutcome.succeeded("");
    });
    pipelines.put(pipeline(stage("Source", source()), stage("Approve", approval())), "sample", "prod");
    pipelines.start();
    UUID id = pipelines.start("sample-dev-api", Trigger.manual("kim"), revision("1"), null);
    await().until(() -> pipelines.waitingApprovals(null), w -> !w.isEmpty());

    assertThat(pipelines.approve("sample-dev-api", "fine", "lee")).isEqualTo(id);

    assertThat(ended(id).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  private ExecutionView ended(UUID id) {
    return await().until(() -> pipelines.execution(id), view -> view.status().ended());
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
