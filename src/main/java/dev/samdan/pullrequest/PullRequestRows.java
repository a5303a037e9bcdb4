package dev.samdan.pullrequest;

import dev.samdan.pullrequest.PullRequestState.How;
import dev.samdan.pullrequest.PullRequestState.Why;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows of pull requests; every transition names the state that it leaves. */
final class PullRequestRows {
  private PullRequestRows() {}

  /** What a new one is made of. */
  record New(
      String repository,
      Aim.Allowed aim,
      String source,
      String title,
      String text,
      String author,
      String head,
      @Nullable String base,
      boolean draft) {}

  /** Empty where one of these branches is open already. */
  static Optional<PullRequest> insert(Handle handle, New fresh, Instant now) {
    handle
        .createQuery("select pg_advisory_xact_lock(hashtext('pull_request ' || :repository))")
        .bind("repository", fresh.repository())
        .mapToMap()
        .list();
    return handle
        .createQuery(
            """
            insert into pull_request (repository, number, purpose, kind, title, body, source, target, author, state,
              head, base, created_at, updated_at)
            select :repository, coalesce(max(number), 0) + 1, :purpose, :kind, :title, :text, :source, :target,
              :author, :state, :head, :base, :now, :now
            from pull_request where repository = :repository
            on conflict (repository, source, target) where state in ('draft', 'open', 'merging') do nothing
            returning *
            """)
        .bind("repository", fresh.repository())
        .bind("purpose", fresh.aim().purpose().text())
        .bind("kind", fresh.aim().kind())
        .bind("title", fresh.title())
        .bind("text", fresh.text())
        .bind("source", fresh.source())
        .bind("target", fresh.aim().target())
        .bind("author", fresh.author())
        .bind("state", fresh.draft() ? "draft" : "open")
        .bind("head", fresh.head())
        .bind("base", fresh.base())
        .bind("now", now)
        .map((row, _) -> read(row))
        .findOne();
  }

  static Optional<PullRequest> find(Handle handle, String repository, int number) {
    return handle
        .createQuery(
            "select * from pull_request where repository = :repository and number = :number")
        .bind("repository", repository)
        .bind("number", number)
        .map((row, _) -> read(row))
        .findOne();
  }

  /** Those that may still be merged, oldest first. */
  static List<PullRequest> open(Handle handle, String repository) {
    return handle
        .createQuery(
            """
            select * from pull_request where repository = :repository and state in ('draft', 'open', 'merging')
            order by number
            """)
        .bind("repository", repository)
        .map((row, _) -> read(row))
        .list();
  }

  /** Newest first. */
  static List<PullRequest> list(Handle handle, PullRequestFilter filter, int limit) {
    return handle
        .createQuery(
            """
            select * from pull_request where repository = :repository
              and (cast(:source as text) is null or source = :source)
              and (cast(:before as integer) is null or number < :before)
              and case :state when 'all' then true when 'open' then state in ('draft', 'open', 'merging')
                else state = :state end
            order by number desc limit :limit
            """)
        .bind("repository", filter.repository())
        .bind("source", filter.source())
        .bind("before", filter.before())
        .bind("state", filter.state())
        .bind("limit", limit)
        .map((row, _) -> read(row))
        .list();
  }

  static Optional<PullRequest> openFrom(Handle handle, String repository, String source) {
    return open(handle, repository).stream().filter(p -> p.source().equals(source)).findFirst();
  }

  /** The newest to be merged first. */
  static List<PullRequest> merged(Handle handle, String repository, int limit) {
    return handle
        .createQuery(
            """
            select * from pull_request where repository = :repository and state = 'merged'
            order by ended_at desc limit :limit
            """)
        .bind("repository", repository)
        .bind("limit", limit)
        .map((row, _) -> read(row))
        .list();
  }

  /** Merged here, but their branch was neither deleted nor kept on purpose. */
  static List<PullRequest> untidy(Handle handle, String repository) {
    return handle
        .createQuery(
            """
            select * from pull_request p where repository = :repository and state = 'merged'
              and purpose in ('change', 'return') and merge_how <> 'by-hand' and not exists (
                select from pull_request_event e where e.pull_request = p.id
                and e.kind in ('branch-deleted', 'branch-kept'))
            """)
        .bind("repository", repository)
        .map((row, _) -> read(row))
        .list();
  }

  static boolean moveHead(Handle handle, PullRequest pull, String head, Instant now) {
    return handle
            .createUpdate(
                """
                update pull_request set head = :head, updated_at = :now
                where id = :id and head = :old and state in ('draft', 'open')
                """)
            .bind("id", pull.id())
            .bind("old", pull.head())
            .bind("head", head)
            .bind("now", now)
            .execute()
        == 1;
  }

  static void moveBase(Handle handle, PullRequest pull, @Nullable String base) {
    handle
        .createUpdate(
            "update pull_request set base = :base where id = :id and state in ('draft', 'open')")
        .bind("id", pull.id())
        .bind("base", base)
        .execute();
  }

