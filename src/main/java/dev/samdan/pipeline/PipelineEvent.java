package dev.samdan.pipeline;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A transition, written in the transaction that made it; ids ascend in the order of commits, so a
 * cursor misses none.
 *
 * @param stage null where the execution or the pipeline is meant
 * @param error why it failed, was stopped or superseded
 * @param summary the action's last line, such as the tests' counts
 * @param token the approval's, for kinds Approval*
 * @param by who caused it: the trigger's person, the approver, who stopped or retried; null for
 *     what follows by itself
 */
public record PipelineEvent(
    long id,
    Instant at,
    Kind kind,
    String pipeline,
    String application,
    @Nullable String environment,
    @Nullable UUID executionId,
    int executionNumber,
    @Nullable UUID groupId,
    @Nullable String stage,
    @Nullable String action,
    @Nullable UUID actionExecutionId,
    @Nullable String error,
    @Nullable String summary,
    @Nullable UUID token,
    @Nullable String branch,
    @Nullable String commit,
    @Nullable String message,
    @Nullable String author,
    @Nullable String authorEmail,
    @Nullable String by) {

  /** What happened. */
  public enum Kind {
    ExecutionStarted,
    ExecutionRetried,
    ExecutionStopping,
    ExecutionStopped,
    ExecutionSucceeded,
    ExecutionSuperseded,
    ExecutionFailed,
    StageStarted,
    StageSucceeded,
    StageFailed,
    StageStopped,
    ActionStarted,
    ActionTryAgain,
    ActionInterrupted,
    ActionSucceeded,
    ActionFailed,
    ActionAbandoned,
    ApprovalWanted,
    ApprovalApproved,
    ApprovalRejected,
    ApprovalExpired,
    TransitionDisabled,
    TransitionEnabled
  }
}
