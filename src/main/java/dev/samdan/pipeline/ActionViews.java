package dev.samdan.pipeline;

import dev.samdan.base.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import tools.jackson.core.type.TypeReference;

/** The last round of each action of some executions, as pages show it. */
final class ActionViews {
  static final ExecutionView.Action NOT_STARTED =
      new ExecutionView.Action(
          null, "", "", "", 0, null, null, null, Map.of(), 0, List.of(), null, null, null, null,
          null, null, Map.of(), null, null, null, null);

  private ActionViews() {}

  record Key(UUID execution, int stageOrdinal, String action) {}

  static Map<Key, ExecutionView.Action> of(Handle handle, List<UUID> executions) {
    Map<UUID, List<ExecutionView.Attempt>> attempts = attempts(handle, executions);
    Map<Key, ExecutionView.Action> actions = new HashMap<>();
    handle
        .createQuery(
            """
            select distinct on (execution_id, stage_ordinal, name) * from action_execution
            where execution_id = any(:ids) order by execution_id, stage_ordinal, name, round desc
            """)
        .bindArray("ids", UUID.class, executions)
        .map((rs, _) -> {
          Key key =
              new Key(
                  rs.getObject("execution_id", UUID.class),
                  rs.getInt("stage_ordinal"),
                  rs.getString("name"));
          UUID id = rs.getObject("id", UUID.class);
          return actions.put(key, action(rs, id, attempts.getOrDefault(id, List.of())));
        })
        .list();
    return actions;
  }

  private static Map<UUID, List<ExecutionView.Attempt>> attempts(
      Handle handle, List<UUID> executions) {
    Map<UUID, List<ExecutionView.Attempt>> attempts = new HashMap<>();
    handle
        .createQuery(
            """
            select t.* from action_attempt t join action_execution a on a.id = t.action_execution_id
            where a.execution_id = any(:ids) and t.ended_at is not null order by t.action_execution_id, t.attempt
            """)
        .bindArray("ids", UUID.class, executions)
        .map((rs, _) ->
            attempts
                .computeIfAbsent(
                    rs.getObject("action_execution_id", UUID.class), _ -> new ArrayList<>())
                .add(
                    new ExecutionView.Attempt(
                        rs.getInt("attempt"),
                        rs.getString("ending"),
                        rs.getString("reason"),
                        rs.getTimestamp("started_at").toInstant(),
                        rs.getTimestamp("ended_at").toInstant())))
        .list();
    return attempts;
  }

  /** The same action with what its declaration says of it. */
  static ExecutionView.Action declared(ActionDeclaration declared, ExecutionView.Action a) {
    return new ExecutionView.Action(
        a.id(),
        declared.name(),
        declared.type().category().name(),
        declared.type().provider(),
        declared.runOrder(),
        a.status(),
        a.error(),
        a.errorCode(),
        a.facts(),
        a.attempts(),
        a.attemptHistory(),
        a.nextAttemptAt(),
        a.summary(),
        a.externalId(),
        a.externalUrl(),
        a.startedAt(),
        a.endedAt(),
        a.outputVariables(),
        a.token(),
        a.expiresAt(),
        a.decidedBy(),
        a.comment());
  }

  private static ExecutionView.Action action(
      ResultSet rs, UUID id, List<ExecutionView.Attempt> attempts) throws SQLException {
    boolean goesOn = rs.getString("status").equals(ActionStatus.InProgress.name());
    boolean again = goesOn && rs.getString("worker") == null && rs.getInt("tries") > 0;
    Instant next = again ? ExecutionQueries.instant(rs, "ready_at") : null;
    return new ExecutionView.Action(
        id,
        rs.getString("name"),
        "",
        "",
        0,
        ActionStatus.valueOf(rs.getString("status")),
        rs.getString("error"),
        rs.getString("error_code"),
        strings(rs.getString("facts")),
        rs.getInt("attempt"),
        List.copyOf(attempts),
        next,
        rs.getString("summary"),
        rs.getString("external_id"),
        rs.getString("external_url"),
        ExecutionQueries.instant(rs, "started_at"),
        ExecutionQueries.instant(rs, "ended_at"),
        strings(rs.getString("output_variables")),
        goesOn ? rs.getObject("token", UUID.class) : null,
        ExecutionQueries.instant(rs, "expires_at"),
        rs.getString("decided_by"),
        rs.getString("comment"));
  }

  private static Map<String, String> strings(String json) {
    return Json.mapper().readValue(json, new TypeReference<>() {});
  }
}
