package dev.samdan.pullrequest;

import dev.samdan.application.Applications;
import dev.samdan.application.BranchPolicy;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Environment;
import dev.samdan.application.Tier;
import dev.samdan.base.Problem;
import dev.samdan.identity.Principal;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.source.Branches;
import dev.samdan.source.Changes;
import dev.samdan.source.Changes.Change;
import dev.samdan.source.Deliveries;
import dev.samdan.source.History;
import dev.samdan.source.Outlook;
import dev.samdan.source.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gathers what must be known to decide whether a pull request may be merged. */
final class FactFinder {
  private static final int MOST_FILES = 100_000;
  private static final int KEPT = 64;
  private static final int LOOKED_AT = 20;

  private final Journal journal;
  private final Source source;
  private final History history;
  private final Branches branches;
  private final Applications applications;
  private final Pipelines pipelines;
  private final Changes changes;
  private final Map<String, List<Problem>> findings =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Problem>> eldest) {
          return size() > KEPT;
        }
      };

  FactFinder(
      Journal journal,
      Source source,
      Branches branches,
      Applications applications,
      Pipelines pipelines,
      Changes changes) {
    this.journal = journal;
    this.source = source;
    this.history = new History(source);
    this.branches = branches;
    this.applications = applications;
    this.pipelines = pipelines;
    this.changes = changes;
  }

  BranchPolicy policy(String repository) {
    return branches.policy(repository);
  }

  /** What it brings to its target. */
  Outlook outlook(PullRequest pull, Looks.Look look) {
    return outlook(new Change(pull.repository(), pull.target(), look.base(), pull.head()));
  }

  Outlook outlook(Change change) {
    return changes.outlook(change);
  }

  /** All that {@link MergeRules} decides by. */
  Facts of(
      PullRequest pull,
      Looks.Look look,
      List<Review> reviews,
      Map<String, Facts.Run> runs,
      Deliveries.FileCheck fileCheck,
      Principal reader) {
    BranchPolicy policy = policy(pull.repository());
    Outlook outlook = outlook(pull, look);
    boolean checksFiles = outlook.invalid() == null && pull.purpose() != Purpose.RETURN;
    return new Facts(
        pull,
        policy,
        pull.base(),
        pull.purpose() == Purpose.RETURN
            ? List.of()
            : branches.problems(pull.repository(), pull.source(), pull.head(), reader),
        newestVersion(pull.repository()),
        look.ahead(),
        look.behind(),
        look.conflicts(),
        reviews,
        outlook.tiers(),
        runs,
        checksFiles ? findings(pull, fileCheck, reader.language()) : List.of(),
        pull.purpose() == Purpose.RETURN ? null : outlook.invalid(),
        look.testsTouched(),
        pull.purpose() == Purpose.RELEASE
            ? delivery(pull.repository(), policy, pull.head())
            : new Facts.Delivery.NoEnvironment());
  }

  private @Nullable String newestVersion(String repository) {
    Stream<String> merged =
        journal.database().withHandle(handle -> HotfixRows.open(handle, repository)).stream()
            .map(HotfixRows.Hotfix::version);
    return Stream.concat(history.newestVersion(repository).stream(), merged)
        .reduce((one, other) -> History.isAfter(one, other) ? one : other)
        .orElse(null);
  }

  private List<Problem> findings(
      PullRequest pull, Deliveries.FileCheck check, @Nullable String language) {
    String key = pull.repository() + "@" + pull.head() + "/" + language;
    synchronized (findings) {
      List<Problem> known = findings.get(key);
      if (known != null) {
        return known;
      }
    }
    List<String> paths = source.files(pull.repository(), pull.head(), MOST_FILES);
    List<Problem> found =
        paths.size() == MOST_FILES || applications.find(pull.repository()).isEmpty()
            ? List.of()
            : check.check(
                path -> source.readFile(pull.repository(), pull.head(), path), paths, language);
    synchronized (findings) {
      findings.put(key, found);
    }
    return found;
  }

  /** Whether a commit of the integration branch was delivered and tested where that goes. */
  Facts.Delivery delivery(String repository, BranchPolicy policy, String head) {
    List<String> failed = new ArrayList<>();
    List<String> moving = new ArrayList<>();
    boolean any = false;
    for (String application : ofRepository(repository)) {
      for (Environment environment : applications.environments(application)) {
        if (environment.branch().equals(policy.integration())) {
          for (Tier tier : tiers(application, environment)) {
            any = true;
            String pipeline = DerivedPipelines.name(application, environment.name(), tier);
            judge(
                pipeline,
                tier,
                new Change(repository, policy.integration(), null, head),
                failed,
                moving);
          }
        }
      }
    }
    if (!any) {
      return new Facts.Delivery.NoEnvironment();
    }
    if (!failed.isEmpty()) {
      return new Facts.Delivery.Failed(failed);
    }
    return moving.isEmpty() ? new Facts.Delivery.Delivered() : new Facts.Delivery.OnItsWay(moving);
  }

  List<String> ofRepository(String repository) {
    return applications.find(repository).isPresent()
        ? List.of(repository)
        : applications.withTierIn(repository);
  }

  private List<Tier> tiers(String application, Environment environment) {
    return applications
        .declaration(application, environment.name())
        .map(declaration -> declaration.tiers())
        .orElse(List.of());
  }

  private void judge(
      String pipeline, Tier tier, Change head, List<String> failed, List<String> moving) {
    Optional<ExecutionView> newest =
        pipelines
            .executions(ExecutionFilter.ofPipeline(pipeline), null, LOOKED_AT)
            .executions()
            .stream()
            .filter(e -> e.status() != ExecutionStatus.Superseded)
            .findFirst();
    if (newest.isEmpty()) {
      failed.add(pipeline + " never ran");
      return;
    }
    ExecutionView execution = newest.get();
    String run = pipeline + " #" + execution.number();
    if (!execution.status().ended()) {
      moving.add(run);
    } else if (execution.status() != ExecutionStatus.Succeeded) {
      failed.add(run + " " + execution.status() + ": " + execution.reason());
    } else if (isOlder(execution, tier, head)) {
      moving.add(pipeline);
    }
  }

  /** Whether the tier has changed since what was delivered, which is then still to come. */
  private boolean isOlder(ExecutionView execution, Tier tier, Change head) {
    if (!execution.repository().equals(head.repository())
        || execution.commit().equals(head.head())) {
      return false;
    }
    return !source.hasCommit(head.repository(), execution.commit())
        || !history.holds(head.repository(), head.head(), execution.commit())
        || changes
            .outlook(new Change(head.repository(), head.branch(), execution.commit(), head.head()))
            .tiers()
            .contains(tier);
  }
}
