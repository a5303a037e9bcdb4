package dev.samdan.pipeline;

import dev.samdan.base.PlatformException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Executions as pages show them. */
final class ExecutionQueries {
  private ExecutionQueries() {}

  static ExecutionPage page(
      Handle handle, ExecutionFilter filter, @Nullable String cursor, int limit) {
    if (limit < 1 || limit > 500) {
      throw PlatformException.invalid("limit: " + limit + " is not 1 to 500");
    }
    record Place(UUID id, long sequence) {}
    List<Place> places =
        handle
            .createQuery(
                """
                select e.id, e.sequence from execution e join pipeline p on p.name = e.pipeline
                where (cast(:pipeline as text) is null or e.pipeline = :pipeline)
                  and (cast(:application as text) is null or p.application = :application)
                  and (cast(:environment as text) is null or p.environment = :environment)
                  and (cast(:status as text) is null or e.status = :status)
                  and (cast(:commit as text) is null or starts_with(e.commit_id, :commit))
                  and (cast(:group as uuid) is null or e.group_id = cast(:group as uuid))
                  and (cast(:before as bigint) is null or e.sequence < cast(:before as bigint))
                order by e.sequence desc limit :limit
                """)
            .bind("pipeline", filter.pipeline())
            .bind("application", filter.application())
            .bind("environment", filter.environment())
            .bind("status", filter.status() == null ? null : filter.status().name())
            .bind("commit", filter.commit())
            .bind("group", filter.groupId())
            .bind("before", cursor == null ? null : sequence(cursor))
            .bind("limit", limit + 1)
            .map((rs, _) -> new Place(rs.getObject("id", UUID.class), rs.getLong("sequence")))
            .list();
    List<Place> shown = places.subList(0, Math.min(limit, places.size()));
    String next = places.size() > limit ? String.valueOf(shown.getLast().sequence()) : null;
    Map<UUID, ExecutionView> views = views(handle, shown.stream().map(Place::id).toList());
    return new ExecutionPage(shown.stream().map(place -> found(views, place.id())).toList(), next);
  }

  private static long sequence(String cursor) {
    try {
      return Long.parseLong(cursor);
    } catch (NumberFormatException e) {
      throw PlatformException.invalid("cursor: '" + cursor + "' is none that a list gave");
    }
  }

  static ExecutionView one(Handle handle, UUID id) {
    return Optional.ofNullable(views(handle, List.of(id)).get(id))
        .orElseThrow(() -> Interventions.unknown(id.toString()));
  }

  /** By id or {@code pipeline#number}. */
  static UUID resolve(Handle handle, String text) {
    int hash = text.lastIndexOf('#');
    if (hash > 0 && text.substring(hash + 1).matches("[0-9]{1,9}")) {
      return handle
          .createQuery("select id from execution where pipeline = :pipeline and number = :number")
          .bind("pipeline", text.substring(0, hash))
          .bind("number", Integer.parseInt(text.substring(hash + 1)))
          .mapTo(UUID.class)
          .findOne()
          .orElseThrow(() -> Interventions.unknown(text));
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw Interventions.unknown(text);
    }
  }

  static Map<ExecutionStatus, Integer> counts(Handle handle, @Nullable String application) {
    Map<ExecutionStatus, Integer> counts = new EnumMap<>(ExecutionStatus.class);
    for (ExecutionStatus status : ExecutionStatus.values()) {
      counts.put(status, 0);
    }
    handle
        .createQuery(
            """
            select e.status, count(*) as number from execution e join pipeline p on p.name = e.pipeline
            where cast(:application as text) is null or p.application = :application group by e.status
            """)
        .bind("application", application)
        .map((rs, _) ->
            counts.put(ExecutionStatus.valueOf(rs.getString("status")), rs.getInt("number")))
        .list();
    return counts;
  }

  /** The newest execution of each of these pipelines. */
  static Map<String, ExecutionView> latest(Handle handle, List<String> pipelines) {
    List<UUID> ids =
        handle
            .createQuery(
                """
                select distinct on (pipeline) id from execution where pipeline = any(:names)
                order by pipeline, number desc
                """)
            .bindArray("names", String.class, pipelines)
            .mapTo(UUID.class)
            .list();
    Map<String, ExecutionView> latest = new HashMap<>();
    views(handle, ids).values().forEach(view -> latest.put(view.pipeline(), view));
    return latest;
  }

  private static ExecutionView found(Map<UUID, ExecutionView> views, UUID id) {
    return Optional.ofNullable(views.get(id)).orElseThrow();
  }

  private record Version(String pipeline, int version) {}

  static Map<UUID, ExecutionView> views(Handle handle, List<UUID> ids) {
    Map<UUID, List<StageRow>> stages = stages(handle, ids);
    Map<ActionViews.Key, ExecutionView.Action> actions = ActionViews.of(handle, ids);
    Map<Version, PipelineDeclaration> declarations = new HashMap<>();
    Map<UUID, ExecutionView> views = new LinkedHashMap<>();
    handle
        .createQuery(
            """
            select e.*, p.application, p.environment from execution e join pipeline p on p.name = e.pipeline
            where e.id = any(:ids)
            """)
        .bindArray("ids", UUID.class, ids)
        .map((rs, _) -> view(rs, List.of()))
        .list()
        .forEach(view -> {
          PipelineDeclaration declaration =
              declarations.computeIfAbsent(
                  new Version(view.pipeline(), view.version()),
                  key -> Declarations.version(handle, key.pipeline(), key.version()));
          List<StageRow> entered = stages.getOrDefault(view.id(), List.of());
          views.put(view.id(), StageViews.with(handle, view, declaration, entered, actions));
        });
    return views;
  }

  /** A stage that was entered. */
  record StageRow(String name, StageStatus status, Instant startedAt, @Nullable Instant endedAt) {}

  private static Map<UUID, List<StageRow>> stages(Handle handle, List<UUID> ids) {
    Map<UUID, List<StageRow>> stages = new HashMap<>();
    handle
        .createQuery(
            "select * from stage_execution where execution_id = any(:ids) order by execution_id, ordinal")
        .bindArray("ids", UUID.class, ids)
        .map((rs, _) ->
            stages
                .computeIfAbsent(rs.getObject("execution_id", UUID.class), _ -> new ArrayList<>())
                .add(
                    new StageRow(
                        rs.getString("name"),
                        StageStatus.valueOf(rs.getString("status")),
                        rs.getTimestamp("started_at").toInstant(),
                        instant(rs, "ended_at"))))
        .list();
    return stages;
  }

  static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    return rs.getTimestamp(column) == null ? null : rs.getTimestamp(column).toInstant();
  }

  private static ExecutionView view(ResultSet rs, List<ExecutionView.Stage> stages)
      throws SQLException {
    return new ExecutionView(
        rs.getObject("id", UUID.class),
        rs.getInt("number"),
        rs.getString("pipeline"),
        rs.getString("application"),
        rs.getString("environment"),
        rs.getInt("version"),
        ExecutionStatus.valueOf(rs.getString("status")),
        rs.getString("reason"),
        Trigger.Type.valueOf(rs.getString("trigger_type")),
        rs.getString("triggered_by"),
        rs.getString("trigger_detail"),
        rs.getString("repository"),
        rs.getString("branch"),
        rs.getString("commit_id"),
        rs.getString("message"),
        rs.getString("author"),
        rs.getString("author_email"),
        rs.getObject("group_id", UUID.class),
        rs.getTimestamp("started_at").toInstant(),
        instant(rs, "ended_at"),
        stages);
  }
}