  static boolean ready(Handle handle, PullRequest pull, Instant now) {
    return handle
            .createUpdate(
                "update pull_request set state = 'open', updated_at = :now where id = :id and state"
                    + " = 'draft'")
            .bind("id", pull.id())
            .bind("now", now)
            .execute()
        == 1;
  }

  /** Before the target moves; only where the head is still the one that was looked at. */
  static boolean merging(
      Handle handle, PullRequest pull, PullRequestState.Merging merging, Instant now) {
    return handle
            .createUpdate(
                """
                update pull_request set state = 'merging', merge_commit = :commit, merge_how = :how,
                  merging_since = :now, merging_by = :by, updated_at = :now
                where id = :id and state = 'open' and head = :head and base is not distinct from :base
                """)
            .bind("id", pull.id())
            .bind("head", pull.head())
            .bind("commit", merging.commit())
            .bind("base", pull.base())
            .bind("how", merging.how().text())
            .bind("by", merging.by())
            .bind("now", now)
            .execute()
        == 1;
  }

  static void notMerging(Handle handle, PullRequest pull) {
    handle
        .createUpdate(
            """
            update pull_request set state = 'open', merge_commit = null, merge_how = null,
              merging_since = null, merging_by = null where id = :id and state = 'merging'
            """)
        .bind("id", pull.id())
        .execute();
  }

  static boolean merged(
      Handle handle, PullRequest pull, String commit, How how, String by, Instant now) {
    return handle
            .createUpdate(
                """
                update pull_request set state = 'merged', merge_commit = :commit, merge_how = :how,
                  merging_since = null, merging_by = null, ended_by = :by, ended_at = :now, updated_at = :now
                where id = :id and state in ('draft', 'open', 'merging')
                """)
            .bind("id", pull.id())
            .bind("commit", commit)
            .bind("how", how.text())
            .bind("by", by)
            .bind("now", now)
            .execute()
        == 1;
  }

  static boolean closed(Handle handle, PullRequest pull, Why why, String by, Instant now) {
    return handle
            .createUpdate(
                """
                update pull_request set state = 'closed', close_reason = :why, ended_by = :by, ended_at = :now,
                  updated_at = :now where id = :id and state in ('draft', 'open')
                """)
            .bind("id", pull.id())
            .bind("why", why.text())
            .bind("by", by)
            .bind("now", now)
            .execute()
        == 1;
  }

  static boolean reopened(Handle handle, PullRequest pull, String head, Instant now) {
    return handle
            .createUpdate(
                """
                update pull_request set state = 'open', close_reason = null, ended_by = null, ended_at = null,
                  head = :head, updated_at = :now where id = :id and state = 'closed'
                """)
            .bind("id", pull.id())
            .bind("head", head)
            .bind("now", now)
            .execute()
        == 1;
  }

  static void waive(Handle handle, PullRequest pull, PullRequest.Waiver waiver, Instant now) {
    handle
        .createUpdate(
            """
            update pull_request set override_reason = :reason, override_by = :by, override_commit = :commit,
              updated_at = :now where id = :id
            """)
        .bind("id", pull.id())
        .bind("reason", waiver.reason())
        .bind("by", waiver.by())
        .bind("commit", waiver.commit())
        .bind("now", now)
        .execute();
  }

  static void forget(Handle handle, String repository) {
    handle
        .createUpdate("delete from pull_request where repository = :repository")
        .bind("repository", repository)
        .execute();
  }

  static PullRequest read(ResultSet row) throws SQLException {
    String reason = row.getString("override_reason");
    return new PullRequest(
        row.getLong("id"),
        row.getString("repository"),
        row.getInt("number"),
        Purpose.of(row.getString("purpose")),
        row.getString("kind"),
        row.getString("title"),
        row.getString("body"),
        row.getString("source"),
        row.getString("target"),
        row.getString("author"),
        row.getString("head"),
        row.getString("base"),
        state(row),
        reason == null
            ? null
            : new PullRequest.Waiver(
                reason, row.getString("override_by"), row.getString("override_commit")),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant());
  }

  private static PullRequestState state(ResultSet row) throws SQLException {
    return switch (row.getString("state")) {
      case "draft" -> new PullRequestState.Draft();
      case "open" -> new PullRequestState.Open();
      case "merging" ->
          new PullRequestState.Merging(
              row.getString("merge_commit"), how(row), row.getString("merging_by"));
      case "merged" ->
          new PullRequestState.Merged(
              row.getString("merge_commit"), how(row), row.getString("ended_by"), ended(row));
      default ->
          new PullRequestState.Closed(
              Why.of(row.getString("close_reason")), row.getString("ended_by"), ended(row));
    };
  }

  private static How how(ResultSet row) throws SQLException {
    return How.of(row.getString("merge_how"));
  }

  private static Instant ended(ResultSet row) throws SQLException {
    return row.getTimestamp("ended_at").toInstant();
  }
}
