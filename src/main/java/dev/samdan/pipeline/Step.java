package dev.samdan.pipeline;

import java.util.List;
import java.util.UUID;

/** One thing to do to an execution, decided by {@link Advance}. */
sealed interface Step {
  record EnterStage(String stage) implements Step {}

  /** Puts actions before the workers, or an approval before people. */
  record StartActions(List<ActionDeclaration> actions) implements Step {}

  /** Fails actions without running them. */
  record RefuseActions(List<ActionDeclaration> actions, String error) implements Step {}

  /** Asks the action's provider to end. */
  record CancelAction(UUID action, ActionState.Cancellation.Reason reason) implements Step {}

  record FailAction(UUID action, String code, String error) implements Step {}

  record AbandonAction(UUID action) implements Step {}

  record EndStage(StageStatus status) implements Step {}

  /**
   * @param reason empty for success
   */
  record EndExecution(ExecutionStatus status, String reason) implements Step {}
}
