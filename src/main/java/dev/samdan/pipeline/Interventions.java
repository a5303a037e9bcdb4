package dev.samdan.pipeline;

import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.PipelineEvent.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What people do to executions: stop, retry, answer. The callers hold the pipeline's row. */
final class Interventions {
  private Interventions() {}

  private record Target(
      UUID id,
      String pipeline,
      int number,
      int version,
      ExecutionStatus status,
      boolean abandon,
      @Nullable String sourceError,
      boolean artifactsRemoved) {
    String name() {
      return pipeline + "#" + number;
    }
  }

  private static Target target(Handle handle, UUID execution) {
    return handle
        .createQuery("select * from execution where id = :id")
        .bind("id", execution)
        .map((rs, _) ->
            new Target(
                rs.getObject("id", UUID.class),
                rs.getString("pipeline"),
                rs.getInt("number"),
                rs.getInt("version"),
                ExecutionStatus.valueOf(rs.getString("status")),
                rs.getBoolean("abandon"),
                rs.getString("source_error"),
                rs.getBoolean("artifacts_removed")))
        .findOne()
        .orElseThrow(() -> unknown(execution.toString()));
  }

  static PlatformException unknown(String execution) {
    return PlatformException.notFound(
        "there is no execution '" + execution + "'; 'samdan execution list' shows the newest");
  }

  static void stop(
      Handle handle, UUID execution, boolean abandon, String reason, String by, Instant now) {
    Target target = target(handle, execution);
    if (reason.length() > 200) {
      throw PlatformException.invalid("the reason for a stop has at most 200 characters");
    }
    if (target.status().ended()) {
      throw PlatformException.conflict(target.name() + " is " + target.status() + " already");
    }
    if (target.status() == ExecutionStatus.Stopping && (target.abandon() || !abandon)) {
      throw PlatformException.conflict(
          target.name()
              + " is being stopped already"
              + (target.abandon() ? "" : "; abandon cancels what still runs"));
    }
    handle
        .createUpdate(
            """
            update execution set status = 'Stopping', abandon = :abandon, reason = :reason
            where id = :id and status in ('InProgress', 'Stopping')
            """)
        .bind("abandon", abandon)
        .bind("reason", "stopped by " + by + (reason.isBlank() ? "" : ": " + reason))
        .bind("id", execution)
        .execute();
    handle
        .createUpdate(
            "update stage_execution set status = 'Stopping' where execution_id = :id and status = 'InProgress'")
        .bind("id", execution)
        .execute();
    EventLog.Facts facts = EventLog.Facts.by(by).error(reason.isBlank() ? null : reason);
    EventLog.execution(handle, Kind.ExecutionStopping, execution, facts, now);
  }

  /** The executions of a pipeline that go on. */
  static List<UUID> live(Handle handle, String pipeline) {
    return handle
        .createQuery(
            "select id from execution where pipeline = :pipeline and ended_at is null order by number")
        .bind("pipeline", pipeline)
        .mapTo(UUID.class)
        .list();
  }

  static UUID newest(Handle handle, String pipeline) {
    return handle
        .createQuery(
            "select id from execution where pipeline = :pipeline order by number desc limit 1")
        .bind("pipeline", pipeline)
        .mapTo(UUID.class)
        .findOne()
        .orElseThrow(() -> PlatformException.conflict("pipeline " + pipeline + " has not run yet"));
  }

  /**
   * RetryStageExecution with FAILED_ACTIONS: abandoned actions of a stopped stage run again too.
   */
  static void retry(Handle handle, UUID execution, String by, Instant now) {
    Target target = target(handle, execution);
    PipelineDeclaration declaration =
        Declarations.version(handle, target.pipeline(), target.version());
    int ordinal = retryable(handle, target, declaration);
    StageDeclaration stage = declaration.stages().get(ordinal - 1);
    List<Ended> again =
        handle
            .createQuery(
                """
                select distinct on (name) name, round, status from action_execution
                where execution_id = :id and stage_ordinal = :ordinal order by name, round desc
                """)
            .bind("id", execution)
            .bind("ordinal", ordinal)
            .map((rs, _) ->
                new Ended(
                    rs.getString("name"),
                    rs.getInt("round"),
                    ActionStatus.valueOf(rs.getString("status"))))
            .stream()
            .filter(action -> action.status() != ActionStatus.Succeeded)
            .toList();
    if (again.isEmpty()) {
      throw refused(
          target,
          "every action of stage "
              + stage.name()
              + " that ran succeeded; start the pipeline again");
    }
    reopen(handle, execution, ordinal);
    EventLog.execution(
        handle, Kind.ExecutionRetried, execution, EventLog.Facts.by(by).stage(stage.name()), now);
    List<ExecutionState.StageState> entered =
        declaration.stages().subList(0, ordinal).stream()
            .map(s -> new ExecutionState.StageState(s.name(), StageStatus.InProgress, List.of()))
            .toList();
    StepWriter writer =
        new StepWriter(
            handle,
            new ExecutionState(
                execution,
                target.number(),
                ExecutionStatus.InProgress,
                false,
                Optional.empty(),
                entered),
            declaration,
            now);
    for (Ended ended : again) {
      stage.actions().stream()
          .filter(action -> action.name().equals(ended.name()))
          .forEach(action -> writer.start(action, ended.round() + 1));
    }
  }

  private record Ended(String name, int round, ActionStatus status) {}

