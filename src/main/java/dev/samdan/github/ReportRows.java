package dev.samdan.github;

import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The outbox of reports: a row is what is wanted, and whether that was sent. */
final class ReportRows {
  private static final int DAYS = 30;

  private final Database database;

  ReportRows(Database database) {
    this.database = database;
  }

  /**
   * A report to be sent.
   *
   * @param checkRun the id of its check run; 0 where none is known
   */
  record Due(
      String repository,
      CommitReport report,
      long wanted,
      long checkRun,
      int attempts,
      Instant firstAt) {}

  void want(String repository, CommitReport report) {
    database.useHandle(handle -> want(handle, repository, report));
  }

  /** What stands already is not sent again. */
  static void want(Handle handle, String repository, CommitReport report) {
    handle
        .createUpdate(
            """
            insert into github_report (repository, commit, context, state, title, summary, url, external_id)
            values (:repository, :commit, :context, :state, :title, :summary, :url, :external)
            on conflict (repository, commit, context) do update set state = excluded.state,
              title = excluded.title, summary = excluded.summary, url = excluded.url,
              external_id = excluded.external_id,
              check_run = case when github_report.external_id = excluded.external_id then github_report.check_run end,
              wanted = github_report.wanted + 1, attempts = 0, first_at = now(), next_at = now(), gave_up = false
            where (github_report.state, github_report.title, github_report.summary, github_report.url)
              is distinct from (excluded.state, excluded.title, excluded.summary, excluded.url)
            """)
        .bind("repository", repository)
        .bind("commit", report.commit())
        .bind("context", report.context())
        .bind("state", report.state().text())
        .bind("title", report.title())
        .bind("summary", report.summary())
        .bind("url", report.url())
        .bind("external", report.externalId())
        .execute();
  }

  /** Repositories with something to send now. */
  List<String> dueRepositories() {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select distinct r.repository from github_report r join github_repository g using (repository)
                where r.sent < r.wanted and not r.gave_up and r.next_at <= now() and g.reports_at <= now()
                """)
            .mapTo(String.class)
            .list());
  }

  /** The one that waits longest. */
  Optional<Due> next(String repository) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select r.* from github_report r join github_repository g using (repository)
                where repository = :repository and sent < wanted and not gave_up
                  and next_at <= now() and g.reports_at <= now()
                order by next_at, commit, context limit 1
                """)
            .bind("repository", repository)
            .map((row, _) -> due(row))
            .findOne());
  }

  private static Due due(ResultSet row) throws SQLException {
    CommitReport report =
        new CommitReport(
            row.getString("commit"),
            row.getString("context"),
            CommitReport.State.of(row.getString("state")),
            row.getString("title"),
            row.getString("summary"),
            row.getString("url"),
            row.getString("external_id"));
    return new Due(
        row.getString("repository"),
        report,
        row.getLong("wanted"),
        row.getLong("check_run"),
        row.getInt("attempts"),
        Objects.requireNonNull(row.getObject("first_at", OffsetDateTime.class)).toInstant());
  }

  /** This version was sent; a newer one that is wanted meanwhile is sent next. */
  void sent(Due due, long checkRun) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                update github_report set sent = greatest(sent, :version), check_run = nullif(:run, 0),
                  attempts = 0, last_error = null
                where repository = :repository and commit = :commit and context = :context
                """)
            .bind("version", due.wanted())
            .bind("run", checkRun)
            .bind("repository", due.repository())
            .bind("commit", due.report().commit())
            .bind("context", due.report().context())
            .execute());
  }

  void failed(Due due, String error, Instant next, boolean giveUp) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                update github_report set attempts = attempts + 1, last_error = :error, next_at = :next,
                  gave_up = :giveUp
                where repository = :repository and commit = :commit and context = :context and wanted = :version
                """)
            .bind("error", error)
            .bind("next", next)
            .bind("giveUp", giveUp)
            .bind("repository", due.repository())
            .bind("commit", due.report().commit())
            .bind("context", due.report().context())
            .bind("version", due.wanted())
            .execute());
  }

  void trim() {
    database.useHandle(handle ->
        handle
            .createUpdate(
                "delete from github_report where first_at < now() - make_interval(days => :days)")
            .bind("days", DAYS)
            .execute());
  }
}
