package dev.samdan.pipeline;

import static dev.samdan.pipeline.Bench.NAME;
import static dev.samdan.pipeline.Fixtures.approval;
import static dev.samdan.pipeline.Fixtures.build;
import static dev.samdan.pipeline.Fixtures.pipeline;
import static dev.samdan.pipeline.Fixtures.revision;
import static dev.samdan.pipeline.Fixtures.source;
import static dev.samdan.pipeline.Fixtures.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.PipelineEvent.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines from start to end, on a real store. */
class PipelinesTest {
  @TempDir Path home;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(home);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void artifacts_and_variables_are_handed_on() throws Exception {
    ActionDeclaration build =
        build("Build")
            .withConfiguration(
                Map.of("ProjectName", "p", "EnvironmentVariables", "#{SourceVariables.CommitId}"));
    bench.with(stage("Source", source()), stage("Build", build));

    UUID id = bench.push("c0ffee");
    ActionContext run = bench.awaitRun("Build", 1);
    run.externalId("build-1", "/builds/build-1");
    run.summary("3 of 5");

    assertThat(run.input("SourceArtifact")).hasContent("the tree of c0ffee");
    assertThat(run.configuration()).containsEntry("EnvironmentVariables", "c0ffee");
    assertThat(bench.action(id, "Build").summary()).isEqualTo("3 of 5");
    bench.succeed("Build");
    ExecutionView view = bench.awaitEnd(id);
    assertThat(view.status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(view.number()).isEqualTo(1);
    assertThat(bench.action(id, "Build").externalId()).isEqualTo("build-1");
    assertThat(bench.action(id, "Build").attempts()).isEqualTo(1);
    assertThat(home.resolve("artifacts").resolve(id.toString()))
        .isDirectoryContaining(f -> f.toString().endsWith("-SourceArtifact.zip"))
        .isDirectoryNotContaining(f -> f.toString().endsWith(".part"));
    assertThat(bench.kinds())
        .containsExactly(
            Kind.ExecutionStarted,
            Kind.StageStarted,
            Kind.ActionStarted,
            Kind.ActionSucceeded,
            Kind.StageSucceeded,
            Kind.StageStarted,
            Kind.ActionStarted,
            Kind.ActionSucceeded,
            Kind.StageSucceeded,
            Kind.ExecutionSucceeded);
  }

  @Test
  void the_json_has_the_names_that_checks_rely_on() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    UUID id = bench.push("c0ffee");
    bench.fail("Build");

    var json = Json.tree(Json.write(bench.awaitEnd(id)));

    assertThat(json.get("id").asString()).isEqualTo(id.toString());
    assertThat(json.get("pipeline").asString()).isEqualTo(NAME);
    assertThat(json.get("status").asString()).isEqualTo("Failed");
    assertThat(json.get("trigger").asString()).isEqualTo("WebhookV2");
    assertThat(json.get("commit").asString()).isEqualTo("c0ffee");
    assertThat(json.get("startedAt").asString()).endsWith("Z");
    assertThat(json.get("endedAt").asString()).endsWith("Z");
    var action = json.get("stages").get(1).get("actions").get(0);
    assertThat(action.get("provider").asString()).isEqualTo("CodeBuild");
    assertThat(action.get("error").asString()).isEqualTo("exit 1");
    assertThat(action.get("attempts").asInt()).isEqualTo(1);
  }

