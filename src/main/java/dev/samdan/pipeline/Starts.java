package dev.samdan.pipeline;

import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.PipelineEvent.Kind;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Begins executions; the callers hold the pipeline's row. */
final class Starts {
  private Starts() {}

  static UUID start(
      Handle handle,
      String pipeline,
      Trigger trigger,
      SourceRevision revision,
      @Nullable UUID group,
      @Nullable String sourceError,
      Instant now) {
    PipelineDeclaration declaration =
        Declarations.newest(handle, pipeline).orElseThrow(() -> Declarations.unknown(pipeline));
    declaration.variables().stream()
        .filter(variable -> variable.defaultValue().isEmpty())
        .findFirst()
        .ifPresent(variable -> {
          throw PlatformException.invalid(
              "pipeline "
                  + pipeline
                  + " cannot start: its variable "
                  + variable.name()
                  + " has no value");
        });
    UUID id = UUID.randomUUID();
    handle
        .createUpdate(
            """
            with numbered as (
              update pipeline set next_number = next_number + 1 where name = :pipeline
              returning next_number - 1 as number)
            insert into execution (id, pipeline, number, version, status, source_error, trigger_type, triggered_by,
              trigger_detail, repository, branch, commit_id, message, author, author_email, authored_at, group_id,
              started_at)
            select :id, :pipeline, number, :version, 'InProgress', :error, :type, :by, :detail, :repository, :branch,
              :commit, :message, :author, :email, :at, :group, :now
            from numbered
            """)
        .bind("pipeline", pipeline)
        .bind("id", id)
        .bind("version", declaration.version())
        .bind("error", sourceError)
        .bind("type", trigger.type().name())
        .bind("by", trigger.by())
        .bind("detail", trigger.detail())
        .bind("repository", revision.repository())
        .bind("branch", revision.branch())
        .bind("commit", revision.commit())
        .bind("message", revision.message())
        .bind("author", revision.author())
        .bind("email", revision.authorEmail())
        .bind("at", revision.at())
        .bind("group", group == null ? UUID.randomUUID() : group)
        .bind("now", now)
        .execute();
    EventLog.execution(handle, Kind.ExecutionStarted, id, EventLog.Facts.by(trigger.by()), now);
    return id;
  }

  /** Starts the newest revision again that was not refused at its source. */
  static UUID again(Handle handle, String pipeline, String by, Instant now) {
    UUID newest =
        handle
            .createQuery(
                """
                select id from execution where pipeline = :pipeline and source_error is null
                order by number desc limit 1
                """)
            .bind("pipeline", pipeline)
            .mapTo(UUID.class)
            .findOne()
            .orElseThrow(() ->
                PlatformException.conflict(
                    "pipeline "
                        + pipeline
                        + " has not run yet, so there is nothing to start again; push a commit"));
    return again(handle, newest, null, by, now);
  }

  /** Starts the revision of an execution again, in its group. */
  static UUID again(Handle handle, UUID execution, String by, Instant now) {
    UUID group =
        handle
            .createQuery("select group_id from execution where id = :id")
            .bind("id", execution)
            .mapTo(UUID.class)
            .one();
    return again(handle, execution, group, by, now);
  }

  private static UUID again(
      Handle handle, UUID execution, @Nullable UUID group, String by, Instant now) {
    record Run(String pipeline, SourceRevision revision) {}
    Run run =
        handle
            .createQuery(
                """
                select pipeline, repository, branch, commit_id, message, author, author_email, authored_at
                from execution where id = :id
                """)
            .bind("id", execution)
            .map((rs, _) -> new Run(rs.getString("pipeline"), ExecutionRows.revision(rs)))
            .one();
    return start(handle, run.pipeline(), Trigger.manual(by), run.revision(), group, null, now);
  }
}
