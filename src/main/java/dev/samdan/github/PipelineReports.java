package dev.samdan.github;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.github.CommitReport.State;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineEvent;
import dev.samdan.pipeline.Pipelines;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns what pipelines do with a commit into reports on it. The cursor moves in the transaction
 * that writes the report, so none is missed and none comes twice.
 */
final class PipelineReports implements AutoCloseable {
  private static final int BATCH = 200;

  private final Database database;
  private final Pipelines pipelines;
  private final RepositoryRows repositories;
  private final String url;
  private final Runnable written;
  private final Loop loop = new Loop("github-pipelines", Duration.ofSeconds(2));
  private @Nullable AutoCloseable subscription;

  /**
   * @param url of the console
   * @param written called when there may be a new report
   */
  PipelineReports(
      Database database,
      Pipelines pipelines,
      RepositoryRows repositories,
      String url,
      Runnable written) {
    this.database = database;
    this.pipelines = pipelines;
    this.repositories = repositories;
    this.url = url;
    this.written = written;
  }

  void start() {
    subscription = pipelines.subscribe(_ -> loop.wake());
    loop.start(() -> {
      while (!loop.isClosed() && readNext()) {
        written.run();
      }
      written.run();
    });
  }

  /** Whether there may be more. */
  private boolean readNext() {
    long cursor =
        database
            .withHandle(handle ->
                handle
                    .createQuery("select event_id from github_cursor")
                    .mapTo(Long.class)
                    .findOne())
            .orElse(0L);
    List<PipelineEvent> events = pipelines.eventsAfter(cursor, BATCH);
    for (PipelineEvent event : events) {
      Optional<Reported> reported = reported(event);
      database.useTransaction(handle -> {
        reported.ifPresent(r -> ReportRows.want(handle, r.repository(), r.report()));
        handle.execute(
            """
            insert into github_cursor (event_id) values (?)
            on conflict (single) do update set event_id = excluded.event_id
            """,
            event.id());
      });
    }
    return events.size() == BATCH;
  }

  private record Reported(String repository, CommitReport report) {}

  private Optional<Reported> reported(PipelineEvent event) {
    State state = state(event.kind());
    if (state == null || event.executionId() == null || event.commit() == null) {
      return Optional.empty();
    }
    try {
      ExecutionView execution = pipelines.execution(event.executionId());
      return repositories
          .find(execution.repository())
          .map(to -> new Reported(to.repository(), report(event, execution, state)));
    } catch (PlatformException e) {
      if (e.code() == PlatformException.Code.NOT_FOUND) {
        // Its application was deleted meanwhile.
        return Optional.empty();
      }
      throw e;
    }
  }

  private static @Nullable State state(PipelineEvent.Kind kind) {
    return switch (kind) {
      case ExecutionStarted, ExecutionRetried, ApprovalWanted, ApprovalApproved -> State.PENDING;
      case ExecutionSucceeded -> State.SUCCESS;
      case ExecutionFailed -> State.FAILURE;
      case ExecutionStopped, ExecutionSuperseded -> State.ERROR;
      case ExecutionStopping,
          StageStarted,
          StageSucceeded,
          StageFailed,
          StageStopped,
          ActionStarted,
          ActionTryAgain,
          ActionInterrupted,
          ActionSucceeded,
          ActionFailed,
          ActionAbandoned,
          ApprovalRejected,
          ApprovalExpired,
          TransitionDisabled,
          TransitionEnabled ->
          null;
    };
  }

  private CommitReport report(PipelineEvent event, ExecutionView execution, State state) {
    String error = event.error() == null ? "" : event.error().strip();
    String title = "#" + execution.number() + " " + words(event.kind(), error);
    return new CommitReport(
        execution.commit(),
        "samdan/" + execution.pipeline(),
        state,
        title,
        error.isEmpty() ? "" : "```\n" + error.replace("```", "'''") + "\n```",
        url + "/executions/" + execution.id(),
        execution.id().toString());
  }

  private static String words(PipelineEvent.Kind kind, String error) {
    String why = error.lines().findFirst().map(line -> ": " + line).orElse("");
    return switch (kind) {
      case ExecutionSucceeded -> "succeeded";
      case ExecutionFailed -> "failed" + why;
      case ExecutionStopped -> "was stopped" + why;
      case ExecutionSuperseded -> "was superseded" + why;
      case ApprovalWanted -> "waits for an approval";
      default -> "is running";
    };
  }

  @Override
  public void close() {
    loop.close();
    AutoCloseable open = subscription;
    if (open != null) {
      try {
        open.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
