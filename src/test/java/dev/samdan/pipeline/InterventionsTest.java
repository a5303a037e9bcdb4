package dev.samdan.pipeline;

import static dev.samdan.pipeline.Bench.NAME;
import static dev.samdan.pipeline.Fixtures.approval;
import static dev.samdan.pipeline.Fixtures.build;
import static dev.samdan.pipeline.Fixtures.mode;
import static dev.samdan.pipeline.Fixtures.pipeline;
import static dev.samdan.pipeline.Fixtures.source;
import static dev.samdan.pipeline.Fixtures.stage;
import static dev.samdan.pipeline.PipelinesTest.assertConflict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.PipelineEvent.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Approvals, stops, transitions and execution modes, on a real store. */
class InterventionsTest {
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
  void an_approval_lets_the_execution_go_on_and_is_answered_once() {
    bench.with(
        stage("Source", source()), stage("Approve", approval()), stage("Build", build("Build")));
    UUID id = bench.push("abc");
    WaitingApproval waiting = awaitApproval();

    assertThat(waiting.commit()).isEqualTo("abc");
    assertThat(bench.pipelines.approve(NAME, "looks good", "lee")).isEqualTo(id);
    bench.awaitRun("Build", 1);

    assertThat(bench.action(id, "Approve").decidedBy()).isEqualTo("lee");
    assertConflict(
        () -> bench.pipelines.answer(waiting.token(), false, "", "park"), "was answered by lee");
    assertConflict(() -> bench.pipelines.approve(NAME, "", "park"), "nothing waits for approval");
    assertThat(bench.kinds()).contains(Kind.ApprovalWanted, Kind.ApprovalApproved);
    assertThat(bench.pipelines.waitingApprovals(null)).isEmpty();
  }

  @Test
  void an_action_whose_provider_bounds_itself_may_take_longer_than_an_hour() {
    bench.pipelines.register(
        "Deploy/Custom/Bakes",
        new ActionProvider() {
          @Override
          public ActionOutcome run(ActionContext context) throws InterruptedException {
            bench.runs.add(context);
            new CountDownLatch(1).await();
            return ActionOutcome.succeeded("");
          }

          @Override
          public Duration limit() {
            return Duration.ofHours(2);
          }
        });
    ActionDeclaration bakes = ActionDeclaration.of("Bakes", "Deploy/Custom/Bakes");
    bench.with(stage("Source", source()), stage("Deploy", bakes, build("Build")));
    UUID id = bench.push("1");
    ActionContext run = bench.awaitRun("Bakes", 1);
    bench.awaitRun("Build", 1);

    bench.clock.advance(Duration.ofMinutes(61));
    await().until(() -> bench.action(id, "Build").status() == ActionStatus.Failed);
    assertThat(run.cancelled()).isFalse();
    bench.clock.advance(Duration.ofMinutes(60));

    bench.awaitEnd(id);
    assertThat(bench.action(id, "Bakes").error()).contains("the 120 minutes this action may");
  }

