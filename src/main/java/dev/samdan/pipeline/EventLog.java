package dev.samdan.pipeline;

import dev.samdan.pipeline.PipelineEvent.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** Writes and reads what happened. */
final class EventLog {
  /** Held from an event's insertion to the commit, so that ids ascend in the order of commits. */
  private static final long LOCK = 7_240_030L;

  private static final long KEPT = 50_000;

  private EventLog() {}

  /** What an event says beyond its kind and its execution. */
  record Facts(
      @Nullable String stage,
      @Nullable String action,
      @Nullable UUID actionExecution,
      @Nullable String error,
      @Nullable String summary,
      @Nullable UUID token,
      @Nullable String by) {
    static final Facts NONE = new Facts(null, null, null, null, null, null, null);

    static Facts by(@Nullable String who) {
      return new Facts(null, null, null, null, null, null, who);
    }

    Facts stage(String name) {
      return new Facts(name, action, actionExecution, error, summary, token, by);
    }

    Facts error(@Nullable String text) {
      return new Facts(
          stage, action, actionExecution, error == null ? text : error, summary, token, by);
    }
  }

  static void execution(Handle handle, Kind kind, UUID execution, Facts facts, Instant now) {
    lock(handle);
    bind(
            handle.createUpdate(
                """
                insert into pipeline_event (at, kind, pipeline, application, environment, execution_id,
                  execution_number, group_id, stage, action, action_execution_id, error, summary, token, branch,
                  commit_id, message, author, author_email, caused_by)
                select :now, :kind, p.name, p.application, p.environment, e.id, e.number, e.group_id, :stage, :action,
                  cast(:actionExecution as uuid), :error, :summary, cast(:token as uuid), e.branch, e.commit_id,
                  e.message, e.author, e.author_email, :by
                from execution e join pipeline p on p.name = e.pipeline where e.id = :execution
                """),
            kind,
            facts,
            now)
        .bind("execution", execution)
        .execute();
  }

  /** An event of an action: its stage, name, summary and token are read from its row. */
  static void action(
      Handle handle,
      Kind kind,
      UUID action,
      @Nullable String error,
      @Nullable String by,
      Instant now) {
    handle
        .createQuery(
            """
            select a.execution_id, s.name as stage, a.name, a.summary, a.token from action_execution a
            join stage_execution s on s.execution_id = a.execution_id and s.ordinal = a.stage_ordinal
            where a.id = :id
            """)
        .bind("id", action)
        .map((rs, _) -> {
          UUID token = rs.getObject("token", UUID.class);
          Facts facts =
              new Facts(
                  rs.getString("stage"),
                  rs.getString("name"),
                  action,
                  error,
                  rs.getString("summary"),
                  token,
                  by);
          return Map.entry(rs.getObject("execution_id", UUID.class), facts);
        })
        .findOne()
        .ifPresent(found -> execution(handle, kind, found.getKey(), found.getValue(), now));
  }

  /** An event of a pipeline's stage rather than of an execution. */
  static void transition(Handle handle, Kind kind, String pipeline, Facts facts, Instant now) {
    lock(handle);
    bind(
            handle.createUpdate(
                """
                insert into pipeline_event (at, kind, pipeline, application, environment, execution_number, stage,
                  action, action_execution_id, error, summary, token, caused_by)
                select :now, :kind, name, application, environment, 0, :stage, :action,
                  cast(:actionExecution as uuid), :error,
                  :summary, cast(:token as uuid), :by
                from pipeline where name = :pipeline
                """),
            kind,
            facts,
            now)
        .bind("pipeline", pipeline)
        .execute();
  }

  static List<PipelineEvent> after(Handle handle, long id, int limit) {
    return handle
        .createQuery("select * from pipeline_event where id > :id order by id limit :limit")
        .bind("id", id)
        .bind("limit", limit)
        .map((rs, _) -> event(rs))
        .list();
  }

  static void trim(Handle handle) {
    handle
        .createUpdate(
            "delete from pipeline_event where id <= (select max(id) from pipeline_event) - :kept")
        .bind("kept", KEPT)
        .execute();
  }

  private static void lock(Handle handle) {
    handle
        .createQuery("select pg_advisory_xact_lock(:lock)")
        .bind("lock", LOCK)
        .mapTo(String.class)
        .findOne();
  }

  private static Update bind(Update update, Kind kind, Facts facts, Instant now) {
    return update
        .bind("now", now)
        .bind("kind", kind.name())
        .bind("stage", facts.stage())
        .bind("action", facts.action())
        .bind("actionExecution", facts.actionExecution())
        .bind("error", facts.error())
        .bind("summary", facts.summary())
        .bind("token", facts.token())
        .bind("by", facts.by());
  }

  private static PipelineEvent event(ResultSet rs) throws SQLException {
    return new PipelineEvent(
        rs.getLong("id"),
        rs.getTimestamp("at").toInstant(),
        Kind.valueOf(rs.getString("kind")),
        rs.getString("pipeline"),
        rs.getString("application"),
        rs.getString("environment"),
        rs.getObject("execution_id", UUID.class),
        rs.getInt("execution_number"),
        rs.getObject("group_id", UUID.class),
        rs.getString("stage"),
        rs.getString("action"),
        rs.getObject("action_execution_id", UUID.class),
        rs.getString("error"),
        rs.getString("summary"),
        rs.getObject("token", UUID.class),
        rs.getString("branch"),
        rs.getString("commit_id"),
        rs.getString("message"),
        rs.getString("author"),
        rs.getString("author_email"),
        rs.getString("caused_by"));
  }
}
