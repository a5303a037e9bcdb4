package dev.samdan.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.generic.GenericType;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The rows of the log. */
final class AuditRows {
  private AuditRows() {}

  static void append(Handle handle, Deed deed, Deed.Outcome outcome) {
    handle
        .createUpdate(
            """
            insert into audit_entry (deed, who, door, address, action, application, subject, outcome, detail)
            values (:deed, :who, :door, :address, :action, :application, :subject, :outcome, :detail)\
            """)
        .bind("deed", deed.id())
        .bind("who", deed.who())
        .bind("door", deed.door().text())
        .bind("address", deed.address())
        .bind("action", deed.action())
        .bind("application", deed.application())
        .bind("subject", deed.subject())
        .bind("outcome", outcome.text())
        .bind("detail", deed.detail())
        .execute();
  }

  /** Of a deed the last row, which holds. */
  private static final String WANTED =
      """
       from audit_entry e
      where (:application::text is null or application = :application)
        and (:who::text is null or who = :who)
        and (:action::text is null or position(lower(:action) in lower(action)) > 0)
        and (:outcome::text is null or outcome = :outcome)
        and (:since::timestamptz is null or at >= :since)
        and (:until::timestamptz is null or at < :until)
        and not exists (select from audit_entry later where later.deed = e.deed and later.id > e.id)\
      """;

  private static Query wanted(Handle handle, String select, AuditFilter filter, String rest) {
    return handle
        .createQuery(select + WANTED + rest)
        .bind("application", filter.application())
        .bind("who", filter.who())
        .bind("action", filter.action())
        .bind("outcome", filter.outcome())
        .bind("since", filter.since())
        .bind("until", filter.until());
  }

  /** Before an id, the newest first. */
  static List<AuditEntry> read(Handle handle, AuditFilter filter, long before, int limit) {
    return wanted(handle, "select *", filter, " and id < :before order by id desc limit :limit")
        .bind("before", before)
        .bind("limit", limit)
        .map((row, _) -> entry(row))
        .list();
  }

  /** How many ended how. */
  static Map<String, Long> outcomes(Handle handle, AuditFilter filter) {
    return wanted(handle, "select outcome, count(*)", filter, " group by outcome")
        .setMapKeyColumn("outcome")
        .setMapValueColumn("count")
        .collectInto(new GenericType<Map<String, Long>>() {});
  }

  /** What was done in the newest of them, by name. */
  static List<String> actions(Handle handle, @Nullable String application, int newest) {
    return handle
        .createQuery(
            """
            select distinct action from (
              select action from audit_entry
              where :application::text is null or application = :application
              order by id desc limit :newest) recent
            order by action\
            """)
        .bind("application", application)
        .bind("newest", newest)
        .mapTo(String.class)
        .list();
  }

  private static AuditEntry entry(ResultSet row) throws SQLException {
    return new AuditEntry(
        row.getLong("id"),
        row.getTimestamp("at").toInstant(),
        row.getString("who"),
        row.getString("door"),
        row.getString("address"),
        row.getString("action"),
        row.getString("application"),
        row.getString("subject"),
        row.getString("outcome"),
        row.getString("detail"));
  }

  /**
   * Takes away so many at most of those that are kept no longer; answers how many. The entry about
   * it is none of those that are counted, or it would take away one more each time.
   *
   * @param about the action of that entry
   */
  static int expire(Handle handle, String about, int most) {
    return handle.execute(
        """
        delete from audit_entry where id in (
          select e.id from audit_entry e, audit_retention r
          where e.at < now() - make_interval(days => r.days)
             or e.id <= (select max(id) from audit_entry where action <> ?) - r.entries
          order by e.id limit ?)\
        """,
        about,
        most);
  }
}
