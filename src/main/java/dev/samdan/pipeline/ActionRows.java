package dev.samdan.pipeline;

import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Ends action rows; the callers hold the pipeline's row. */
final class ActionRows {
  private ActionRows() {}

  /** Ends an action that goes on, and its attempt where one runs. */
  static void end(
      Handle handle,
      UUID action,
      ActionStatus status,
      @Nullable String code,
      @Nullable String error,
      Instant now) {
    int ended =
        handle
            .createUpdate(
                """
                update action_execution set status = :status, error_code = :code, error = :error, ended_at = :now,
                  worker = null, lease_until = null
                where id = :id and status = 'InProgress'
                """)
            .bind("status", status.name())
            .bind("code", code)
            .bind("error", error)
            .bind("now", now)
            .bind("id", action)
            .execute();
    if (ended != 1) {
      throw new IllegalStateException("action " + action + " had ended already");
    }
    endAttempt(handle, action, status.name(), error, now);
  }

  /**
   * Whether nobody runs this action, or whoever does was asked to end; locks its row, so that it is
   * not claimed before the transaction ends.
   */
  static boolean isAbandonable(Handle handle, UUID action) {
    return handle
        .createQuery(
            """
            select 1 from action_execution where id = :id and (worker is null or cancel_reason is not null)
            for update
            """)
        .bind("id", action)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  static void endAttempt(
      Handle handle, UUID action, String ending, @Nullable String reason, Instant now) {
    handle
        .createUpdate(
            """
            update action_attempt set ending = :ending, reason = :reason, ended_at = :now
            where action_execution_id = :id and ended_at is null
            """)
        .bind("ending", ending)
        .bind("reason", reason)
        .bind("now", now)
        .bind("id", action)
        .execute();
  }

  static boolean isApproval(Handle handle, UUID action) {
    return handle
        .createQuery("select token is not null from action_execution where id = :id")
        .bind("id", action)
        .mapTo(Boolean.class)
        .one();
  }
}
