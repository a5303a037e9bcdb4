package dev.samdan.pullrequest;

import dev.samdan.pullrequest.HotfixView.Step;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows of merged hotfixes. */
final class HotfixRows {
  private HotfixRows() {}

  /**
   * A merged hotfix.
   *
   * @param head the branch's commit that was merged
   * @param base where production stood before
   */
  record Hotfix(
      long id,
      String repository,
      String version,
      String branch,
      int number,
      String head,
      @Nullable String base,
      String mergeCommit,
      String author,
      Step step,
      boolean tagged,
      @Nullable String problem,
      @Nullable Integer returnNumber,
      @Nullable String toldConflict,
      Instant createdAt) {}

  static void insert(Handle handle, PullRequest pull, String mergeCommit, Instant now) {
    handle
        .createUpdate(
            """
            insert into hotfix (pull_request, repository, version, branch, head, merge_commit, author, state,
              created_at, updated_at)
            values (:pull, :repository, :version, :branch, :head, :commit, :author, 'delivering', :now, :now)
            """)
        .bind("pull", pull.id())
        .bind("repository", pull.repository())
        .bind("version", version(pull.source()))
        .bind("branch", pull.source())
        .bind("head", pull.head())
        .bind("commit", mergeCommit)
        .bind("author", pull.author())
        .bind("now", now)
        .execute();
  }

  /** The version in a branch's name, whatever the team calls such branches. */
  private static String version(String branch) {
    java.util.regex.Matcher matcher =
        java.util.regex.Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+").matcher(branch);
    return matcher.find() ? matcher.group() : branch;
  }

  /** Those that are not done, oldest first. */
  static List<Hotfix> open(Handle handle, String repository) {
    return handle
        .createQuery(
            """
            select h.*, p.number, p.base from hotfix h join pull_request p on p.id = h.pull_request
            where h.repository = :repository and h.state <> 'done' order by h.id
            """)
        .bind("repository", repository)
        .map((row, _) -> read(row))
        .list();
  }

  static List<String> repositories(Handle handle) {
    return handle
        .createQuery("select distinct repository from hotfix where state <> 'done'")
        .mapTo(String.class)
        .list();
  }

  /** Newest first. */
  static List<Hotfix> list(Handle handle, String repository, int limit) {
    return handle
        .createQuery(
            """
            select h.*, p.number, p.base from hotfix h join pull_request p on p.id = h.pull_request
            where h.repository = :repository order by h.id desc limit :limit
            """)
        .bind("repository", repository)
        .bind("limit", limit)
        .map((row, _) -> read(row))
        .list();
  }

  /** Only from the step that it is in; whether it was. */
  static boolean step(
      Handle handle, Hotfix hotfix, Step to, @Nullable String problem, Instant now) {
    return handle
            .createUpdate(
                """
                update hotfix set state = :to, problem = :problem, updated_at = :now
                where id = :id and state = :from
                """)
            .bind("id", hotfix.id())
            .bind("from", hotfix.step().text())
            .bind("to", to.text())
            .bind("problem", problem)
            .bind("now", now)
            .execute()
        == 1;
  }

  static void tagged(Handle handle, Hotfix hotfix) {
    handle
        .createUpdate("update hotfix set tagged = true where id = :id")
        .bind("id", hotfix.id())
        .execute();
  }

  static void returnsBy(Handle handle, Hotfix hotfix, int number) {
    handle
        .createUpdate("update hotfix set return_number = :number where id = :id")
        .bind("id", hotfix.id())
        .bind("number", number)
        .execute();
  }

  /** Whether this conflict was not told yet. */
  static boolean tellConflict(Handle handle, Hotfix hotfix, String conflict) {
    return handle
            .createUpdate(
                """
                update hotfix set told_conflict = :conflict
                where id = :id and told_conflict is distinct from :conflict
                """)
            .bind("id", hotfix.id())
            .bind("conflict", conflict)
            .execute()
        == 1;
  }

  private static Hotfix read(ResultSet row) throws SQLException {
    return new Hotfix(
        row.getLong("id"),
        row.getString("repository"),
        row.getString("version"),
        row.getString("branch"),
        row.getInt("number"),
        row.getString("head"),
        row.getString("base"),
        row.getString("merge_commit"),
        row.getString("author"),
        Step.of(row.getString("state")),
        row.getBoolean("tagged"),
        row.getString("problem"),
        row.getObject("return_number", Integer.class),
        row.getString("told_conflict"),
        row.getTimestamp("created_at").toInstant());
  }
}
