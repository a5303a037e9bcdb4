package dev.samdan.pipeline;

import static dev.samdan.pipeline.Fixtures.approval;
import static dev.samdan.pipeline.Fixtures.build;
import static dev.samdan.pipeline.Fixtures.mode;
import static dev.samdan.pipeline.Fixtures.pipeline;
import static dev.samdan.pipeline.Fixtures.source;
import static dev.samdan.pipeline.Fixtures.stage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.pipeline.ActionState.Cancellation;
import dev.samdan.pipeline.ActionState.Cancellation.Reason;
import dev.samdan.pipeline.ExecutionState.StageState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every decision, as a table. */
class AdvanceTest {
  private static final Instant NOW = Instant.parse("2026-11-24T02:00:00Z");
  private static final Instant SOON = NOW.plusSeconds(1);
  private static final UUID ID = UUID.fromString("00000000-0000-0000-0000-000000000001");
  private static final UUID OTHER = UUID.fromString("00000000-0000-0000-0000-000000000002");
  private static final ActionDeclaration A = build("A");
  private static final ActionDeclaration B = build("B");
  private static final ActionDeclaration LATER = build("Later").withRunOrder(7);
  private static final PipelineDeclaration PIPELINE =
      pipeline(
          stage("Source", source()), stage("Build", A, B, LATER), stage("Approve", approval()));
  private static final StageState SOURCE = ended("Source", StageStatus.Succeeded);
  private static final Optional<Cancellation> NONE = Optional.empty();