  @Test
  void a_group_starts_after_the_lower_one_and_not_after_a_failure() {
    bench.with(
        stage("Source", source()),
        stage("Build", build("A"), build("B"), build("Later").withRunOrder(2)),
        stage("Deploy", build("Deploy")));
    UUID id = bench.push("1");
    bench.awaitRun("A", 1);
    bench.awaitRun("B", 1);

    bench.fail("A");
    await().until(() -> bench.action(id, "A").status() == ActionStatus.Failed);
    assertThat(bench.show(id).status()).isEqualTo(ExecutionStatus.InProgress);
    bench.succeed("B");

    ExecutionView view = bench.awaitEnd(id);
    assertThat(view.status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(view.reason()).isEqualTo("stage Build, action A: exit 1");
    assertThat(view.stages().get(1).status()).isEqualTo(StageStatus.Failed);
    assertThat(view.stages().get(2).status()).isNull();
    assertThat(bench.action(id, "B").status()).isEqualTo(ActionStatus.Succeeded);
    assertThat(bench.action(id, "Later").status()).isNull();
  }

  @Test
  void retry_runs_the_failed_actions_of_the_failed_stage_again_under_the_same_id() {
    bench.with(stage("Source", source()), stage("Build", build("A"), build("B")));
    UUID id = bench.push("1");
    bench.fail("A");
    bench.succeed("B");
    UUID first = bench.awaitRun("A", 1).actionExecutionId();
    bench.awaitEnd(id);

    assertThat(bench.pipelines.retry(NAME, "lee")).isEqualTo(id);
    bench.succeed("A");

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(bench.awaitRun("A", 2).actionExecutionId()).isNotEqualTo(first);
    assertThat(bench.runs).filteredOn(r -> r.action().name().equals("B")).hasSize(1);
    assertThat(bench.kinds()).contains(Kind.ExecutionRetried);
  }

  @Test
  void a_retry_that_cannot_be_is_refused_with_its_reason() {
    bench.with(stage("Source", source()), stage("Build", build("A")));
    UUID first = bench.push("1");
    bench.fail("A");
    bench.awaitEnd(first);
    UUID second = bench.push("2");
    bench.awaitRun("A", 2);

    assertConflict(
        () -> bench.pipelines.retry(first, "lee"), "#2 is newer and has entered stage Build");
    assertConflict(() -> bench.pipelines.retry(second, "lee"), "it is InProgress, not over");
    bench.succeed("A");
    bench.awaitEnd(second);
    assertConflict(() -> bench.pipelines.retry(NAME, "lee"), "nothing in it failed");
  }

  @Test
  void try_again_runs_three_times_in_all_and_then_fails_with_the_reason() {
    bench.with(stage("Source", source()), stage("Deploy", build("Deploy")));
    for (int i = 0; i < 3; i++) {
      bench.end(
          "Deploy",
          new ActionOutcome.TryAgain("appspec.yaml was not found", Duration.ofMillis(10)));
    }

    UUID id = bench.push("1");

    ExecutionView view = bench.awaitEnd(id);
    ExecutionView.Action deploy = bench.action(id, "Deploy");
    assertThat(view.status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(deploy.attempts()).isEqualTo(3);
    assertThat(deploy.error()).isEqualTo("appspec.yaml was not found (3 attempts)");
    assertThat(deploy.attemptHistory())
        .extracting(ExecutionView.Attempt::end)
        .containsExactly("TryAgain", "TryAgain", "Failed");
  }

  @Test
  void between_attempts_the_time_of_the_next_one_is_shown() {
    bench.with(stage("Source", source()), stage("Deploy", build("Deploy")));
    bench.end("Deploy", new ActionOutcome.TryAgain("not there yet", Duration.ofMinutes(5)));
    UUID id = bench.push("1");

    await().until(() -> bench.action(id, "Deploy").nextAttemptAt() != null);
    assertThat(bench.runs).hasSize(1);
    bench.clock.advance(Duration.ofMinutes(5));
    bench.succeed("Deploy");

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void a_commit_without_a_valid_definition_fails_in_its_source() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));

    UUID id =
        bench.pipelines.startFailed(
            NAME,
            Trigger.push("kim", "refs/heads/dev"),
            revision("1"),
            null,
            "samdan.yml:3:1: error: no such key");

    ExecutionView view = bench.awaitEnd(id);
    assertThat(view.stages().getFirst().status()).isEqualTo(StageStatus.Failed);
    assertThat(view.stages().getFirst().actions().getFirst().error())
        .isEqualTo("samdan.yml:3:1: error: no such key");
    assertConflict(() -> bench.pipelines.retry(NAME, "lee"), "push one that mends it");
    assertConflict(() -> bench.pipelines.startAgain(NAME, "lee"), "nothing to start again");
  }

  @Test
  void start_again_delivers_the_newest_revision_once_more() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    bench.succeed("Build");
    bench.succeed("Build");
    bench.awaitEnd(bench.push("abc"));

    UUID again = bench.pipelines.startAgain(NAME, "lee");

