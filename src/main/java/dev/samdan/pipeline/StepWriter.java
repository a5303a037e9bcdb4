package dev.samdan.pipeline;

import dev.samdan.pipeline.PipelineEvent.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes the steps of one execution and the events that tell of them. */
final class StepWriter {
  /** CodePipeline's own (approvals). */
  private static final Duration APPROVAL_TIMEOUT = Duration.ofDays(7);

  private final Handle handle;
  private final ExecutionState execution;
  private final PipelineDeclaration declaration;
  private final Instant now;
  private int ordinal;

  StepWriter(
      Handle handle, ExecutionState execution, PipelineDeclaration declaration, Instant now) {
    this.handle = handle;
    this.execution = execution;
    this.declaration = declaration;
    this.now = now;
    this.ordinal = execution.stages().size();
  }

  void apply(Step step) {
    switch (step) {
      case Step.EnterStage(String stage) -> enter(stage);
      case Step.StartActions(var actions) -> actions.forEach(action -> start(action, 1));
      case Step.RefuseActions(var actions, String error) ->
          actions.forEach(action -> refuse(action, error));
      case Step.CancelAction(UUID action, var reason) -> cancel(action, reason);
      case Step.FailAction(UUID action, String code, String error) -> {
        ActionRows.end(handle, action, ActionStatus.Failed, code, error, now);
        boolean approval = ActionRows.isApproval(handle, action);
        EventLog.action(
            handle, approval ? Kind.ApprovalExpired : Kind.ActionFailed, action, error, null, now);
      }
      case Step.AbandonAction(UUID action) -> {
        // A worker may have claimed it since it was looked at: then the next look cancels it.
        if (ActionRows.isAbandonable(handle, action)) {
          ActionRows.end(handle, action, ActionStatus.Abandoned, null, null, now);
          EventLog.action(handle, Kind.ActionAbandoned, action, null, null, now);
        }
      }
      case Step.EndStage(StageStatus status) -> endStage(status);
      case Step.EndExecution(ExecutionStatus status, String reason) -> endExecution(status, reason);
    }
  }

  private void enter(String stage) {
    ordinal++;
    handle
        .createUpdate(
            """
            insert into stage_execution (execution_id, ordinal, pipeline, name, exclusive, status, started_at)
            values (:execution, :ordinal, :pipeline, :name, :exclusive, 'InProgress', :now)
            """)
        .bind("execution", execution.id())
        .bind("ordinal", ordinal)
        .bind("pipeline", declaration.name())
        .bind("name", stage)
        .bind("exclusive", declaration.executionMode() != ExecutionMode.PARALLEL)
        .bind("now", now)
        .execute();
    EventLog.execution(
        handle, Kind.StageStarted, execution.id(), EventLog.Facts.NONE.stage(stage), now);
  }

  /** Puts an action before the workers, or an approval before people. */
  void start(ActionDeclaration action, int round) {
    boolean approval = action.type().key().equals(ActionType.MANUAL_APPROVAL.key());
    UUID id = UUID.randomUUID();
    Integer minutes = action.timeoutInMinutes();
    Duration timeout = minutes == null ? APPROVAL_TIMEOUT : Duration.ofMinutes(minutes);
    handle
        .createUpdate(
            """
            insert into action_execution (id, execution_id, stage_ordinal, name, round, status, ready_at, token,
              expires_at, started_at)
            values (:id, :execution, :ordinal, :name, :round, 'InProgress', :now, cast(:token as uuid),
              cast(:expires as timestamptz), :now)
            """)
        .bind("id", id)
        .bind("execution", execution.id())
        .bind("ordinal", ordinal)
        .bind("name", action.name())
        .bind("round", round)
        .bind("now", now)
        .bind("token", approval ? UUID.randomUUID() : null)
        .bind("expires", approval ? now.plus(timeout) : null)
        .execute();
    EventLog.action(
        handle, approval ? Kind.ApprovalWanted : Kind.ActionStarted, id, null, null, now);
  }

  private void refuse(ActionDeclaration action, String error) {
    UUID id = UUID.randomUUID();
    handle
        .createUpdate(
            """
            insert into action_execution (id, execution_id, stage_ordinal, name, status, ready_at, error_code, error,
              started_at, ended_at)
            values (:id, :execution, :ordinal, :name, 'Failed', :now, 'ConfigurationError', :error, :now, :now)
            """)
        .bind("id", id)
        .bind("execution", execution.id())
        .bind("ordinal", ordinal)
        .bind("name", action.name())
        .bind("error", error)
        .bind("now", now)
        .execute();
    EventLog.action(handle, Kind.ActionFailed, id, error, null, now);
  }

  private void cancel(UUID action, ActionState.Cancellation.Reason reason) {
    handle
        .createUpdate(
            """
            update action_execution set cancel_reason = :reason, cancelled_at = :now
            where id = :id and status = 'InProgress' and cancel_reason is null
            """)
        .bind("reason", reason.name())
        .bind("now", now)
        .bind("id", action)
        .execute();
  }

  private void endStage(StageStatus status) {
    int ended =
        handle
            .createUpdate(
                """
                update stage_execution set status = :status, ended_at = :now
                where execution_id = :execution and ordinal = :ordinal and status in ('InProgress', 'Stopping')
                """)
            .bind("status", status.name())
            .bind("now", now)
            .bind("execution", execution.id())
            .bind("ordinal", ordinal)
            .execute();
    once(ended, "stage", execution.id());
    Kind kind =
        switch (status) {
          case Succeeded -> Kind.StageSucceeded;
          case Failed -> Kind.StageFailed;
          case Stopped, Cancelled, Skipped, InProgress, Stopping -> Kind.StageStopped;
        };
    String stage = execution.stages().getLast().name();
    EventLog.execution(handle, kind, execution.id(), EventLog.Facts.NONE.stage(stage), now);
  }

  private void endExecution(ExecutionStatus status, String reason) {
    int ended =
        handle
            .createUpdate(
                """
                update execution set status = :status, reason = coalesce(nullif(:reason, ''), reason), ended_at = :now
                where id = :id and status in ('InProgress', 'Stopping')
                """)
            .bind("status", status.name())
            .bind("reason", reason)
            .bind("now", now)
            .bind("id", execution.id())
            .execute();
    once(ended, "execution", execution.id());
    Kind kind =
        switch (status) {
          case Succeeded -> Kind.ExecutionSucceeded;
          case Failed -> Kind.ExecutionFailed;
          case Superseded -> Kind.ExecutionSuperseded;
          case Stopped, Cancelled, InProgress, Stopping -> Kind.ExecutionStopped;
        };
    EventLog.Facts facts = EventLog.Facts.NONE.error(reason.isEmpty() ? stopReason() : reason);
    boolean failedInside = status == ExecutionStatus.Failed && !execution.stages().isEmpty();
    EventLog.execution(
        handle,
        kind,
        execution.id(),
        failedInside ? facts.stage(execution.stages().getLast().name()) : facts,
        now);
  }

  private @Nullable String stopReason() {
    return handle
        .createQuery("select reason from execution where id = :id and reason is not null")
        .bind("id", execution.id())
        .mapTo(String.class)
        .findOne()
        .orElse(null);
  }

  private static void once(int rows, String what, UUID execution) {
    if (rows != 1) {
      throw new IllegalStateException(
          "the " + what + " of execution " + execution + " had ended already");
    }
  }
}
