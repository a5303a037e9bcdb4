package dev.samdan.pipeline;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Pipelines and waiting approvals as pages show them. */
final class PipelineQueries {
  private PipelineQueries() {}

  static List<PipelineView> views(Handle handle, List<String> names) {
    Map<String, ExecutionView> latest = ExecutionQueries.latest(handle, names);
    record Row(PipelineView view, int version) {}
    return handle
        .createQuery("select * from pipeline where name = any(:names) order by name")
        .bindArray("names", String.class, names)
        .map((rs, _) ->
            new PipelineView(
                rs.getString("name"),
                rs.getString("application"),
                rs.getString("environment"),
                rs.getInt("version"),
                ExecutionMode.SUPERSEDED,
                List.of(),
                latest.get(rs.getString("name")),
                rs.getTimestamp("created_at").toInstant(),
                rs.getTimestamp("updated_at").toInstant()))
        .list()
        .stream()
        .map(view -> declared(handle, view))
        .toList();
  }

  private static PipelineView declared(Handle handle, PipelineView v) {
    PipelineDeclaration declaration = Declarations.version(handle, v.name(), v.version());
    Map<String, PipelineView.Transition> disabled = Transitions.all(handle, v.name());
    List<PipelineView.Stage> stages =
        declaration.stages().stream()
            .map(stage ->
                new PipelineView.Stage(
                    stage.name(),
                    stage.actions().stream().map(ActionDeclaration::name).toList(),
                    disabled.get(stage.name())))
            .toList();
    return new PipelineView(
        v.name(),
        v.application(),
        v.environment(),
        v.version(),
        declaration.executionMode(),
        stages,
        v.latestExecution(),
        v.createdAt(),
        v.updatedAt());
  }

  static List<WaitingApproval> approvals(Handle handle, @Nullable String application) {
    return handle
        .createQuery(
            """
            select a.id as action_id, a.name as action_name, a.token, a.started_at as asked_at, a.expires_at,
              a.stage_ordinal, s.name as stage, p.application, p.environment, e.*
            from action_execution a
            join stage_execution s on s.execution_id = a.execution_id and s.ordinal = a.stage_ordinal
            join execution e on e.id = a.execution_id join pipeline p on p.name = e.pipeline
            where a.token is not null and a.status = 'InProgress' and e.status = 'InProgress'
              and (cast(:application as text) is null or p.application = :application)
            order by a.started_at, a.sequence
            """)
        .bind("application", application)
        .map((rs, _) -> {
          int ordinal = rs.getInt("stage_ordinal");
          String action = rs.getString("action_name");
          String data =
              Declarations.version(handle, rs.getString("pipeline"), rs.getInt("version"))
                  .stages()
                  .get(ordinal - 1)
                  .actions()
                  .stream()
                  .filter(a -> a.name().equals(action))
                  .findFirst()
                  .map(a -> a.configuration().get("CustomData"))
                  .orElse(null);
          return new WaitingApproval(
              rs.getString("pipeline"),
              rs.getString("application"),
              rs.getString("environment"),
              rs.getObject("id", UUID.class),
              rs.getInt("number"),
              rs.getString("stage"),
              action,
              rs.getObject("token", UUID.class),
              data,
              rs.getString("commit_id"),
              rs.getString("message"),
              rs.getString("author"),
              rs.getString("author_email"),
              rs.getString("triggered_by"),
              rs.getTimestamp("asked_at").toInstant(),
              rs.getTimestamp("expires_at").toInstant());
        })
        .list();
  }
}
