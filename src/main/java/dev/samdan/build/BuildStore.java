package dev.samdan.build;

import dev.samdan.base.Json;
import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of builds. */
final class BuildStore {
  private final Database database;

  BuildStore(Database database) {
    this.database = database;
  }

  /** Writes the row of a build that begins, with the project's next number. */
  long insert(String id, BuildOrder order, Instant startedAt) {
    return database.inTransaction(h -> {
      long number =
          h.createQuery(
                  """
                  insert into build_counter (project, last_number) values (:project, 1)
                  on conflict (project) do update set last_number = build_counter.last_number + 1
                  returning last_number
                  """)
              .bind("project", order.project().name())
              .mapTo(Long.class)
              .one();
      h.createUpdate(
              """
              insert into build (id, project, number, application, environment, tier, pipeline, execution,
                action_execution, commit_id, initiator, status, started_at)
              values (:id, :project, :number, :application, :environment, :tier, :pipeline,
                cast(:execution as uuid), cast(:action as uuid), :commit, :initiator, 'IN_PROGRESS', :started)
              """)
          .bind("id", id)
          .bind("project", order.project().name())
          .bind("number", number)
          .bind("application", order.project().application())
          .bind("environment", order.project().environment())
          .bind("tier", order.project().tier().text())
          .bind("pipeline", order.asker().pipeline())
          .bind("execution", order.asker().execution())
          .bind("action", order.asker().actionExecution())
          .bind("commit", order.revision().commit())
          .bind("initiator", order.asker().initiator())
          .bind("started", at(startedAt))
          .execute();
      return number;
    });
  }

  void phases(String id, List<BuildPhase> phases) {
    database.useHandle(h ->
        h.createUpdate(
                "update build set phases = cast(:phases as jsonb) where id = :id and status ="
                    + " 'IN_PROGRESS'")
            .bind("id", id)
            .bind("phases", Json.write(phases))
            .execute());
  }

  /** Ends the build with its reports; a build that was ended already stays as it is. */
  void end(String id, BuildResult result, Instant endedAt) {
    database.useTransaction(h -> {
      int ended =
          h.createUpdate(
                  """
                  update build set status = :status, ended_at = :ended, message = :message, phases = cast(:phases as jsonb),
                    exported_variables = cast(:exported as jsonb)
                  where id = :id and status = 'IN_PROGRESS'
                  """)
              .bind("id", id)
              .bind("status", result.status().name())
              .bind("ended", at(endedAt))
              .bind("message", result.message())
              .bind("phases", Json.write(result.phases()))
              .bind("exported", Json.write(result.exportedVariables()))
              .execute();
      if (ended == 1) {
        ReportRows.insert(h, id, result.reports());
      }
    });
  }

  /** Ends every build that an earlier control left running, and gives their ids. */
  List<String> endLeft(Instant endedAt, String message) {
    return database.withHandle(h ->
        h.createQuery(
                """
                update build set status = 'FAULT', ended_at = :ended, message = :message
                where status = 'IN_PROGRESS' returning id
                """)
            .bind("ended", at(endedAt))
            .bind("message", message)
            .mapTo(String.class)
            .list());
  }

  /** Deletes the ended builds beyond the newest so many of each project, and gives their ids. */
  List<String> prune(int keep) {
    return database.withHandle(h ->
        h.createQuery(
                """
                delete from build where id in (
                  select id from (
                    select id, status, row_number() over (partition by project order by number desc) as place from build
                  ) ranked where place > :keep and status <> 'IN_PROGRESS')
                returning id
                """)
            .bind("keep", keep)
            .mapTo(String.class)
            .list());
  }

  Optional<Build> find(String id) {
    return select("where id = :id", Map.of("id", id), 1).stream().findFirst();
  }

  List<Build> ofAction(UUID action) {
    return select("where action_execution = :action", Map.of("action", action), 100).reversed();
  }

  List<Build> newest(String application, int limit) {
    return application.isEmpty()
        ? select("", Map.of(), limit)
        : select("where application = :application", Map.of("application", application), limit);
  }

  private List<Build> select(String where, Map<String, ?> values, int limit) {
    return database.withHandle(h ->
        h.createQuery(
                "select * from build "
                    + where
                    + " order by started_at desc, number desc limit :limit")
            .bindMap(values)
            .bind("limit", limit)
            .map((rows, context) -> build(rows))
            .list());
  }

  private static Build build(ResultSet row) throws SQLException {
    return new Build(
        row.getString("id"),
        row.getLong("number"),
        row.getString("project"),
        row.getString("application"),
        row.getString("environment"),
        row.getString("tier"),
        row.getString("pipeline"),
        row.getObject("execution", UUID.class),
        row.getObject("action_execution", UUID.class),
        row.getString("commit_id"),
        row.getString("initiator"),
        BuildStatus.valueOf(row.getString("status")),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        instant(row.getObject("ended_at", OffsetDateTime.class)),
        row.getString("message"),
        variables(row.getString("exported_variables")),
        List.of(Json.read(row.getString("phases"), BuildPhase[].class)));
  }

  private static Map<String, String> variables(String json) {
    Map<String, String> variables = new LinkedHashMap<>();
    Json.tree(json)
        .properties()
        .forEach(entry -> variables.put(entry.getKey(), entry.getValue().asString()));
    return variables;
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
