package dev.samdan.deploy;

import dev.samdan.database.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Where deployments wait, and what people ask of those on their way. */
final class WaitRows {
  private final Database database;

  WaitRows(Database database) {
    this.database = database;
  }

  /**
   * What people asked.
   *
   * @param stopReason who wants it to end and why, as a sentence; null for nobody
   * @param continued whether its wait is over
   * @param atOnce whether green is to take all of the traffic without further steps
   */
  record Asked(@Nullable String stopReason, boolean continued, boolean atOnce) {}

  Asked asked(String id) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select stop_reason, continued, shift_at_once from deployment where id = :id")
            .bind("id", id)
            .map((r, c) ->
                new Asked(
                    r.getString("stop_reason"),
                    r.getBoolean("continued"),
                    r.getBoolean("shift_at_once")))
            .findOne()
            .orElse(new Asked(null, false, false)));
  }

  /**
   * From now on it waits: Ready for a person to let green take traffic, Baking for blue's end. What
   * waits already goes on waiting. Gives since when.
   */
  Instant waits(String id, DeploymentStatus status) {
    return database.inTransaction(handle -> {
      handle
          .createUpdate(
              """
              update deployment set status = :status, waits_since = now(), continued = false
              where id = :id and status = 'InProgress'\
              """)
          .bind("id", id)
          .bind("status", status.name())
          .execute();
      database.notifyChannel(handle, "deployment", id);
      return handle
          .createQuery("select coalesce(waits_since, now()) from deployment where id = :id")
          .bind("id", id)
          .mapTo(OffsetDateTime.class)
          .one()
          .toInstant();
    });
  }

  /** Goes on after it was Ready, and will not wait for that again. */
  void goesOn(String id) {
    database.useTransaction(handle -> {
      handle
          .createUpdate(
              """
              update deployment set status = 'InProgress', waits_since = null, continued = true
              where id = :id and status = 'Ready'\
              """)
          .bind("id", id)
          .execute();
      database.notifyChannel(handle, "deployment", id);
    });
  }

  /** Ends its wait; false where it does not wait. */
  boolean letGoOn(String id) {
    return database.withHandle(handle ->
        handle
            .createUpdate(
                "update deployment set continued = true where id = :id and status in ('Ready',"
                    + " 'Baking')")
            .bind("id", id)
            .execute())
        == 1;
  }

  /** Ends the steps of its shift; false where it is not in progress. */
  boolean shiftAtOnce(String id) {
    return database.withHandle(handle ->
        handle
            .createUpdate(
                "update deployment set shift_at_once = true where id = :id and status ="
                    + " 'InProgress'")
            .bind("id", id)
            .execute())
        == 1;
  }

  /** Asks whoever carries it out to end it; false where it has ended. */
  boolean requestStop(String id, String reason) {
    return database.withHandle(handle ->
        handle
            .createUpdate(
                "update deployment set stop_reason = coalesce(stop_reason, :reason)"
                    + " where id = :id and status in "
                    + DeploymentRows.ACTIVE)
            .bind("id", id)
            .bind("reason", reason)
            .execute())
        == 1;
  }
}
