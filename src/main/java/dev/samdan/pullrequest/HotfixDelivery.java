package dev.samdan.pullrequest;

import dev.samdan.application.Applications;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Environment;
import dev.samdan.application.Tier;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.source.Changes;
import dev.samdan.source.Changes.Change;
import dev.samdan.source.History;
import dev.samdan.source.Outlook;
import dev.samdan.source.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether production has taken a hotfix: every tier that it changes, by an execution of its merge
 * or of a later commit that holds it.
 */
final class HotfixDelivery {
  private static final int LOOKED_AT = 50;

  private final Source source;
  private final History history;
  private final Applications applications;
  private final Pipelines pipelines;
  private final Changes changes;

  HotfixDelivery(
      Source source,
      History history,
      Applications applications,
      Pipelines pipelines,
      Changes changes) {
    this.source = source;
    this.history = history;
    this.applications = applications;
    this.pipelines = pipelines;
    this.changes = changes;
  }

  /** How production stands to it. */
  sealed interface Verdict {
    record Delivered() implements Verdict {}

    record OnItsWay() implements Verdict {}

    /** A line for each pipeline that did not succeed and does not run. */
    record Not(String problem) implements Verdict {}
  }

  Verdict of(HotfixRows.Hotfix hotfix, String production, List<String> ofRepository) {
    Outlook outlook =
        changes.outlook(
            new Change(hotfix.repository(), production, hotfix.base(), hotfix.mergeCommit()));
    List<Tier> expected = outlook.invalid() == null ? outlook.tiers() : List.of(Tier.values());
    List<String> problems = new ArrayList<>();
    boolean moving = false;
    for (String application : ofRepository) {
      for (Environment environment : applications.environments(application)) {
        for (Tier tier : expected) {
          String pipeline = DerivedPipelines.name(application, environment.name(), tier);
          if (environment.branch().equals(production) && pipelines.exists(pipeline)) {
            Verdict verdict = of(hotfix, pipeline);
            moving |= verdict instanceof Verdict.OnItsWay;
            if (verdict instanceof Verdict.Not not) {
              problems.add(not.problem());
            }
          }
        }
      }
    }
    if (moving) {
      return new Verdict.OnItsWay();
    }
    return problems.isEmpty()
        ? new Verdict.Delivered()
        : new Verdict.Not(String.join("\n", problems));
  }

  private Verdict of(HotfixRows.Hotfix hotfix, String pipeline) {
    List<ExecutionView> relevant =
        pipelines
            .executions(ExecutionFilter.ofPipeline(pipeline), null, LOOKED_AT)
            .executions()
            .stream()
            .filter(e -> e.repository().equals(hotfix.repository()) && holds(hotfix, e.commit()))
            .toList();
    if (relevant.stream().anyMatch(e -> e.status() == ExecutionStatus.Succeeded)) {
      return new Verdict.Delivered();
    }
    if (relevant.isEmpty() || relevant.stream().anyMatch(e -> !e.status().ended())) {
      return new Verdict.OnItsWay();
    }
    return relevant.stream()
        .filter(e -> e.status() != ExecutionStatus.Superseded)
        .findFirst()
        .<Verdict>map(e -> new Verdict.Not(problem(e)))
        .orElseGet(Verdict.OnItsWay::new);
  }

  private boolean holds(HotfixRows.Hotfix hotfix, String commit) {
    return commit.equals(hotfix.mergeCommit())
        || (source.hasCommit(hotfix.repository(), commit)
            && history.holds(hotfix.repository(), commit, hotfix.mergeCommit()));
  }

  private static String problem(ExecutionView execution) {
    String error =
        execution.stages().stream()
            .flatMap(s -> s.actions().stream())
            .filter(a -> a.error() != null)
            .map(a -> String.valueOf(a.error()))
            .findFirst()
            .orElse(String.valueOf(execution.reason()));
    return execution.pipeline()
        + " #"
        + execution.number()
        + " "
        + execution.status()
        + ": "
        + error.strip().lines().findFirst().orElse("");
  }
}
