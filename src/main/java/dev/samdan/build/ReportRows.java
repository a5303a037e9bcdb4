package dev.samdan.build;

import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The rows of builds' reports. */
final class ReportRows {
  private final Database database;

  ReportRows(Database database) {
    this.database = database;
  }

  /** Writes the reports of a build that ends. */
  static void insert(Handle h, String id, List<Report> reports) {
    int position = 0;
    for (Report report : reports) {
      h.createUpdate(
              "insert into report (build, name, position, format, notes) values (:build, :name,"
                  + " :position, :format, :notes)")
          .bind("build", id)
          .bind("name", report.name())
          .bind("format", report.format().name())
          .bind("position", position++)
          .bindArray("notes", String.class, report.notes())
          .execute();
      PreparedBatch batch =
          h.prepareBatch(
              """
              insert into report_case (build, report, position, class_name, name, status, seconds, message, stack)
              values (:build, :report, :position, :class, :name, :status, :seconds, :message, :stack)
              """);
      int index = 0;
      for (ReportCase one : report.cases()) {
        batch.bind("build", id).bind("report", report.name()).bind("position", index++);
        batch
            .bind("class", one.className())
            .bind("name", one.name())
            .bind("status", one.status().name());
        batch
            .bind("seconds", one.seconds())
            .bind("message", one.message())
            .bind("stack", one.stack())
            .add();
      }
      if (index > 0) {
        batch.execute();
      }
      insertCoverage(h, id, report);
    }
  }

  private static void insertCoverage(Handle h, String id, Report report) {
    PreparedBatch batch =
        h.prepareBatch(
            """
            insert into report_coverage (build, report, position, path, lines_covered, lines_missed,
              branches_covered, branches_missed)
            values (:build, :report, :position, :path, :lines, :missed, :branches, :not_taken)
            """);
    int index = 0;
    for (FileCoverage file : report.coverage()) {
      batch.bind("build", id).bind("report", report.name()).bind("position", index++);
      batch.bind("path", file.path()).bind("lines", file.linesCovered());
      batch.bind("missed", file.linesMissed()).bind("branches", file.branchesCovered());
      batch.bind("not_taken", file.branchesMissed()).add();
    }
    if (index > 0) {
      batch.execute();
    }
  }

  /** The reports of a build in the order of its buildspec. */
  List<Report> reports(String id) {
    return database.withHandle(h -> {
      Map<String, List<ReportCase>> cases = new LinkedHashMap<>();
      h.createQuery("select * from report_case where build = :id order by report, position")
          .bind("id", id)
          .map((row, context) -> {
            cases
                .computeIfAbsent(row.getString("report"), r -> new ArrayList<>())
                .add(reportCase(row));
            return true;
          })
          .list();
      Map<String, List<FileCoverage>> coverage = coverage(h, id);
      return h.createQuery(
              "select name, format, notes from report where build = :id order by position")
          .bind("id", id)
          .map((row, context) -> {
            String name = row.getString("name");
            String[] notes = (String[]) row.getArray("notes").getArray();
            return new Report(
                name,
                ReportFormat.valueOf(row.getString("format")),
                cases.getOrDefault(name, List.of()),
                coverage.getOrDefault(name, List.of()),
                List.of(notes));
          })
          .list();
    });
  }

  private static Map<String, List<FileCoverage>> coverage(Handle h, String id) {
    Map<String, List<FileCoverage>> coverage = new LinkedHashMap<>();
    h.createQuery("select * from report_coverage where build = :id order by report, position")
        .bind("id", id)
        .map((row, context) -> {
          FileCoverage file =
              new FileCoverage(
                  row.getString("path"),
                  row.getInt("lines_covered"),
                  row.getInt("lines_missed"),
                  row.getInt("branches_covered"),
                  row.getInt("branches_missed"));
          return coverage
              .computeIfAbsent(row.getString("report"), r -> new ArrayList<>())
              .add(file);
        })
        .list();
    return coverage;
  }

  Map<String, String> failingSince(String id) {
    return database.withHandle(h -> {
      Map<String, String> commits = new LinkedHashMap<>();
      h.createQuery(
              """
              with history as (
                select c.class_name, c.name, b.number, b.commit_id, c.status in ('FAILED', 'ERROR') as failed
                from build here
                join build b on b.project = here.project and b.number <= here.number
                join report_case c on c.build = b.id
                where here.id = :id
              ), good as (
                select class_name, name, max(number) as number from history where not failed group by class_name, name
              )
              select distinct on (f.class_name, f.name) f.class_name, f.name, f.commit_id
              from history f left join good g using (class_name, name)
              where f.failed and f.number > coalesce(g.number, 0)
              order by f.class_name, f.name, f.number
              """)
          .bind("id", id)
          .map((row, context) -> {
            ReportCase one =
                new ReportCase(
                    row.getString("class_name"),
                    row.getString("name"),
                    ReportCase.Status.FAILED,
                    0,
                    "",
                    "");
            return commits.put(one.fullName(), row.getString("commit_id"));
          })
          .list();
      return commits;
    });
  }

  private static ReportCase reportCase(ResultSet row) throws SQLException {
    return new ReportCase(
        row.getString("class_name"),
        row.getString("name"),
        ReportCase.Status.valueOf(row.getString("status")),
        row.getDouble("seconds"),
        row.getString("message"),
        row.getString("stack"));
  }
}
