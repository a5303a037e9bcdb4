package dev.samdan.rooms;

import dev.samdan.application.DerivedPipelines;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineEvent;
import dev.samdan.pipeline.StageStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an event of a pipeline is worth saying; decided without doing anything. */
record Announcement(Kind kind, Map<String, String> facts) {
  private static final Pattern PASSED =
      Pattern.compile("(\\d+) tests? passed(?:, (\\d+) skipped)?");
  private static final Pattern STOPPED = Pattern.compile("stopped by .*?: (.*)", Pattern.DOTALL);
  private static final Pattern NEWER = Pattern.compile("#\\d+");

  /**
   * Only these events are told, so only for these the execution must be read. What the checks of a
   * pull request found is told there.
   */
  static boolean isTold(PipelineEvent event) {
    return event.executionId() != null
        && !DerivedPipelines.PULL_REQUEST.equals(event.environment())
        && kind(event).isPresent();
  }

  /**
   * Empty where nothing is to be said, as for the failure that a rejection brings with it.
   *
   * @param execution as it stands now, which may be later than the event
   * @param names the name to show of a user
   */
  static Optional<Announcement> of(
      PipelineEvent event, ExecutionView execution, UnaryOperator<String> names) {
    Optional<Kind> kind = kind(event);
    if (kind.isEmpty() || (kind.get() == Kind.FAILED && endedByApproval(execution))) {
      return Optional.empty();
    }
    Facts facts = new Facts();
    facts.put(Fact.APPLICATION, event.application());
    facts.put(Fact.ENVIRONMENT, event.environment());
    facts.put(Fact.PIPELINE, event.pipeline());
    facts.put(Fact.NUMBER, String.valueOf(event.executionNumber()));
    facts.put(Fact.COMMIT, Fact.shortCommit(execution.commit()));
    facts.put(Fact.SUBJECT, Fact.firstLine(execution.message()));
    facts.put(Fact.AUTHOR, execution.author());
    facts.put(Fact.STAGE, event.stage());
    facts.put(Fact.ACTION, event.action());
    facts.put(Fact.BY, event.by() == null ? null : names.apply(event.by()));
    addOutcome(facts, kind.get(), event, execution, names);
    return Optional.of(new Announcement(kind.get(), facts.all));
  }

  private static void addOutcome(
      Facts facts,
      Kind kind,
      PipelineEvent event,
      ExecutionView execution,
      UnaryOperator<String> names) {
    switch (kind) {
      case APPROVED, REJECTED -> facts.put(Fact.COMMENT, event.error());
      case SUCCEEDED -> addTests(facts, execution);
      case FAILED -> addFailure(facts, event, execution);
      case STOPPED -> {
        String reason = String.valueOf(execution.reason());
        Matcher said = STOPPED.matcher(reason);
        facts.put(Fact.COMMENT, said.matches() ? said.group(1) : null);
        String by =
            reason.startsWith("stopped by ") ? reason.substring("stopped by ".length()) : "";
        facts.put(Fact.BY, by.isEmpty() ? null : names.apply(by.split(": ", 2)[0]));
      }
      case SUPERSEDED -> {
        Matcher newer = NEWER.matcher(String.valueOf(event.error()));
        facts.put(Fact.NEWER, newer.find() ? newer.group() : null);
      }
      case STARTED,
          RETRIED,
          APPROVAL_WANTED,
          EXPIRED,
          INVALID_DECLARATION,
          PULL_REQUEST_OPENED,
          PULL_REQUEST_REVIEWED,
          PULL_REQUEST_MERGED,
          PULL_REQUEST_CLOSED,
          HOTFIX_TAGGED,
          HOTFIX_NOT_DELIVERED,
          HOTFIX_CONFLICTS,
          HOTFIX_RETURNED,
          NOTE -> {}
    }
  }

  private static Optional<Kind> kind(PipelineEvent event) {
    return switch (event.kind()) {
      case ExecutionStarted -> Optional.of(Kind.STARTED);
      case ExecutionRetried -> Optional.of(Kind.RETRIED);
      case ExecutionStopped -> Optional.of(Kind.STOPPED);
      case ExecutionSucceeded -> Optional.of(Kind.SUCCEEDED);
      case ExecutionSuperseded -> Optional.of(Kind.SUPERSEDED);
      case ExecutionFailed -> Optional.of(Kind.FAILED);
      case ApprovalWanted -> Optional.of(Kind.APPROVAL_WANTED);
      case ApprovalApproved -> Optional.of(Kind.APPROVED);
      case ApprovalRejected -> Optional.of(Kind.REJECTED);
      case ApprovalExpired -> Optional.of(Kind.EXPIRED);
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
          TransitionDisabled,
          TransitionEnabled ->
          Optional.empty();
    };
  }

  /** The counts of the tests, and the deployment's own line, as their actions told them. */
  private static void addTests(Facts facts, ExecutionView execution) {
    for (ExecutionView.Action action : actions(execution)) {
      String summary = action.summary() == null ? "" : action.summary();
      Matcher passed = PASSED.matcher(summary);
      if (passed.find()) {
        facts.put(Fact.PASSED, passed.group(1));
        facts.put(Fact.SKIPPED, passed.group(2));
      } else if (action.category().equals("Deploy")) {
        facts.put(Fact.SUMMARY, summary);
      }
    }
  }

  private static void addFailure(Facts facts, PipelineEvent event, ExecutionView execution) {
    Optional<ExecutionView.Stage> failed =
        execution.stages().stream()
            .filter(stage -> stage.status() == StageStatus.Failed)
            .findFirst();
    String stage =
        failed.map(ExecutionView.Stage::name).orElse(execution.stages().getFirst().name());
    facts.put(Fact.STAGE, event.stage() == null ? stage : event.stage());
    Optional<ExecutionView.Action> action =
        failed.stream()
            .flatMap(s -> s.actions().stream())
            .filter(a -> a.error() != null)
            .findFirst();
    facts.put(Fact.ACTION, action.map(ExecutionView.Action::name).orElse(null));
    String error = action.map(ExecutionView.Action::error).orElse(event.error());
    facts.put(Fact.ERROR, error == null ? String.valueOf(execution.reason()) : error);
  }

  /** The answer, or its absence, was told already. */
  private static boolean endedByApproval(ExecutionView execution) {
    return actions(execution).stream()
        .anyMatch(action -> action.category().equals("Approval") && action.errorCode() != null);
  }

  private static List<ExecutionView.Action> actions(ExecutionView execution) {
    return execution.stages().stream().flatMap(stage -> stage.actions().stream()).toList();
  }

  /** Facts that are there. */
  private static final class Facts {
    private final Map<String, String> all = new LinkedHashMap<>();

    void put(String name, @org.jspecify.annotations.Nullable String value) {
      if (value != null && !value.isBlank()) {
        all.put(name, value);
      }
    }
  }
}
