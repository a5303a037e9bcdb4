package dev.samdan.pipeline;

import dev.samdan.pipeline.ActionState.Cancellation;
import dev.samdan.pipeline.ExecutionState.StageState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides how an execution goes on (CodePipeline: concepts-how-it-works, execution-modes,
 * pipelines-stop). No I/O: the driver applies the steps and asks again until there are none.
 */
final class Advance {
  /** How long a provider that was asked to end may take before its action is ended without it. */
  static final Duration CANCEL_GRACE = Duration.ofMinutes(2);

  private Advance() {}

  static List<Step> next(
      PipelineDeclaration declaration, ExecutionState execution, Stages stages, Instant now) {
    return switch (execution.status()) {
      case InProgress ->
          execution
              .current()
              .map(stage -> work(declaration, execution, stage, now))
              .orElseGet(() -> enter(declaration, execution, stages));
      case Stopping ->
          execution
              .current()
              .map(stage -> stop(execution, stage, now))
              .orElseGet(() -> List.of(new Step.EndExecution(ExecutionStatus.Stopped, "")));
      case Stopped, Succeeded, Superseded, Failed, Cancelled -> List.of();
    };
  }

  private static List<Step> enter(
      PipelineDeclaration declaration, ExecutionState execution, Stages stages) {
    Optional<StageDeclaration> wanted = execution.wants(declaration);
    if (wanted.isEmpty()) {
      return List.of(new Step.EndExecution(ExecutionStatus.Succeeded, ""));
    }
    String name = wanted.get().name();
    switch (declaration.executionMode()) {
      case SUPERSEDED -> {
        Optional<Integer> newer = stages.newerThan(execution.number(), name);
        if (newer.isPresent()) {
          String reason = "superseded by #" + newer.get() + " before stage " + name;
          return List.of(new Step.EndExecution(ExecutionStatus.Superseded, reason));
        }
        if (!stages.open(name)) {
          return List.of();
        }
      }
      case QUEUED -> {
        if (!stages.open(name) || stages.olderThan(execution.number(), name)) {
          return List.of();
        }
      }
      case PARALLEL -> {
        if (stages.closed().containsKey(name)) {
          return List.of();
        }
      }
    }
    return List.of(
        new Step.EnterStage(name), startGroup(execution, wanted.get().actions(), Set.of()));
  }

  private static List<Step> work(
      PipelineDeclaration declaration, ExecutionState execution, StageState stage, Instant now) {
    List<Step> overdue = stage.actions().stream().flatMap(a -> overdue(a, now).stream()).toList();
    if (!overdue.isEmpty()) {
      return overdue;
    }
    if (!stage.actions().stream().allMatch(ActionState::ended)) {
      return List.of();
    }
    Optional<String> failure = stage.actions().stream().flatMap(Advance::failure).findFirst();
    if (failure.isPresent()) {
      String reason = "stage " + stage.name() + ", " + failure.get();
      return List.of(
          new Step.EndStage(StageStatus.Failed),
          new Step.EndExecution(ExecutionStatus.Failed, reason));
    }
    List<ActionDeclaration> declared =
        declaration.stages().get(execution.stages().size() - 1).actions();
    Set<String> started =
        stage.actions().stream().map(ActionState::name).collect(Collectors.toSet());
    if (declared.stream().allMatch(a -> started.contains(a.name()))) {
      boolean last = execution.stages().size() == declaration.stages().size();
      Step ended = new Step.EndStage(StageStatus.Succeeded);
      return last
          ? List.of(ended, new Step.EndExecution(ExecutionStatus.Succeeded, ""))
          : List.of(ended);
    }
    return List.of(startGroup(execution, declared, started));
  }

  /** The actions of the lowest runOrder that has one not yet started. */
  private static Step startGroup(
      ExecutionState execution, List<ActionDeclaration> declared, Set<String> started) {
    List<ActionDeclaration> left =
        declared.stream().filter(a -> !started.contains(a.name())).toList();
    OptionalInt order = left.stream().mapToInt(ActionDeclaration::runOrder).min();
    List<ActionDeclaration> group =
        left.stream().filter(a -> a.runOrder() == order.orElseThrow()).toList();
    boolean source = group.getFirst().type().category() == ActionType.Category.Source;
    return execution.sourceError().filter(_ -> source).isPresent()
        ? new Step.RefuseActions(group, execution.sourceError().get())
        : new Step.StartActions(group);
  }

  private static Stream<String> failure(ActionState action) {
    return switch (action) {
      case ActionState.Failed(_, String name, String error) ->
          Stream.of("action " + name + ": " + error);
      case ActionState.Abandoned(_, String name) -> Stream.of("action " + name + " was abandoned");
      case ActionState.Succeeded _,
          ActionState.Queued _,
          ActionState.Running _,
          ActionState.AwaitingApproval _ ->
          Stream.empty();
    };
  }

  /** What time alone does to an action. */
  private static List<Step> overdue(ActionState action, Instant now) {
    return switch (action) {
      case ActionState.AwaitingApproval(var id, _, Instant expires) ->
          expires.isAfter(now)
              ? List.of()
              : List.of(
                  new Step.FailAction(
                      id, "TimedOut", "nobody answered this approval in time, so it expired"));
      case ActionState.Running(var id, _, Instant deadline, Optional<Cancellation> cancellation) ->
          cancellation
              .map(c -> graceOver(c, now) ? List.of(end(id, c)) : List.<Step>of())
              .orElseGet(() ->
                  deadline.isAfter(now)
                      ? List.of()
                      : List.of(new Step.CancelAction(id, Cancellation.Reason.TimedOut)));
      case ActionState.Queued(var id, _, Optional<Cancellation> cancellation) ->
          cancellation.map(c -> List.of(end(id, c))).orElse(List.of());
      case ActionState.Succeeded _, ActionState.Failed _, ActionState.Abandoned _ -> List.of();
    };
  }

  private static boolean graceOver(Cancellation cancellation, Instant now) {
    return !cancellation.at().plus(CANCEL_GRACE).isAfter(now);
  }

  private static Step end(UUID action, Cancellation cancellation) {
    return switch (cancellation.reason()) {
      case Abandoned -> new Step.AbandonAction(action);
      case TimedOut -> new Step.FailAction(action, "TimedOut", "it took longer than an action may");
    };
  }

  private static List<Step> stop(ExecutionState execution, StageState stage, Instant now) {
    List<Step> steps = new ArrayList<>();
    for (ActionState action : stage.actions()) {
      switch (action) {
        case ActionState.Queued(var id, _, _) -> steps.add(new Step.AbandonAction(id));
        case ActionState.AwaitingApproval(var id, _, _) -> steps.add(new Step.AbandonAction(id));
        case ActionState.Running running -> {
          if (execution.abandon() && running.cancellation().isEmpty()) {
            steps.add(new Step.CancelAction(running.id(), Cancellation.Reason.Abandoned));
          } else {
            steps.addAll(overdue(running, now));
          }
        }
        case ActionState.Succeeded _, ActionState.Failed _, ActionState.Abandoned _ -> {}
      }
    }
    boolean over = steps.isEmpty() && stage.actions().stream().allMatch(ActionState::ended);
    return over
        ? List.of(
            new Step.EndStage(StageStatus.Stopped),
            new Step.EndExecution(ExecutionStatus.Stopped, ""))
        : steps;
  }
}
