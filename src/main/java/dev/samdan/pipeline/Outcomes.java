package dev.samdan.pipeline;

import dev.samdan.base.Json;
import dev.samdan.pipeline.PipelineEvent.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Writes how an attempt ended; the caller holds the pipeline's row and the action's claim. */
final class Outcomes {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Claims claims;
  private final Artifacts artifacts;

  Outcomes(Claims claims, Artifacts artifacts) {
    this.claims = claims;
    this.artifacts = artifacts;
  }

  /**
   * How an attempt ended: with an outcome and what it wrote, or without because the store or
   * control went away.
   */
  sealed interface Ending {
    record Ended(ActionOutcome outcome, List<Artifacts.Written> written) implements Ending {}

    record Interrupted(String reason) implements Ending {}

    static Ending failed(String code, String message) {
      return new Ended(ActionOutcome.failed(code, message), List.of());
    }
  }

  void write(Handle handle, Claim claim, Ending ending, Instant now) {
    switch (ending) {
      case Ending.Interrupted(String reason) -> {
        claims.release(handle, claim, now.plus(PAUSE), false);
        Claims.interrupted(handle, claim.action(), reason, now);
      }
      case Ending.Ended(ActionOutcome.Succeeded outcome, var written) ->
          succeed(handle, claim, outcome, written, now);
      case Ending.Ended(ActionOutcome.Failed outcome, _) -> fail(handle, claim, outcome, now);
      case Ending.Ended(ActionOutcome.TryAgain outcome, _) -> tryAgain(handle, claim, outcome, now);
      case Ending.Ended(ActionOutcome.Stopped _, _) ->
          fail(handle, claim, "InternalError", "it ended itself although nobody stopped it", now);
    }
  }

  private void succeed(
      Handle handle,
      Claim claim,
      ActionOutcome.Succeeded outcome,
      List<Artifacts.Written> written,
      Instant now) {
    written.forEach(artifact -> artifacts.publish(handle, claim, artifact, now));
    handle
        .createUpdate(
            """
            update action_execution set output_variables = cast(:variables as json),
              summary = coalesce(nullif(:summary, ''), summary)
            where id = :id
            """)
        .bind("variables", Json.write(outcome.outputVariables()))
        .bind("summary", outcome.summary())
        .bind("id", claim.action())
        .execute();
    ActionRows.end(handle, claim.action(), ActionStatus.Succeeded, null, null, now);
    EventLog.action(handle, Kind.ActionSucceeded, claim.action(), null, null, now);
  }

  private void fail(Handle handle, Claim claim, String code, String message, Instant now) {
    fail(handle, claim, new ActionOutcome.Failed(code, message, Map.of()), now);
  }

  /** Fails the action, or ends it as its cancellation says where it was cancelled. */
  private void fail(Handle handle, Claim claim, ActionOutcome.Failed outcome, Instant now) {
    Optional<ActionState.Cancellation.Reason> cancelled =
        handle
            .createQuery(
                "select cancel_reason from action_execution where id = :id and cancel_reason is not null")
            .bind("id", claim.action())
            .mapTo(String.class)
            .findOne()
            .map(ActionState.Cancellation.Reason::valueOf);
    if (cancelled.isEmpty()) {
      handle
          .createUpdate("update action_execution set facts = cast(:facts as json) where id = :id")
          .bind("facts", Json.write(outcome.facts()))
          .bind("id", claim.action())
          .execute();
      end(handle, claim, outcome.code(), outcome.message(), now);
      return;
    }
    switch (cancelled.get()) {
      case Abandoned -> {
        ActionRows.end(handle, claim.action(), ActionStatus.Abandoned, null, null, now);
        EventLog.action(handle, Kind.ActionAbandoned, claim.action(), null, null, now);
      }
      case TimedOut -> {
        long minutes = limit(handle, claim).toMinutes();
        end(
            handle,
            claim,
            "TimedOut",
            "it took longer than the " + minutes + " minutes this action may",
            now);
      }
    }
  }

  private static Duration limit(Handle handle, Claim claim) {
    return handle
        .createQuery(
            """
            select extract(epoch from a.deadline - t.started_at) from action_execution a
            join action_attempt t on t.action_execution_id = a.id and t.attempt = a.attempt where a.id = :id
            """)
        .bind("id", claim.action())
        .mapTo(Double.class)
        .map(seconds -> Duration.ofSeconds(seconds.longValue()))
        .one();
  }

  private static void end(Handle handle, Claim claim, String code, String message, Instant now) {
    ActionRows.end(handle, claim.action(), ActionStatus.Failed, code, message, now);
    EventLog.action(handle, Kind.ActionFailed, claim.action(), message, null, now);
  }

  private void tryAgain(Handle handle, Claim claim, ActionOutcome.TryAgain outcome, Instant now) {
    int tries =
        handle
            .createQuery("select tries from action_execution where id = :id")
            .bind("id", claim.action())
            .mapTo(Integer.class)
            .one();
    if (tries + 1 >= Settings.TRIES) {
      fail(handle, claim, "GaveUp", outcome.reason() + " (" + Settings.TRIES + " attempts)", now);
      return;
    }
    claims.release(handle, claim, now.plus(outcome.delay()), true);
    ActionRows.endAttempt(handle, claim.action(), "TryAgain", outcome.reason(), now);
    EventLog.action(handle, Kind.ActionTryAgain, claim.action(), outcome.reason(), null, now);
  }
}