  @Test
  void who_may_not_approve_is_told_and_may_still_reject() {
    bench.pipelines.approvers((waiting, by) -> !by.equals(waiting.author()));
    bench.with(stage("Source", source()), stage("Approve", approval()));
    UUID id = bench.push("abc");
    WaitingApproval waiting = awaitApproval();
    String author = waiting.author();

    assertThat(bench.pipelines.mayApprove(waiting, author)).isFalse();
    assertThatThrownBy(() -> bench.pipelines.approve(NAME, "", author))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.code()).isEqualTo(PlatformException.Code.FORBIDDEN))
        .hasMessageContaining("You wrote this change, so someone else approves it");
    assertThatThrownBy(() -> bench.pipelines.answer(waiting.token(), true, "", author))
        .isInstanceOf(PlatformException.class);
    assertThat(bench.action(id, "Approve").status()).isEqualTo(ActionStatus.InProgress);
    bench.pipelines.reject(NAME, "on second thoughts", author);
    assertThat(bench.show(id).status()).isEqualTo(ExecutionStatus.Failed);
  }

  @Test
  void a_rejection_fails_the_stage_and_a_retry_asks_anew() {
    bench.with(stage("Source", source()), stage("Approve", approval()));
    UUID id = bench.push("1");
    WaitingApproval first = awaitApproval();

    bench.pipelines.reject(NAME, "not today", "lee");

    assertThat(bench.show(id).status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(bench.action(id, "Approve").error()).isEqualTo("rejected by lee: not today");
    bench.pipelines.retry(NAME, "kim");
    assertThat(awaitApproval().token()).isNotEqualTo(first.token());
    assertConflict(
        () -> bench.pipelines.answer(first.token(), true, "", "lee"), "was answered by lee");
  }

  @Test
  void an_approval_that_nobody_answers_expires_after_seven_days() {
    bench.with(stage("Source", source()), stage("Approve", approval()));
    UUID id = bench.push("1");
    WaitingApproval waiting = awaitApproval();

    bench.clock.advance(Duration.ofDays(7));

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(bench.kinds()).contains(Kind.ApprovalExpired);
    assertConflict(
        () -> bench.pipelines.answer(waiting.token(), true, "", "lee"), "no longer waits");
  }

  @Test
  void a_newer_execution_replaces_the_one_that_waits_before_an_approval() {
    bench.with(stage("Source", source()), stage("Approve", approval()));
    UUID first = bench.push("1");
    awaitApproval();
    UUID second = bench.push("2");
    await().until(() -> "#1 is in it".equals(bench.show(second).stages().get(1).waiting()));

    UUID third = bench.push("3");

    assertThat(bench.awaitEnd(second).status()).isEqualTo(ExecutionStatus.Superseded);
    assertThat(bench.show(second).reason()).isEqualTo("superseded by #3 before stage Approve");
    assertThat(bench.show(first).status()).isEqualTo(ExecutionStatus.InProgress);
    bench.pipelines.approve(NAME, "", "lee");
    assertThat(awaitApproval().executionId()).isEqualTo(third);
    assertConflict(() -> bench.pipelines.retry(second, "lee"), "a newer execution superseded it");
  }

  @Test
  void queued_executions_all_go_on_in_order() {
    bench.pipelines.put(
        mode(
            ExecutionMode.QUEUED,
            pipeline(stage("Source", source()), stage("Build", build("Build")))),
        "sample",
        "dev");
    bench.pipelines.start();
    UUID first = bench.push("1");
    UUID second = bench.push("2");
    UUID third = bench.push("3");

    for (int i = 1; i <= 3; i++) {
      assertThat(bench.awaitRun("Build", i).revision().commit()).isEqualTo(String.valueOf(i));
      bench.succeed("Build");
    }

    assertThat(bench.awaitEnd(third).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(bench.show(first).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(bench.show(second).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void parallel_executions_share_a_stage() {
    bench.pipelines.put(
        mode(
            ExecutionMode.PARALLEL,
            pipeline(stage("Source", source()), stage("Build", build("Build")))),
        "sample",
        "dev");
    bench.pipelines.start();
    UUID first = bench.push("1");
    UUID second = bench.push("2");

    bench.awaitRun("Build", 2);
    bench.succeed("Build");
    bench.succeed("Build");

    assertThat(bench.awaitEnd(first).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(bench.awaitEnd(second).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void stop_and_wait_lets_the_running_action_end_and_starts_nothing_new() {
    bench.with(stage("Source", source()), stage("Build", build("A"), build("B").withRunOrder(2)));
    UUID id = bench.push("1");
    ActionContext run = bench.awaitRun("A", 1);

    bench.pipelines.stop(id, false, "wrong commit", "lee");

    assertThat(bench.show(id).status()).isEqualTo(ExecutionStatus.Stopping);
    assertConflict(() -> bench.pipelines.stop(id, false, "", "lee"), "is being stopped already");
    bench.succeed("A");
    ExecutionView view = bench.awaitEnd(id);
    assertThat(view.status()).isEqualTo(ExecutionStatus.Stopped);
    assertThat(view.reason()).isEqualTo("stopped by lee: wrong commit");
    assertThat(view.stages().get(1).status()).isEqualTo(StageStatus.Stopped);
    assertThat(run.cancelled()).isFalse();
    assertThat(bench.action(id, "A").status()).isEqualTo(ActionStatus.Succeeded);
    assertConflict(() -> bench.pipelines.stop(NAME, true, "", "lee"), "nothing goes on");
  }

  @Test
  void abandon_cancels_the_running_provider_and_a_retry_runs_it_again() {
    bench.with(stage("Source", source()), stage("Build", build("A")));
    UUID id = bench.push("1");
    ActionContext run = bench.awaitRun("A", 1);
    AtomicBoolean told = new AtomicBoolean();
    run.onCancel(() -> told.set(true));

    bench.pipelines.stop(NAME, true, "", "lee");

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Stopped);
    assertThat(bench.action(id, "A").status()).isEqualTo(ActionStatus.Abandoned);
    assertThat(run.cancelled()).isTrue();
    assertThat(told).isTrue();
    bench.pipelines.retry(id, "kim");
    bench.succeed("A");
    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void a_stop_ends_an_approval_that_waits() {
    bench.with(stage("Source", source()), stage("Approve", approval()));
    UUID id = bench.push("1");
    WaitingApproval waiting = awaitApproval();

    bench.pipelines.stop(id, false, "", "lee");

    assertThat(bench.show(id).status()).isEqualTo(ExecutionStatus.Stopped);
    assertConflict(
        () -> bench.pipelines.answer(waiting.token(), true, "", "kim"), "no longer waits");
  }

  @Test
  void a_disabled_transition_holds_executions_and_lets_the_newest_in_when_enabled() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    bench.pipelines.disableTransition(NAME, "Build", "release freeze", "lee");
    UUID first = bench.push("1");
    await().until(() -> bench.show(first).stages().getFirst().status() == StageStatus.Succeeded);
    assertThat(bench.show(first).stages().get(1).waiting())
        .isEqualTo("disabled by lee: release freeze");
    UUID second = bench.push("2");
    assertThat(bench.awaitEnd(first).status()).isEqualTo(ExecutionStatus.Superseded);
    await().until(() -> bench.show(second).stages().getFirst().status() == StageStatus.Succeeded);

    bench.pipelines.enableTransition(NAME, "Build", "lee");

    bench.awaitRun("Build", 1);
    bench.succeed("Build");
    assertThat(bench.awaitEnd(second).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(bench.kinds()).contains(Kind.TransitionDisabled, Kind.TransitionEnabled);
  }

  private WaitingApproval awaitApproval() {
    return await()
        .until(() -> bench.pipelines.waitingApprovals("sample"), w -> !w.isEmpty())
        .getFirst();
  }
}
