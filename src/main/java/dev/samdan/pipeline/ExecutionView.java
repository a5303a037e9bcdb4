package dev.samdan.pipeline;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An execution as pages and JSON show it; the component names are the JSON's.
 *
 * @param number in its pipeline, from 1: what people call it by (#214)
 * @param version the pipeline's declaration it runs with
 * @param reason why it failed, was stopped or superseded
 * @param commit the full object id
 * @param groupId shared by the executions of one push
 * @param startedAt when it was asked for
 * @param stages all of its declaration's; a stage not reached has no status
 */
public record ExecutionView(
    UUID id,
    int number,
    String pipeline,
    String application,
    @Nullable String environment,
    int version,
    ExecutionStatus status,
    @Nullable String reason,
    Trigger.Type trigger,
    String triggeredBy,
    String triggerDetail,
    String repository,
    String branch,
    String commit,
    String message,
    String author,
    String authorEmail,
    UUID groupId,
    Instant startedAt,
    @Nullable Instant endedAt,
    List<Stage> stages) {

  /**
   * @param waiting why it has not begun although it is next, such as {@code #213 is in it}
   */
  public record Stage(
      String name,
      @Nullable StageStatus status,
      @Nullable String waiting,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      List<Action> actions) {}

  /**
   * One action; what is not known yet is null.
   *
   * @param provider such as {@code CodeBuild}
   * @param error what, where and the remedy
   * @param errorCode the provider's word, or Rejected, TimedOut, ConfigurationError, InternalError
   * @param attempts how often it ran
   * @param attemptHistory the attempts that ended, oldest first
   * @param nextAttemptAt when it runs again after a TryAgain
   * @param summary the provider's last live line
   * @param token of a manual approval that waits
   * @param expiresAt when that approval fails by itself
   * @param decidedBy who answered the approval
   */
  public record Action(
      @Nullable UUID id,
      String name,
      String category,
      String provider,
      int runOrder,
      @Nullable ActionStatus status,
      @Nullable String error,
      @Nullable String errorCode,
      Map<String, String> facts,
      int attempts,
      List<Attempt> attemptHistory,
      @Nullable Instant nextAttemptAt,
      @Nullable String summary,
      @Nullable String externalId,
      @Nullable String externalUrl,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      Map<String, String> outputVariables,
      @Nullable UUID token,
      @Nullable Instant expiresAt,
      @Nullable String decidedBy,
      @Nullable String comment) {}

  /**
   * @param end Succeeded, Failed, TryAgain, Abandoned or Interrupted
   */
  public record Attempt(
      int attempt, String end, @Nullable String reason, Instant startedAt, Instant endedAt) {}
}
