package dev.samdan.pipeline;

import dev.samdan.database.Database;
import dev.samdan.pipeline.PipelineEvent.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue of actions: claims with leases, signs of life, and taking over from the dead. */
final class Claims {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

  private final Database database;
  private final String worker;
  private final Settings settings;
  private final InstantSource clock;

  Claims(Database database, String worker, Settings settings, InstantSource clock) {
    this.database = database;
    this.worker = worker;
    this.settings = settings;
    this.clock = clock;
  }

  /** An own claim as the rows know it. */
  record Held(UUID action, int attempt, boolean cancelled) {}

  private record Lost(UUID action, int attempt, String pipeline) {}

  /** Takes the action that has been ready for longest; {@link #limit} then bounds it. */
  Optional<Claim> next() {
    Instant now = clock.instant();
    return database.inTransaction(handle -> {
      Optional<UUID> taken =
          handle
              .createQuery(
                  """
                  update action_execution set worker = :me, lease_until = :lease, deadline = :deadline,
                    attempt = attempt + 1
                  where id = (
                    select id from action_execution
                    where status = 'InProgress' and worker is null and token is null and cancel_reason is null
                      and ready_at <= :now
                    order by ready_at, sequence for update skip locked limit 1)
                  returning id
                  """)
              .bind("me", worker)
              .bind("lease", now.plus(settings.lease()))
              .bind("deadline", now.plus(ActionProvider.BOUNDS_ITSELF))
              .bind("now", now)
              .mapTo(UUID.class)
              .findOne();
      return taken.map(id -> beginAttempt(handle, id, now));
    });
  }

  private static Claim beginAttempt(Handle handle, UUID id, Instant now) {
    handle
        .createUpdate(
            """
            insert into action_attempt (action_execution_id, attempt, started_at)
            select id, attempt, :now from action_execution where id = :id
            """)
        .bind("now", now)
        .bind("id", id)
        .execute();
    return handle
        .createQuery(
            """
            select a.id as action, a.attempt, a.name as action_name, s.name as stage, s.ordinal, p.application,
              p.environment, e.*
            from action_execution a
            join stage_execution s on s.execution_id = a.execution_id and s.ordinal = a.stage_ordinal
            join execution e on e.id = a.execution_id join pipeline p on p.name = e.pipeline
            where a.id = :id
            """)
        .bind("id", id)
        .map((rs, _) -> claim(rs))
        .one();
  }

