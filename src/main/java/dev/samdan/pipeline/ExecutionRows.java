package dev.samdan.pipeline;

import dev.samdan.pipeline.ActionState.Cancellation;
import dev.samdan.pipeline.ExecutionState.StageState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Reads from the rows what decides how executions go on. */
final class ExecutionRows {
  private ExecutionRows() {}

  private record Row(
      UUID id,
      int number,
      int version,
      ExecutionStatus status,
      boolean abandon,
      Optional<String> error) {}

  private record Place(UUID execution, int stage) {}

  /**
   * The executions of a pipeline that go on, oldest first, each with the declaration it runs with.
   */
  static Map<ExecutionState, PipelineDeclaration> live(
      Handle handle, String pipeline, Map<Integer, PipelineDeclaration> known) {
    List<Row> rows =
        handle
            .createQuery(
                """
                select id, number, version, status, abandon, source_error from execution
                where pipeline = :pipeline and ended_at is null order by number
                """)
            .bind("pipeline", pipeline)
            .map((rs, _) -> row(rs))
            .list();
    if (rows.isEmpty()) {
      return Map.of();
    }
    Map<UUID, List<StageState>> stages = stages(handle, rows.stream().map(Row::id).toList());
    Map<ExecutionState, PipelineDeclaration> live = new LinkedHashMap<>();
    for (Row row : rows) {
      PipelineDeclaration declaration =
          known.computeIfAbsent(
              row.version(), version -> Declarations.version(handle, pipeline, version));
      List<StageState> entered = stages.getOrDefault(row.id(), List.of());
      live.put(
          new ExecutionState(
              row.id(), row.number(), row.status(), row.abandon(), row.error(), entered),
          declaration);
    }
    return live;
  }

  private static Map<UUID, List<StageState>> stages(Handle handle, List<UUID> executions) {
    Map<Place, List<ActionState>> actions = actions(handle, executions);
    Map<UUID, List<StageState>> stages = new HashMap<>();
    handle
        .createQuery(
            """
            select execution_id, ordinal, name, status from stage_execution
            where execution_id = any(:ids) order by execution_id, ordinal
            """)
        .bindArray("ids", UUID.class, executions)
        .map((rs, _) -> {
          UUID execution = rs.getObject("execution_id", UUID.class);
          List<ActionState> inIt =
              actions.getOrDefault(new Place(execution, rs.getInt("ordinal")), List.of());
          StageState stage =
              new StageState(
                  rs.getString("name"), StageStatus.valueOf(rs.getString("status")), inIt);
          return stages.computeIfAbsent(execution, _ -> new ArrayList<>()).add(stage);
        })
        .list();
    return stages;
  }

  /** The last round of each action in the stages that go on. */
  private static Map<Place, List<ActionState>> actions(Handle handle, List<UUID> executions) {
    Map<Place, List<ActionState>> actions = new HashMap<>();
    handle
        .createQuery(
            """
            select distinct on (a.execution_id, a.stage_ordinal, a.name) a.execution_id, a.stage_ordinal, a.id, a.name,
              a.status, a.worker, a.token, a.expires_at, a.deadline, a.cancel_reason, a.cancelled_at, a.error
            from action_execution a
            join stage_execution s on s.execution_id = a.execution_id and s.ordinal = a.stage_ordinal
            where a.execution_id = any(:ids) and s.ended_at is null
            order by a.execution_id, a.stage_ordinal, a.name, a.round desc
            """)
        .bindArray("ids", UUID.class, executions)
        .map((rs, _) ->
            actions
                .computeIfAbsent(
                    new Place(rs.getObject("execution_id", UUID.class), rs.getInt("stage_ordinal")),
                    _ -> new ArrayList<>())
                .add(action(rs)))
        .list();
    return actions;
  }

  private static Row row(ResultSet rs) throws SQLException {
    return new Row(
        rs.getObject("id", UUID.class),
        rs.getInt("number"),
        rs.getInt("version"),
        ExecutionStatus.valueOf(rs.getString("status")),
        rs.getBoolean("abandon"),
        Optional.ofNullable(rs.getString("source_error")));
  }

  private static ActionState action(ResultSet rs) throws SQLException {
    UUID id = rs.getObject("id", UUID.class);
    String name = rs.getString("name");
    return switch (ActionStatus.valueOf(rs.getString("status"))) {
      case Succeeded -> new ActionState.Succeeded(id, name);
      case Failed -> new ActionState.Failed(id, name, rs.getString("error"));
      case Abandoned -> new ActionState.Abandoned(id, name);
      case InProgress -> {
        if (rs.getObject("token") != null) {
          yield new ActionState.AwaitingApproval(id, name, instant(rs, "expires_at"));
        }
        yield rs.getString("worker") == null
            ? new ActionState.Queued(id, name, cancellation(rs))
            : new ActionState.Running(id, name, instant(rs, "deadline"), cancellation(rs));
      }
    };
  }

  private static Optional<Cancellation> cancellation(ResultSet rs) throws SQLException {
    String reason = rs.getString("cancel_reason");
    return reason == null
        ? Optional.empty()
        : Optional.of(
            new Cancellation(Cancellation.Reason.valueOf(reason), instant(rs, "cancelled_at")));
  }

  private static Instant instant(ResultSet rs, String column) throws SQLException {
    Timestamp at = rs.getTimestamp(column);
    return at.toInstant();
  }

  /** What an execution delivers. */
  static SourceRevision revision(ResultSet rs) throws SQLException {
    return new SourceRevision(
        rs.getString("repository"),
        rs.getString("branch"),
        rs.getString("commit_id"),
        rs.getString("message"),
        rs.getString("author"),
        rs.getString("author_email"),
        rs.getTimestamp("authored_at").toInstant());
  }
}
