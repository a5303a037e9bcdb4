package dev.samdan.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

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

  /** Before an id, the newest first; of a deed the last row, which holds. */
  static List<AuditEntry> read(Handle handle, AuditFilter filter, long before, int limit) {
    return handle
        .createQuery(
            """
            select * from audit_entry e
            where id < :before
              and (:application::text is null or application = :application)
              and (:who::text is null or who = :who)
              and (:since::timestamptz is null or at >= :since)
              and not exists (select from audit_entry later where later.deed = e.deed and later.id > e.id)
            order by id desc limit :limit\
            """)
        .bind("before", before)
        .bind("application", filter.application())
        .bind("who", filter.who())
        .bind("since", filter.since())
        .bind("limit", limit)
        .map((row, _) -> entry(row))
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

  /** Takes away so many at most of those that are kept no longer; answers how many. */
  static int expire(Handle handle, int most) {
    return handle.execute(
        """
        delete from audit_entry where id in (
          select e.id from audit_entry e, audit_retention r
          where e.at < now() - make_interval(days => r.days)
             or e.id <= (select max(id) from audit_entry) - r.entries
          order by e.id limit ?)\
        """,
        most);
  }
}
