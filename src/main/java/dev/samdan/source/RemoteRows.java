package dev.samdan.source;

import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of what is followed. */
final class RemoteRows {
  private final Database database;

  RemoteRows(Database database) {
    this.database = database;
  }

  void put(String repository, String application, String url, int pollSeconds) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                insert into remote (repository, application, url, poll_seconds)
                values (:repository, :application, :url, :poll)
                on conflict (repository) do update set
                  synced_at = case when remote.url = excluded.url then remote.synced_at end,
                  url = excluded.url, poll_seconds = excluded.poll_seconds, next_at = now(),
                  failures = 0, failing_since = null, last_error = null, told = false
                """)
            .bind("repository", repository)
            .bind("application", application)
            .bind("url", url)
            .bind("poll", pollSeconds)
            .execute());
  }

  boolean delete(String repository) {
    return database.withHandle(handle ->
        handle
            .createUpdate("delete from remote where repository = :repository")
            .bind("repository", repository)
            .execute())
        == 1;
  }

  Optional<Remote> find(String repository) {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from remote where repository = :repository")
            .bind("repository", repository)
            .map((row, _) -> remote(row))
            .findOne());
  }

  List<Remote> of(String application) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select * from remote where application = :application order by repository")
            .bind("application", application)
            .map((row, _) -> remote(row))
            .list());
  }

  /** Whose time to be asked has come, the longest overdue first. */
  List<Remote> due(Instant now, int atMost) {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from remote where next_at <= :now order by next_at limit :most")
            .bind("now", now)
            .bind("most", atMost)
            .map((row, _) -> remote(row))
            .list());
  }

  /** It answered; true where its room was told that it did not. */
  boolean answered(String repository, Instant now, Instant next) {
    return database.inTransaction(handle -> {
      Optional<Boolean> told =
          handle
              .createQuery("select told from remote where repository = :repository for update")
              .bind("repository", repository)
              .mapTo(Boolean.class)
              .findOne();
      handle
          .createUpdate(
              """
              update remote set synced_at = :now, next_at = :next, failures = 0,
                failing_since = null, last_error = null, told = false
              where repository = :repository
              """)
          .bind("repository", repository)
          .bind("now", now)
          .bind("next", next)
          .execute();
      return told.orElse(false);
    });
  }

  /** It failed again; how often in a row, 0 where it is no longer followed. */
  int failed(String repository, String error, Instant now) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                update remote set failures = failures + 1,
                  failing_since = coalesce(failing_since, :now), last_error = :error
                where repository = :repository returning failures
                """)
            .bind("repository", repository)
            .bind("error", error)
            .bind("now", now)
            .mapTo(Integer.class)
            .findOne()
            .orElse(0));
  }

  void askAgain(String repository, Instant next) {
    database.useHandle(handle ->
        handle
            .createUpdate("update remote set next_at = :next where repository = :repository")
            .bind("repository", repository)
            .bind("next", next)
            .execute());
  }

  /** True where the room is to be told now: once in each outage. */
  boolean tell(String repository) {
    return database.withHandle(handle ->
        handle
            .createUpdate(
                "update remote set told = true where repository = :repository and failures > 0 and"
                    + " not told")
            .bind("repository", repository)
            .execute())
        == 1;
  }

  private static Remote remote(ResultSet row) throws SQLException {
    return new Remote(
        row.getString("repository"),
        row.getString("application"),
        row.getString("url"),
        row.getInt("poll_seconds"),
        Objects.requireNonNull(at(row, "connected_at")),
        at(row, "synced_at"),
        at(row, "failing_since"),
        row.getString("last_error"));
  }

  private static @Nullable Instant at(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.withOffsetSameInstant(ZoneOffset.UTC).toInstant();
  }
}
