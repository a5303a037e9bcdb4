package dev.samdan.pullrequest;

import dev.samdan.base.Json;
import dev.samdan.pullrequest.PullRequestEvent.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows of what people said and of what happened. */
final class Conversation {
  /** Held from an event's insertion to the commit, so that ids ascend in the order of commits. */
  private static final long LOCK = 7_240_150L;

  private Conversation() {}

  /** A comment to keep. */
  record Said(String author, String text, Comment.@Nullable Place place, @Nullable Long replyTo) {}

  static long comment(Handle handle, PullRequest pull, Said said, Instant now) {
    Comment.Place place = said.place();
    return handle
        .createQuery(
            """
            insert into pull_request_comment (pull_request, author, text, commit_id, path, line, old_side, reply_to,
              created_at)
            values (:pull, :author, :text, :commit, :path, :line, :old, :replyTo, :now) returning id
            """)
        .bind("pull", pull.id())
        .bind("author", said.author())
        .bind("text", said.text())
        .bind("commit", place == null ? null : place.commit())
        .bind("path", place == null ? null : place.path())
        .bind("line", place == null ? null : place.line())
        .bind("old", place != null && place.oldSide())
        .bind("replyTo", said.replyTo())
        .bind("now", now)
        .mapTo(Long.class)
        .one();
  }

  /** Whether it is the first one of a thread of this pull request that is not resolved. */
  static boolean resolve(Handle handle, PullRequest pull, long comment, String by) {
    return handle
            .createUpdate(
                """
                update pull_request_comment set resolved_by = :by
                where id = :id and pull_request = :pull and reply_to is null and resolved_by is null
                """)
            .bind("id", comment)
            .bind("pull", pull.id())
            .bind("by", by)
            .execute()
        == 1;
  }

  static List<Comment> comments(Handle handle, PullRequest pull, UnaryOperator<String> names) {
    return handle
        .createQuery("select * from pull_request_comment where pull_request = :pull order by id")
        .bind("pull", pull.id())
        .map((row, _) -> comment(row, pull.head(), names))
        .list();
  }

  static int count(Handle handle, PullRequest pull) {
    return handle
        .createQuery("select count(*) from pull_request_comment where pull_request = :pull")
        .bind("pull", pull.id())
        .mapTo(Integer.class)
        .one();
  }

  private static Comment comment(ResultSet row, String head, UnaryOperator<String> names)
      throws SQLException {
    String path = row.getString("path");
    String commit = row.getString("commit_id");
    return new Comment(
        row.getLong("id"),
        row.getString("author"),
        names.apply(row.getString("author")),
        row.getString("text"),
        path == null
            ? null
            : new Comment.Place(
                path, row.getInt("line"), row.getBoolean("old_side"), commit, !head.equals(commit)),
        row.getObject("reply_to", Long.class),
        row.getString("resolved_by"),
        row.getTimestamp("created_at").toInstant());
  }

  /** A verdict to keep. */
  record Judged(String reviewer, Review.Verdict verdict, String text, boolean allowsTestChanges) {}

  static void review(Handle handle, PullRequest pull, Judged judged, Instant now) {
    handle
        .createUpdate(
            """
            insert into pull_request_review (pull_request, reviewer, verdict, text, commit_id, allows_test_changes,
              created_at) values (:pull, :reviewer, :verdict, :text, :commit, :allows, :now)
            """)
        .bind("pull", pull.id())
        .bind("reviewer", judged.reviewer())
        .bind("verdict", judged.verdict().text())
        .bind("text", judged.text())
        .bind("commit", pull.head())
        .bind("allows", judged.allowsTestChanges())
        .bind("now", now)
        .execute();
  }

  /**
   * Oldest first. An approval is stale when a push came after it; whatever the same person said
   * before is stale too.
   */
  static List<Review> reviews(Handle handle, PullRequest pull, UnaryOperator<String> names) {
    Set<String> later = new HashSet<>();
    return handle
        .createQuery(
            "select * from pull_request_review where pull_request = :pull order by id desc")
        .bind("pull", pull.id())
        .map((row, _) -> review(row, pull.head(), names))
        .list()
        .stream()
        .map(r -> later.add(r.reviewer()) ? r : replaced(r))
        .toList()
        .reversed();
  }

  private static Review replaced(Review review) {
    return new Review(
        review.id(),
        review.reviewer(),
        review.reviewerName(),
        review.verdict(),
        review.text(),
        review.commit(),
        true,
        review.allowsTestChanges(),
        review.at());
  }

  private static Review review(ResultSet row, String head, UnaryOperator<String> names)
      throws SQLException {
    Review.Verdict verdict = Review.Verdict.of(row.getString("verdict"));
    String commit = row.getString("commit_id");
    return new Review(
        row.getLong("id"),
        row.getString("reviewer"),
        names.apply(row.getString("reviewer")),
        verdict,
        row.getString("text"),
        commit,
        verdict == Review.Verdict.APPROVED && !commit.equals(head),
        row.getBoolean("allows_test_changes"),
        row.getTimestamp("created_at").toInstant());
  }

  static void event(
      Handle handle,
      PullRequest pull,
      Kind kind,
      String by,
      Map<String, String> facts,
      Instant now) {
    handle.createQuery("select pg_advisory_xact_lock(:lock)").bind("lock", LOCK).mapToMap().list();
    handle
        .createUpdate(
            """
            insert into pull_request_event (pull_request, repository, number, at, kind, caused_by, facts)
            values (:pull, :repository, :number, :now, :kind, :by, cast(:facts as json))
            """)
        .bind("pull", pull.id())
        .bind("repository", pull.repository())
        .bind("number", pull.number())
        .bind("now", now)
        .bind("kind", kind.text())
        .bind("by", by)
        .bind("facts", Json.write(facts))
        .execute();
  }

  static List<PullRequestEvent> timeline(
      Handle handle, PullRequest pull, UnaryOperator<String> names) {
    return handle
        .createQuery("select * from pull_request_event where pull_request = :pull order by id")
        .bind("pull", pull.id())
        .map((row, _) -> event(row, names))
        .list();
  }

  static List<PullRequestEvent> after(
      Handle handle, long id, int limit, UnaryOperator<String> names) {
    return handle
        .createQuery("select * from pull_request_event where id > :id order by id limit :limit")
        .bind("id", id)
        .bind("limit", limit)
        .map((row, _) -> event(row, names))
        .list();
  }

  private static PullRequestEvent event(ResultSet row, UnaryOperator<String> names)
      throws SQLException {
    Map<String, String> facts = new LinkedHashMap<>();
    Json.tree(row.getString("facts"))
        .properties()
        .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asString()));
    return new PullRequestEvent(
        row.getLong("id"),
        row.getString("repository"),
        row.getInt("number"),
        row.getTimestamp("at").toInstant(),
        Kind.of(row.getString("kind")),
        row.getString("caused_by"),
        names.apply(row.getString("caused_by")),
        facts);
  }
}