  /** Says how long this attempt may take, from now on. */
  void limit(Claim claim, Duration limit) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                "update action_execution set deadline = :deadline where id = :id and worker = :me and"
                    + " attempt = :attempt")
            .bind("deadline", clock.instant().plus(limit))
            .bind("id", claim.action())
            .bind("me", worker)
            .bind("attempt", claim.attempt())
            .execute());
  }

  /** Whether this claim still holds; locks its row for the transaction. */
  boolean holds(Handle handle, Claim claim) {
    return handle
        .createQuery(
            """
            select 1 from action_execution
            where id = :id and worker = :me and attempt = :attempt and status = 'InProgress' for update
            """)
        .bind("id", claim.action())
        .bind("me", worker)
        .bind("attempt", claim.attempt())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** Puts the action back into the queue; the caller holds its claim. */
  void release(Handle handle, Claim claim, Instant readyAt, boolean countsAsTry) {
    handle
        .createUpdate(
            """
            update action_execution set worker = null, lease_until = null, ready_at = :ready, tries = tries + :try
            where id = :id and worker = :me and attempt = :attempt and status = 'InProgress'
            """)
        .bind("ready", readyAt)
        .bind("try", countsAsTry ? 1 : 0)
        .bind("id", claim.action())
        .bind("me", worker)
        .bind("attempt", claim.attempt())
        .execute();
  }

  /** Renews the leases of these actions and says which of them this worker still holds. */
  List<Held> renew(Set<UUID> actions) {
    Instant now = clock.instant();
    return database.withHandle(handle -> {
      handle
          .createUpdate(
              """
              update action_execution set lease_until = :lease where id in (
                select id from action_execution where worker = :me and id = any(:ids) for update skip locked)
              """)
          .bind("lease", now.plus(settings.lease()))
          .bind("me", worker)
          .bindArray("ids", UUID.class, actions)
          .execute();
      return handle
          .createQuery("select id, attempt, cancel_reason from action_execution where worker = :me")
          .bind("me", worker)
          .map((rs, _) ->
              new Held(
                  rs.getObject("id", UUID.class),
                  rs.getInt("attempt"),
                  rs.getString("cancel_reason") != null))
          .list();
    });
  }

  /**
   * Writes a live fact of the action while the claim holds; it may be lost while the store is away.
   */
  void tell(Claim claim, String column, @Nullable String value) {
    String sql =
        switch (column) {
          case "summary" -> "update action_execution set summary = :value";
          case "external_id" -> "update action_execution set external_id = :value";
          case "external_url" -> "update action_execution set external_url = :value";
          default -> throw new IllegalArgumentException(column);
        };
    try {
      database.useTransaction(handle -> {
        handle
            .createUpdate(
                sql
                    + " where id = :id and worker = :me and attempt = :attempt and status = 'InProgress'")
            .bind("value", value)
            .bind("id", claim.action())
            .bind("me", worker)
            .bind("attempt", claim.attempt())
            .execute();
        database.notifyChannel(handle, Driver.CHANNEL, claim.pipeline());
      });
    } catch (RuntimeException e) {
      LOG.warn(
          "cannot tell the {} of {} of {}: {}",
          column,
          claim.name(),
          claim.pipeline(),
          Store.reason(e));
    }
  }

  /** Puts back what every other worker holds: they are dead. */
  void takeOverAll(Driver driver) {
    takeOver(driver, true, Set.of());
  }

  /** Puts back what gave no sign of life for a lease; what is held here gives its own. */
  void takeOverExpired(Driver driver, Set<UUID> heldHere) {
    takeOver(driver, false, heldHere);
  }

  private void takeOver(Driver driver, boolean all, Set<UUID> heldHere) {
    Instant now = clock.instant();
    List<Lost> found = database.withHandle(handle -> lost(handle, all, heldHere, now));
    for (Lost action : found) {
      try {
        driver.<@Nullable Void>change(
            action.pipeline(),
            handle -> {
              if (lost(handle, all, heldHere, now).contains(action)) {
                putBack(handle, action.action(), now);
              }
              return null;
            });
      } catch (RuntimeException e) {
        // One pipeline's trouble keeps no other one from going on.
        LOG.warn("cannot take over an action of {} now: {}", action.pipeline(), Store.reason(e));
      }
    }
  }

  private List<Lost> lost(Handle handle, boolean all, Set<UUID> heldHere, Instant now) {
    return handle
        .createQuery(
            """
            select a.id, a.attempt, e.pipeline from action_execution a join execution e on e.id = a.execution_id
            where a.worker is not null and case when :all then a.worker <> :me
              else a.lease_until < :now and not (a.worker = :me and a.id = any(:held)) end
            """)
        .bind("all", all)
        .bind("me", worker)
        .bind("now", now)
        .bindArray("held", UUID.class, heldHere)
        .map((rs, _) ->
            new Lost(
                rs.getObject("id", UUID.class), rs.getInt("attempt"), rs.getString("pipeline")))
        .list();
  }

  private static void putBack(Handle handle, UUID action, Instant now) {
    handle
        .createUpdate(
            "update action_execution set worker = null, lease_until = null, ready_at = :now where id = :id")
        .bind("now", now)
        .bind("id", action)
        .execute();
    interrupted(handle, action, "control ended while it ran", now);
  }

  /** Notes that an attempt ended without an outcome; the tenth one fails the action. */
  static void interrupted(Handle handle, UUID action, String reason, Instant now) {
    ActionRows.endAttempt(handle, action, "Interrupted", reason, now);
    EventLog.action(handle, Kind.ActionInterrupted, action, reason, null, now);
    int interruptions =
        handle
            .createQuery(
                "select count(*) from action_attempt where action_execution_id = :id and ending = 'Interrupted'")
            .bind("id", action)
            .mapTo(Integer.class)
            .one();
    if (interruptions >= Settings.INTERRUPTIONS) {
      String error =
          "it was interrupted " + interruptions + " times, the last time because " + reason;
      ActionRows.end(handle, action, ActionStatus.Failed, "InternalError", error, now);
      EventLog.action(handle, Kind.ActionFailed, action, error, null, now);
    }
  }

  private static Claim claim(ResultSet rs) throws SQLException {
    return new Claim(
        rs.getObject("action", UUID.class),
        rs.getInt("attempt"),
        rs.getString("action_name"),
        rs.getString("stage"),
        rs.getInt("ordinal"),
        rs.getObject("id", UUID.class),
        rs.getInt("number"),
        rs.getInt("version"),
        rs.getString("pipeline"),
        rs.getString("application"),
        Optional.ofNullable(rs.getString("environment")),
        rs.getObject("group_id", UUID.class),
        new Trigger(
            Trigger.Type.valueOf(rs.getString("trigger_type")),
            rs.getString("triggered_by"),
            rs.getString("trigger_detail")),
        ExecutionRows.revision(rs));
  }
}
