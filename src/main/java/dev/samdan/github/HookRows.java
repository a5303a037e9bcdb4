package dev.samdan.github;

import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The queue of webhook deliveries, and for a while the memory of their ids. */
final class HookRows {
  /** Longer than GitHub itself keeps deliveries, and lets them be sent again (three days). */
  private static final int DAYS = 14;

  private static final int MOST = 100_000;
  private static final int AT_ONCE = 500;

  private final Database database;

  HookRows(Database database) {
    this.database = database;
  }

  /** A delivery that waits. */
  record Due(String id, String repository, Event event, int attempts, Instant receivedAt) {}

  /**
   * Records a delivery for each repository that it is for.
   *
   * @return false where its id was recorded before
   */
  boolean record(
      String id, String name, @Nullable String action, List<String> repositories, Event event) {
    boolean waits = event.work() != Event.Work.NONE;
    return database.inTransaction(handle -> {
      int added = 0;
      for (String repository : repositories) {
        added +=
            handle
                .createUpdate(
                    """
                    insert into github_delivery (id, repository, event, action, facts, status, ended_at)
                    values (:id, :repository, :event, :action, cast(:facts as jsonb), :status,
                      case when :status = 'ignored' then now() end)
                    on conflict do nothing
                    """)
                .bind("id", id)
                .bind("repository", repository)
                .bind("event", name)
                .bind("action", action)
                .bind("facts", event.json())
                .bind("status", waits ? "waiting" : "ignored")
                .execute();
      }
      return added == repositories.size();
    });
  }

  /** Repositories for which something is to be done now. */
  List<String> dueRepositories() {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select distinct repository from github_delivery where status = 'waiting' and next_at <= now()
                """)
            .mapTo(String.class)
            .list());
  }

  /** In the order in which they came. */
  List<Due> due(String repository) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select * from github_delivery
                where repository = :repository and status = 'waiting' and next_at <= now()
                order by received_at, id limit :most
                """)
            .bind("repository", repository)
            .bind("most", AT_ONCE)
            .map((row, _) -> due(row))
            .list());
  }

  private static Due due(ResultSet row) throws SQLException {
    return new Due(
        row.getString("id"),
        row.getString("repository"),
        Event.parse(row.getString("facts")),
        row.getInt("attempts"),
        Objects.requireNonNull(row.getObject("received_at", OffsetDateTime.class)).toInstant());
  }

  void done(Due due) {
    end(due, "done", null);
  }

  void gaveUp(Due due, String error) {
    end(due, "gaveUp", error);
  }

  private void end(Due due, String status, @Nullable String error) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                update github_delivery set status = :status, ended_at = now(), last_error = :error,
                  attempts = attempts + 1
                where id = :id and repository = :repository and status = 'waiting'
                """)
            .bind("status", status)
            .bind("error", error)
            .bind("id", due.id())
            .bind("repository", due.repository())
            .execute());
  }

  void again(Due due, String error, Instant next) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                update github_delivery set attempts = attempts + 1, last_error = :error, next_at = :next
                where id = :id and repository = :repository and status = 'waiting'
                """)
            .bind("error", error)
            .bind("next", next)
            .bind("id", due.id())
            .bind("repository", due.repository())
            .execute());
  }

  /** Newest first. */
  List<HookDelivery> list(String repository, int limit) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select * from github_delivery where repository = :repository
                order by received_at desc, id limit :limit
                """)
            .bind("repository", repository)
            .bind("limit", limit)
            .map((row, _) ->
                new HookDelivery(
                    row.getString("id"),
                    row.getString("event"),
                    row.getString("action"),
                    row.getString("status"),
                    row.getInt("attempts"),
                    Objects.requireNonNull(row.getObject("received_at", OffsetDateTime.class))
                        .toInstant(),
                    row.getString("last_error")))
            .list());
  }

  /** Forgets what ended long ago, and the oldest where there are too many. */
  void trim() {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                delete from github_delivery where status <> 'waiting' and (
                  received_at < now() - make_interval(days => :days)
                  or received_at < (select received_at from github_delivery
                    order by received_at desc offset :most limit 1))
                """)
            .bind("days", DAYS)
            .bind("most", MOST)
            .execute());
  }
}