    ExecutionView view = bench.awaitEnd(again);
    assertThat(view.commit()).isEqualTo("abc");
    assertThat(view.number()).isEqualTo(2);
    assertThat(view.trigger()).isEqualTo(Trigger.Type.StartPipelineExecution);
    assertThat(view.triggeredBy()).isEqualTo("lee");
  }

  @Test
  void what_a_provider_throws_or_leaves_out_fails_the_action_with_its_message() {
    ActionDeclaration unknown =
        ActionDeclaration.of("Unknown", "Deploy/AWS/EKS")
            .withInputs("SourceArtifact")
            .withRunOrder(2);
    ActionDeclaration empty = build("Empty").withOutputs("Out");
    ActionDeclaration variable =
        build("Variable").withConfiguration(Map.of("ProjectName", "#{SourceVariables.Nothing}"));
    bench.with(
        stage("Source", source()),
        stage("Build", empty, variable, build("Lower").withRunOrder(1)),
        stage("Deploy", unknown));
    bench.succeed("Empty");
    bench.succeed("Lower");

    UUID id = bench.push("1");
    bench.awaitEnd(id);

    assertThat(bench.action(id, "Empty").error())
        .isEqualTo("action Empty ended without its output artifact Out");
    assertThat(bench.action(id, "Variable").error())
        .isEqualTo(
            "configuration ProjectName: #{SourceVariables.Nothing} has no value; SourceVariables has CommitId");
    bench.pipelines.put(
        pipeline(stage("Source", source()), stage("Deploy", unknown)), "sample", "dev");
    UUID second = bench.push("2");
    bench.awaitEnd(second);
    assertThat(bench.action(second, "Unknown").error())
        .isEqualTo("there is no provider for Deploy/AWS/EKS here");
    assertThat(bench.show(second).version()).isEqualTo(2);
    assertThat(bench.show(id).version()).isEqualTo(1);
  }

  @Test
  void an_action_that_only_waits_holds_no_place() throws Exception {
    bench.close();
    bench = new Bench(home, new Settings(1, Duration.ofSeconds(30), Duration.ofMillis(50), 50, 10));
    CountDownLatch other = new CountDownLatch(1);
    bench.pipelines.register(
        "Test/AWS/CodeBuild",
        context -> {
          try {
            return context.waiting(
                "waits for B",
                () -> {
                  other.await();
                  return ActionOutcome.succeeded("waited");
                });
          } catch (InterruptedException e) {
            throw e;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    ActionDeclaration waiting =
        ActionDeclaration.of("A", "Test/AWS/CodeBuild")
            .withConfiguration(Map.of("ProjectName", "p"))
            .withInputs("SourceArtifact");
    bench.with(stage("Source", source()), stage("Build", waiting, build("B")));

    UUID id = bench.push("1");
    bench.awaitRun("B", 1);
    await().until(() -> "waits for B".equals(bench.action(id, "A").summary()));
    bench.succeed("B");
    other.countDown();

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void an_action_that_takes_too_long_is_cancelled_and_fails() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    UUID id = bench.push("1");
    ActionContext run = bench.awaitRun("Build", 1);

    bench.clock.advance(Duration.ofMinutes(61));

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(run.cancelled()).isTrue();
    assertThat(bench.action(id, "Build").error()).contains("60 minutes");
    assertThat(bench.action(id, "Build").errorCode()).isEqualTo("TimedOut");
  }

  @Test
  void lists_are_filtered_and_paged_newest_first() {
    bench.with(stage("Source", source()), stage("Approve", approval()));
    UUID group = UUID.randomUUID();
    bench.pipelines.put(
        PipelineDeclaration.of(
            "other-dev-api", List.of(stage("Source", source()), stage("Approve", approval()))),
        "other",
        "prod");
    UUID first = bench.push("aaa1");
    UUID second =
        bench.pipelines.start("other-dev-api", Trigger.manual("lee"), revision("bbb2"), group);
    UUID third = bench.pipelines.start(NAME, Trigger.manual("lee"), revision("ccc3"), group);

    assertThat(ids(ExecutionFilter.ALL)).containsExactly(third, second, first);
    assertThat(ids(ExecutionFilter.ofGroup(group))).containsExactly(third, second);
    assertThat(ids(ExecutionFilter.ofPipeline(NAME))).containsExactly(third, first);
    assertThat(ids(ExecutionFilter.ofApplication("other"))).containsExactly(second);
    assertThat(ids(new ExecutionFilter(null, null, null, null, "bbb", null)))
        .containsExactly(second);
    ExecutionPage page = bench.pipelines.executions(ExecutionFilter.ALL, null, 2);
    assertThat(page.nextCursor()).isNotNull();
    assertThat(bench.pipelines.executions(ExecutionFilter.ALL, page.nextCursor(), 2).executions())
        .extracting(ExecutionView::id)
        .containsExactly(first);
    assertThat(bench.pipelines.execution(NAME + "#2").id()).isEqualTo(third);
    assertThat(bench.pipelines.list("other"))
        .singleElement()
        .satisfies(view ->
            assertThat(view.latestExecution()).extracting(ExecutionView::id).isEqualTo(second));
    assertThat(bench.pipelines.counts(null)).containsEntry(ExecutionStatus.InProgress, 3);
    assertThatThrownBy(() -> bench.pipelines.execution("nothing"))
        .hasMessageContaining("there is no execution");
  }

  @Test
  void a_declaration_that_says_the_same_keeps_its_version() {
    PipelineDeclaration first = pipeline(stage("Source", source()), stage("Build", build("A")));

    assertThat(bench.pipelines.put(first, "sample", "dev")).isEqualTo(1);
    assertThat(bench.pipelines.put(first, "sample", "dev")).isEqualTo(1);
    assertThat(
            bench.pipelines.put(
                pipeline(stage("Source", source()), stage("Build", build("B"))), "sample", "dev"))
        .isEqualTo(2);
    assertThat(bench.pipelines.declaration(NAME).version()).isEqualTo(2);
    assertThatThrownBy(
            () -> bench.pipelines.put(pipeline(stage("Source", source())), "sample", "dev"))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("a pipeline has 2 to 50 stages, this one has 1");
  }

  @Test
  void deleting_a_pipeline_ends_what_runs_and_leaves_nothing() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    UUID id = bench.push("1");
    ActionContext run = bench.awaitRun("Build", 1);

    bench.pipelines.delete(NAME);

    await().until(run::cancelled);
    assertThat(bench.pipelines.exists(NAME)).isFalse();
    assertThat(Files.exists(home.resolve("artifacts").resolve(id.toString()))).isFalse();
    bench.pipelines.delete(NAME);
  }

  private List<UUID> ids(ExecutionFilter filter) {
    return bench.pipelines.executions(filter, null, 50).executions().stream()
        .map(ExecutionView::id)
        .toList();
  }

  static void assertConflict(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.code()).isEqualTo(PlatformException.Code.CONFLICT))
        .hasMessageContaining(message);
  }
}
