package dev.samdan.pullrequest;

import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Tier;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.StageStatus;
import dev.samdan.pipeline.Trigger;
import dev.samdan.pullrequest.Check.State;
import dev.samdan.source.Changes;
import dev.samdan.source.Changes.Change;
import dev.samdan.source.Merges;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipelines that check a pull request's head. They are found by a group that follows from the
 * head, so that no head is checked twice, whenever control died.
 */
final class CheckRuns {
  private static final Logger LOG = LoggerFactory.getLogger(CheckRuns.class);
  private static final int GROUP = 100;
  private static final dev.samdan.identity.Principal PLATFORM =
      new dev.samdan.identity.Principal(Journal.PLATFORM, "Samdan", null);

  private final Pipelines pipelines;
  private final Changes changes;
  private final Merges merges;

  CheckRuns(Pipelines pipelines, Changes changes, Merges merges) {
    this.pipelines = pipelines;
    this.changes = changes;
    this.merges = merges;
  }

  /** Whether pipelines check pull requests of this purpose; others were delivered before. */
  static boolean isFor(Purpose purpose) {
    return purpose == Purpose.CHANGE || purpose == Purpose.HOTFIX;
  }

  /**
   * Starts what checks the head and was not started yet.
   *
   * @param look what git says of the head
   * @param keepsTests whether the base's tests must pass against the change
   */
  void start(PullRequest pull, Looks.Look look, boolean keepsTests) {
    if (!isFor(pull.purpose())) {
      return;
    }
    Change change = new Change(pull.repository(), pull.target(), look.base(), pull.head());
    Trigger trigger = Trigger.push(pull.author(), "pull request #" + pull.number());
    try {
      List<String> _ = changes.startChecks(change, pull.head(), group(pull, ""), trigger);
      String base = look.base();
      if (keepsTests && base != null && !look.testsTouched().isEmpty()) {
        UUID group = group(pull, "/base-tests");
        if (newest(group).stream().allMatch(e -> e.status().stopped())) {
          String overlay =
              merges.overlay(
                  pull.repository(),
                  pull.head(),
                  base,
                  look.testsTouched(),
                  "base-tests/" + pull.number(),
                  PLATFORM);
          List<String> _ = changes.startChecks(change, overlay, group, trigger);
        }
      }
    } catch (PlatformException e) {
      // An invalid declaration: the check of the files says so.
      LOG.info("{} is not checked by pipelines: {}", pull.name(), e.text());
    }
  }

  /** Runs again what failed or was stopped: from its failed stage on, or as a whole. */
  void again(PullRequest pull, String by) {
    for (String suffix : List.of("", "/base-tests")) {
      for (ExecutionView execution : newest(group(pull, suffix))) {
        switch (execution.status()) {
          case Failed, Stopped, Cancelled -> again(execution, by);
          case InProgress, Stopping, Succeeded, Superseded -> {}
        }
      }
    }
  }

  private void again(ExecutionView execution, String by) {
    try {
      pipelines.retry(execution.id(), by);
    } catch (PlatformException e) {
      if (e.code() != PlatformException.Code.CONFLICT) {
        throw e;
      }
      // Such as after ten newer ones, when its artifacts are no longer kept.
      LOG.info("{}", e.text());
      UUID _ = pipelines.startAgain(execution.id(), by);
    }
  }

  /** Ends what still checks this head, which is not the newest one any more. */
  void stop(PullRequest pull) {
    for (String suffix : List.of("", "/base-tests")) {
      for (ExecutionView execution : executions(group(pull, suffix))) {
        if (!execution.status().ended()
            && DerivedPipelines.PULL_REQUEST.equals(execution.environment())) {
          stop(execution, pull);
        }
      }
    }
  }

  private void stop(ExecutionView execution, PullRequest pull) {
    try {
      pipelines.stop(execution.id(), true, pull.name() + " has moved on", Journal.PLATFORM);
    } catch (PlatformException e) {
      LOG.debug("{} ended meanwhile: {}", execution.id(), e.text());
    }
  }

  /** How the checks of the head stand, by the check's name. */
  Map<String, Facts.Run> runs(PullRequest pull) {
    Map<String, Facts.Run> runs = new LinkedHashMap<>();
    for (ExecutionView execution : newest(group(pull, ""))) {
      for (Tier tier : Tier.values()) {
        if (execution
            .pipeline()
            .endsWith("-" + DerivedPipelines.PULL_REQUEST + "-" + tier.text())) {
          runs.merge("unit-tests-" + tier.text(), stage(execution, "Build"), CheckRuns::worse);
          if (execution.stages().stream().anyMatch(s -> s.name().equals("Trial"))) {
            runs.merge("trial", stage(execution, "Trial"), CheckRuns::worse);
          }
        }
      }
    }
    for (ExecutionView execution : newest(group(pull, "/base-tests"))) {
      runs.merge("base-tests", stage(execution, "Build"), CheckRuns::worse);
    }
    return runs;
  }

  private static Facts.Run worse(Facts.Run one, Facts.Run other) {
    return one.state().compareTo(other.state()) >= 0 ? one : other;
  }

  private static Facts.Run stage(ExecutionView execution, String name) {
    ExecutionView.Stage stage =
        execution.stages().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    if (stage.status() == StageStatus.Succeeded) {
      return new Facts.Run(State.PASSED, lastSummary(stage), execution.id());
    }
    if (!execution.status().ended()) {
      return new Facts.Run(State.RUNNING, moving(execution), execution.id());
    }
    if (stage.status() == null && failedIn(execution, "Build") && !name.equals("Build")) {
      return new Facts.Run(State.NEUTRAL, "", execution.id());
    }
    return new Facts.Run(State.FAILED, error(execution), execution.id());
  }

  private static boolean failedIn(ExecutionView execution, String stage) {
    return execution.stages().stream()
        .anyMatch(s -> s.name().equals(stage) && s.status() == StageStatus.Failed);
  }

  private static String lastSummary(ExecutionView.Stage stage) {
    String summary = stage.actions().getLast().summary();
    return summary == null ? "" : firstLine(summary);
  }

  private static String moving(ExecutionView execution) {
    return execution.stages().stream()
        .flatMap(s -> s.actions().stream())
        .filter(a -> a.status() == ActionStatus.InProgress)
        .findFirst()
        .map(a -> a.summary() == null ? a.name() : a.name() + ", " + firstLine(a.summary()))
        .orElse("");
  }

  private static String error(ExecutionView execution) {
    Optional<String> error =
        execution.stages().stream()
            .flatMap(s -> s.actions().stream())
            .filter(a -> a.error() != null)
            .map(a -> String.valueOf(a.error()))
            .findFirst();
    return firstLine(error.orElse(String.valueOf(execution.reason())));
  }

  private static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("");
  }

  /** The last word of each pipeline: what was started before it checks nothing any more. */
  private Collection<ExecutionView> newest(UUID group) {
    return executions(group).stream()
        .collect(
            Collectors.toMap(
                ExecutionView::pipeline, e -> e, (newer, older) -> newer, LinkedHashMap::new))
        .values();
  }

  /** Newest first. */
  private List<ExecutionView> executions(UUID group) {
    return pipelines.executions(ExecutionFilter.ofGroup(group), null, GROUP).executions();
  }

  private static UUID group(PullRequest pull, String suffix) {
    return UUID.nameUUIDFromBytes(
        (pull.name() + "@" + pull.head() + suffix).getBytes(StandardCharsets.UTF_8));
  }
}
