package dev.samdan.source;

import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows of branches that moved. */
final class RefTriggers {
  /** How a move was handled; only {@link #STARTED} and {@link #NOTHING} count as delivered. */
  enum Outcome {
    STARTED,
    NOTHING,
    INVALID,
    DELETED,
    OVERTAKEN
  }

  /**
   * A branch that moved and was not handled yet.
   *
   * @param commit where it is now; null where it was deleted
   */
  record RefTrigger(
      long id,
      String repository,
      String branch,
      @Nullable String commit,
      String movedBy,
      UUID group) {}

  private final Database database;

  RefTriggers(Database database) {
    this.database = database;
  }

  /** Records the branches whose tip is not where it was last seen. */
  void record(String repository, Map<String, String> tips, String by) {
    database.useTransaction(handle -> {
      handle.execute("select pg_advisory_xact_lock(60, hashtext(?))", repository);
      Map<String, String> seen = seen(handle, repository);
      for (Map.Entry<String, String> tip : tips.entrySet()) {
        if (!tip.getValue().equals(seen.get(tip.getKey()))) {
          insert(handle, repository, tip.getKey(), seen.get(tip.getKey()), tip.getValue(), by);
        }
      }
      for (Map.Entry<String, String> old : seen.entrySet()) {
        if (!tips.containsKey(old.getKey())) {
          insert(handle, repository, old.getKey(), old.getValue(), null, by);
        }
      }
    });
  }

  /** Where each branch was last seen; deleted ones are absent. */
  private static Map<String, String> seen(Handle handle, String repository) {
    return handle
        .createQuery(
            """
            select branch, new_commit from (
              select distinct on (branch) branch, new_commit from ref_trigger
              where repository = :repository order by branch, id desc) newest
            where new_commit is not null
            """)
        .bind("repository", repository)
        .reduceRows(
            new java.util.HashMap<>(),
            (map, row) -> {
              map.put(
                  row.getColumn("branch", String.class), row.getColumn("new_commit", String.class));
              return map;
            });
  }

  private static void insert(
      Handle handle,
      String repository,
      String branch,
      @Nullable String older,
      @Nullable String newer,
      String by) {
    handle
        .createUpdate(
            """
            insert into ref_trigger (repository, branch, old_commit, new_commit, moved_by, group_id)
            values (:repository, :branch, :older, :newer, :by, :group)
            """)
        .bind("repository", repository)
        .bind("branch", branch)
        .bind("older", older)
        .bind("newer", newer)
        .bind("by", by)
        .bind("group", UUID.randomUUID())
        .execute();
  }

  /** The newest unhandled move of each branch, oldest first; the ones before it are overtaken. */
  List<RefTrigger> open(String repository) {
    return database.inTransaction(handle -> {
      handle
          .createUpdate(
              """
              update ref_trigger t set outcome = 'overtaken', handled_at = now()
              where repository = :repository and outcome = 'recorded' and exists (
                select from ref_trigger n where n.repository = t.repository and n.branch = t.branch and n.id > t.id)
              """)
          .bind("repository", repository)
          .execute();
      return handle
          .createQuery(
              "select * from ref_trigger where repository = :repository and outcome = 'recorded' order by id")
          .bind("repository", repository)
          .map((row, c) -> trigger(row))
          .list();
    });
  }

  private static RefTrigger trigger(ResultSet row) throws SQLException {
    return new RefTrigger(
        row.getLong("id"),
        row.getString("repository"),
        row.getString("branch"),
        row.getString("new_commit"),
        row.getString("moved_by"),
        Objects.requireNonNull(row.getObject("group_id", UUID.class)));
  }

  /** The commit to which the branch was last delivered, since it was last deleted. */
  Optional<String> lastDelivered(RefTrigger trigger) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select new_commit from ref_trigger t
                where repository = :repository and branch = :branch and id < :id
                  and outcome in ('started', 'nothing') and not exists (
                    select from ref_trigger d where d.repository = t.repository and d.branch = t.branch
                    and d.id > t.id and d.id < :id and d.new_commit is null)
                order by id desc limit 1
                """)
            .bind("repository", trigger.repository())
            .bind("branch", trigger.branch())
            .bind("id", trigger.id())
            .mapTo(String.class)
            .findOne());
  }

  void handled(RefTrigger trigger, Outcome outcome) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                update ref_trigger set outcome = :outcome, handled_at = now()
                where id = :id and outcome = 'recorded'
                """)
            .bind("outcome", outcome.name().toLowerCase(Locale.ROOT))
            .bind("id", trigger.id())
            .execute());
  }

  void forget(String repository) {
    database.useHandle(handle ->
        handle
            .createUpdate("delete from ref_trigger where repository = :repository")
            .bind("repository", repository)
            .execute());
  }
}