  /** The ordinal of the stage that may run again; CONFLICT with the reason where none may. */
  private static int retryable(Handle handle, Target target, PipelineDeclaration declaration) {
    switch (target.status()) {
      case InProgress, Stopping -> throw refused(target, "it is " + target.status() + ", not over");
      case Succeeded ->
          throw refused(target, "nothing in it failed; start the pipeline again instead");
      case Superseded -> throw refused(target, "a newer execution superseded it; retry that one");
      case Failed, Stopped, Cancelled -> {}
    }
    if (target.sourceError() != null) {
      throw refused(
          target,
          "its commit has no valid definition; push one that mends it: " + target.sourceError());
    }
    if (target.artifactsRemoved()) {
      throw refused(target, "its artifacts are no longer kept; start the pipeline again instead");
    }
    int ordinal =
        handle
            .createQuery(
                """
                select coalesce(max(ordinal), 0) from stage_execution
                where execution_id = :id and status in ('Failed', 'Stopped')
                """)
            .bind("id", target.id())
            .mapTo(Integer.class)
            .one();
    if (ordinal == 0) {
      throw refused(target, "it ended between two stages; start the pipeline again instead");
    }
    if (declaration.executionMode() != ExecutionMode.PARALLEL) {
      String stage = declaration.stages().get(ordinal - 1).name();
      handle
          .createQuery(
              """
              select max(e.number) from stage_execution s join execution e on e.id = s.execution_id
              where s.pipeline = :pipeline and s.name = :stage and e.number > :number
              """)
          .bind("pipeline", target.pipeline())
          .bind("stage", stage)
          .bind("number", target.number())
          .map((rs, _) -> Optional.of(rs.getInt(1)).filter(n -> n > 0))
          .one()
          .ifPresent(newer -> {
            throw refused(
                target,
                "#" + newer + " is newer and has entered stage " + stage + "; retry that one");
          });
    }
    return ordinal;
  }

  private static PlatformException refused(Target target, String why) {
    return PlatformException.conflict(target.name() + " cannot be retried: " + why);
  }

  private static void reopen(Handle handle, UUID execution, int ordinal) {
    handle
        .createUpdate(
            """
            update stage_execution set status = 'InProgress', ended_at = null
            where execution_id = :id and ordinal = :ordinal and status in ('Failed', 'Stopped')
            """)
        .bind("id", execution)
        .bind("ordinal", ordinal)
        .execute();
    handle
        .createUpdate(
            """
            update execution set status = 'InProgress', ended_at = null, reason = null, abandon = false
            where id = :id and status in ('Failed', 'Stopped', 'Cancelled')
            """)
        .bind("id", execution)
        .execute();
  }

  /** Answers an approval, once. */
  static UUID answer(
      Handle handle, UUID token, boolean approved, String comment, String by, Instant now) {
    if (comment.length() > 512) {
      throw PlatformException.invalid("a comment on an approval has at most 512 characters");
    }
    record Question(UUID action, UUID execution, ActionStatus status, @Nullable String decidedBy) {}
    Question question =
        handle
            .createQuery(
                "select id, execution_id, status, decided_by from action_execution where token = :token")
            .bind("token", token)
            .map((rs, _) ->
                new Question(
                    rs.getObject("id", UUID.class),
                    rs.getObject("execution_id", UUID.class),
                    ActionStatus.valueOf(rs.getString("status")),
                    rs.getString("decided_by")))
            .findOne()
            .orElseThrow(() -> PlatformException.notFound("there is no approval with this token"));
    Target target = target(handle, question.execution());
    if (question.status() != ActionStatus.InProgress) {
      String why =
          question.decidedBy() == null
              ? "no longer waits"
              : "was answered by " + question.decidedBy();
      throw PlatformException.conflict("the approval of " + target.name() + " " + why);
    }
    handle
        .createUpdate(
            """
            update action_execution set decided_by = :by, comment = nullif(:comment, '')
            where id = :id and status = 'InProgress'
            """)
        .bind("by", by)
        .bind("comment", comment)
        .bind("id", question.action())
        .execute();
    String error =
        approved ? null : "rejected by " + by + (comment.isBlank() ? "" : ": " + comment);
    ActionStatus status = approved ? ActionStatus.Succeeded : ActionStatus.Failed;
    ActionRows.end(handle, question.action(), status, approved ? null : "Rejected", error, now);
    Kind kind = approved ? Kind.ApprovalApproved : Kind.ApprovalRejected;
    EventLog.action(handle, kind, question.action(), comment.isBlank() ? null : comment, by, now);
    return question.execution();
  }

  static String pipelineOf(Handle handle, UUID token) {
    return handle
        .createQuery(
            """
            select e.pipeline from action_execution a join execution e on e.id = a.execution_id where a.token = :token
            """)
        .bind("token", token)
        .mapTo(String.class)
        .findOne()
        .orElseThrow(() -> PlatformException.notFound("there is no approval with this token"));
  }

  /** The token of the one approval that waits in a pipeline. */
  static UUID waiting(Handle handle, String pipeline) {
    List<UUID> tokens =
        handle
            .createQuery(
                """
                select a.token from action_execution a join execution e on e.id = a.execution_id
                where e.pipeline = :pipeline and a.token is not null and a.status = 'InProgress' and e.ended_at is null
                """)
            .bind("pipeline", pipeline)
            .mapTo(UUID.class)
            .list();
    if (tokens.isEmpty()) {
      throw PlatformException.conflict("nothing waits for approval in pipeline " + pipeline);
    }
    if (tokens.size() > 1) {
      throw PlatformException.conflict(
          tokens.size()
              + " approvals wait in pipeline "
              + pipeline
              + "; answer each on its execution's page");
    }
    return tokens.getFirst();
  }
}