  static Stream<Arguments> decisions() {
    Cancellation asked = new Cancellation(Reason.Abandoned, NOW.minusSeconds(5));
    Cancellation late = new Cancellation(Reason.TimedOut, NOW.minus(Advance.CANCEL_GRACE));
    Cancellation ignored = new Cancellation(Reason.Abandoned, NOW.minus(Advance.CANCEL_GRACE));
    return Stream.of(
        row(
            "begins with its first stage",
            running(),
            new Step.EnterStage("Source"),
            starts(source())),
        row(
            "begins refused",
            new ExecutionState(
                ID, 5, ExecutionStatus.InProgress, false, Optional.of("samdan.yml:1"), List.of()),
            new Step.EnterStage("Source"),
            new Step.RefuseActions(List.of(source()), "samdan.yml:1")),
        row(
            "enters the next stage with its lowest group",
            running(SOURCE),
            new Step.EnterStage("Build"),
            starts(A, B)),
        row("waits for a queued action", running(SOURCE, build(queued("A"), done("B")))),
        row("waits for a running action", running(SOURCE, build(going("A"), done("B")))),
        row("lets a sibling of a failure finish", running(SOURCE, build(failed("A"), going("B")))),
        row("starts the next group", running(SOURCE, build(done("A"), done("B"))), starts(LATER)),
        row("starts what is left of a group first", running(SOURCE, build(done("A"))), starts(B)),
        row(
            "starts no group after a failure",
            running(SOURCE, build(failed("A"), done("B"))),
            new Step.EndStage(StageStatus.Failed),
            new Step.EndExecution(ExecutionStatus.Failed, "stage Build, action A: exit 1")),
        row(
            "takes an abandoned action for a failure",
            running(SOURCE, build(new ActionState.Abandoned(ID, "A"), done("B"))),
            new Step.EndStage(StageStatus.Failed),
            new Step.EndExecution(ExecutionStatus.Failed, "stage Build, action A was abandoned")),
        row(
            "ends a stage",
            running(SOURCE, build(done("A"), done("B"), done("Later"))),
            new Step.EndStage(StageStatus.Succeeded)),
        row(
            "ends with its last stage",
            running(
                SOURCE, ended("Build", StageStatus.Succeeded), live("Approve", done("Approve"))),
            new Step.EndStage(StageStatus.Succeeded),
            new Step.EndExecution(ExecutionStatus.Succeeded, "")),
        row(
            "waits for a person",
            running(SOURCE, ended("Build", StageStatus.Succeeded), live("Approve", asks(SOON)))),
        row(
            "expires an approval",
            running(SOURCE, ended("Build", StageStatus.Succeeded), live("Approve", asks(NOW))),
            new Step.FailAction(
                ID, "TimedOut", "nobody answered this approval in time, so it expired")),
        row(
            "cancels what is late",
            running(SOURCE, build(new ActionState.Running(ID, "A", NOW, NONE))),
            new Step.CancelAction(ID, Reason.TimedOut)),
        row(
            "waits for what was asked to end",
            running(SOURCE, build(new ActionState.Running(ID, "A", NOW, Optional.of(asked))))),
        row(
            "ends what does not end when asked to",
            running(SOURCE, build(new ActionState.Running(ID, "A", NOW, Optional.of(late)))),
            new Step.FailAction(ID, "TimedOut", "it took longer than an action may")),
        row(
            "ends a cancelled action that has no worker",
            running(SOURCE, build(new ActionState.Queued(ID, "A", Optional.of(late)))),
            new Step.FailAction(ID, "TimedOut", "it took longer than an action may")),
        row(
            "stops at once between stages",
            stopping(false, SOURCE),
            new Step.EndExecution(ExecutionStatus.Stopped, "")),
        row(
            "stops at once before its first stage",
            stopping(false),
            new Step.EndExecution(ExecutionStatus.Stopped, "")),
        row("a stop waits for what runs", stopping(false, SOURCE, stopped(going("A"), done("B")))),
        row(
            "a stop starts no queued action",
            stopping(false, SOURCE, stopped(queued("A"), going("B"))),
            new Step.AbandonAction(ID)),
        row(
            "a stop ends an approval",
            stopping(false, SOURCE, stopped(asks(SOON))),
            new Step.AbandonAction(ID)),
        row(
            "a stop is done when nothing runs",
            stopping(false, SOURCE, stopped(done("A"), failed("B"))),
            new Step.EndStage(StageStatus.Stopped),
            new Step.EndExecution(ExecutionStatus.Stopped, "")),
        row(
            "an abandon cancels what runs",
            stopping(
                true,
                SOURCE,
                stopped(going("A"), new ActionState.Running(OTHER, "B", SOON, Optional.of(asked)))),
            new Step.CancelAction(ID, Reason.Abandoned)),
        row(
            "an abandon waits for what was cancelled",
            stopping(
                true, SOURCE, stopped(new ActionState.Running(ID, "A", SOON, Optional.of(asked))))),
        row(
            "an abandon goes on without a provider that does not end",
            stopping(
                true,
                SOURCE,
                stopped(new ActionState.Running(ID, "A", SOON, Optional.of(ignored)))),
            new Step.AbandonAction(ID)),
        row(
            "a stop that waits still ends what is late",
            stopping(false, SOURCE, stopped(new ActionState.Running(ID, "A", NOW, NONE))),
            new Step.CancelAction(ID, Reason.TimedOut)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("decisions")
  void decides(String fact, ExecutionState execution, List<Step> steps) {
    Stages alone = Stages.of(Map.of(execution, PIPELINE), Map.of());

    assertThat(Advance.next(PIPELINE, execution, alone, NOW)).as(fact).isEqualTo(steps);
  }

  @ParameterizedTest
  @EnumSource(
      value = ExecutionStatus.class,
      names = {"InProgress", "Stopping"},
      mode = EnumSource.Mode.EXCLUDE)
  void an_execution_that_is_over_stays_so(ExecutionStatus status) {
    ExecutionState execution =
        new ExecutionState(
            ID, 5, status, false, Optional.empty(), List.of(ended("Source", StageStatus.Failed)));

    assertThat(Advance.next(PIPELINE, execution, Stages.of(Map.of(), Map.of()), NOW)).isEmpty();
  }

  @Test
  void gates_decide_who_enters() {
    List<Step> enters = List.of(new Step.EnterStage("Build"), starts(A, B));
    List<Step> waits = List.of();
    List<Step> superseded =
        List.of(
            new Step.EndExecution(
                ExecutionStatus.Superseded, "superseded by #9 before stage Build"));

    assertThat(inMode(ExecutionMode.SUPERSEDED, gate())).isEqualTo(enters);
    assertThat(inMode(ExecutionMode.SUPERSEDED, gate(3)))
        .as("an older one waits too")
        .isEqualTo(enters);
    assertThat(inMode(ExecutionMode.SUPERSEDED, gate(9))).isEqualTo(superseded);
    assertThat(inMode(ExecutionMode.SUPERSEDED, occupied(4))).isEqualTo(waits);
    assertThat(inMode(ExecutionMode.SUPERSEDED, occupied(4, 9))).isEqualTo(superseded);
    assertThat(inMode(ExecutionMode.SUPERSEDED, closed())).isEqualTo(waits);

    assertThat(inMode(ExecutionMode.QUEUED, gate(9))).isEqualTo(enters);
    assertThat(inMode(ExecutionMode.QUEUED, gate(3))).isEqualTo(waits);
    assertThat(inMode(ExecutionMode.QUEUED, occupied(4))).isEqualTo(waits);
    assertThat(inMode(ExecutionMode.QUEUED, closed())).isEqualTo(waits);

    assertThat(inMode(ExecutionMode.PARALLEL, occupied(4, 3, 9))).isEqualTo(enters);
    assertThat(inMode(ExecutionMode.PARALLEL, closed())).isEqualTo(waits);
  }

  private static List<Step> inMode(ExecutionMode mode, Stages stages) {
    return Advance.next(mode(mode, PIPELINE), running(SOURCE), stages, NOW);
  }

  private static Stages gate(int... others) {
    TreeSet<Integer> waiting = new TreeSet<>(List.of(5));
    for (int other : others) {
      waiting.add(other);
    }
    return new Stages(Map.of(), new TreeMap<>(Map.of("Build", waiting)), Map.of());
  }

  private static Stages occupied(int by, int... others) {
    return new Stages(Map.of("Build", by), gate(others).waiting(), Map.of());
  }

  private static Stages closed() {
    return new Stages(Map.of(), gate().waiting(), Map.of("Build", "freeze"));
  }

  private static Arguments row(String fact, ExecutionState execution, Step... steps) {
    return Arguments.of(fact, execution, List.of(steps));
  }

  private static ExecutionState running(StageState... stages) {
    return new ExecutionState(
        ID, 5, ExecutionStatus.InProgress, false, Optional.empty(), List.of(stages));
  }

  private static ExecutionState stopping(boolean abandon, StageState... stages) {
    return new ExecutionState(
        ID, 5, ExecutionStatus.Stopping, abandon, Optional.empty(), List.of(stages));
  }

  private static StageState ended(String name, StageStatus status) {
    return new StageState(name, status, List.of());
  }

  private static StageState live(String name, ActionState... actions) {
    return new StageState(name, StageStatus.InProgress, List.of(actions));
  }

  private static StageState build(ActionState... actions) {
    return live("Build", actions);
  }

  private static ActionDeclaration build(String name) {
    return Fixtures.build(name);
  }

  private static StageState stopped(ActionState... actions) {
    return new StageState("Build", StageStatus.Stopping, List.of(actions));
  }

  private static ActionState queued(String name) {
    return new ActionState.Queued(ID, name, NONE);
  }

  private static ActionState going(String name) {
    return new ActionState.Running(ID, name, NOW.plus(Duration.ofHours(1)), NONE);
  }

  private static ActionState done(String name) {
    return new ActionState.Succeeded(ID, name);
  }

  private static ActionState failed(String name) {
    return new ActionState.Failed(ID, name, "exit 1");
  }

  private static ActionState asks(Instant expires) {
    return new ActionState.AwaitingApproval(ID, "Approve", expires);
  }

  private static Step starts(ActionDeclaration... actions) {
    return new Step.StartActions(List.of(actions));
  }
}
