package dev.samdan.console;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Environment;
import dev.samdan.application.EnvironmentDeclaration;
import dev.samdan.build.Build;
import dev.samdan.deploy.Live;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Role;
import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.WaitingApproval;
import dev.samdan.source.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Approvals as pages show them. */
final class Approvals {
  private static final int PEOPLE = 6;
  private static final int EXECUTIONS = 20;

  private final ConsoleRooms rooms;
  private final Words words;

  Approvals(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** Whether an execution waits for a person. */
  static boolean waits(ExecutionView execution) {
    return question(execution).isPresent();
  }

  /** Whether a person said no to it. */
  static boolean rejected(ExecutionView execution) {
    return execution.stages().stream()
        .flatMap(s -> s.actions().stream())
        .anyMatch(a -> "Rejected".equals(a.errorCode()));
  }

  /** The approval that an execution waits for. */
  static Optional<ExecutionView.Action> question(ExecutionView execution) {
    return execution.stages().stream()
        .flatMap(s -> s.actions().stream())
        .filter(a ->
            a.provider().equals("Manual")
                && a.status() == ActionStatus.InProgress
                && a.token() != null)
        .findFirst();
  }

  /** As one person sees it: with four eyes not whoever wrote the change. */
  ApprovalFacts facts(WaitingApproval waiting, String reader) {
    ApprovalFacts facts = facts(waiting);
    return rooms.pipelines().mayApprove(waiting, reader)
        ? facts
        : facts.blockedBy(words.say("approval.foureyes"));
  }

  ApprovalFacts facts(WaitingApproval waiting) {
    String environment = Shells.or(waiting.environment(), "");
    boolean web = waiting.pipeline().endsWith("-web");
    Live live = rooms.deployments().live(waiting.application(), environment);
    String servingCommit = servingCommit(live, web);
    ExecutionView execution = rooms.pipelines().execution(waiting.executionId());
    Optional<ApplicationDeclaration> declared =
        rooms.applications().declaration(waiting.application(), environment);
    ApprovalChanges changes = new ApprovalChanges(rooms, words, execution.repository());
    ApprovalFacts.Changes brings = changes.since(servingCommit, waiting.commit());
    ApprovalFacts.Base base =
        web ? null : declared.map(d -> changes.base(d, waiting.commit())).orElse(null);
    ApprovalFacts.Tested tested = tested(waiting, environment);
    Versions versions = new Versions(rooms);
    String version = versions.of(waiting.application(), waiting.commit());
    boolean stale = base != null && !base.fresh() && !base.building();
    return new ApprovalFacts(
        waiting.token().toString(),
        waiting.pipeline(),
        waiting.application(),
        environment,
        "/executions/" + waiting.executionId(),
        stale
            ? words.say("approval.blocked.headline", waiting.application(), version)
            : words.say("approval.headline", waiting.application(), version, environment),
        stale ? "" : words.say("approval.by", waiting.author()),
        words.say("approval.asked", words.at(waiting.askedAt()), words.moment(waiting.expiresAt())),
        stale ? words.say("approval.blocked") : "",
        brief(brings, tested, base),
        version,
        servingCommit == null ? "" : versions.of(waiting.application(), servingCommit),
        brings,
        base,
        tested,
        declared.isEmpty() || web
            ? List.of()
            : changes.database(declared.get(), servingCommit, waiting.commit()),
        how(declared, web),
        people(waiting),
        declared
            .flatMap(d -> d.environment(environment))
            .map(EnvironmentDeclaration::room)
            .orElse(""),
        "samdan approve " + waiting.pipeline());
  }

  private static @Nullable String servingCommit(Live live, boolean web) {
    if (web) {
      return live.web() == null ? null : live.web().commit();
    }
    return live.api() == null ? null : live.api().primary().map(Live.Set::commit).orElse(null);
  }

  private String brief(
      ApprovalFacts.Changes changes,
      ApprovalFacts.Tested tested,
      ApprovalFacts.@Nullable Base base) {
    List<String> parts = new ArrayList<>();
    if (!changes.counts().isEmpty()) {
      parts.add(changes.counts() + ".");
    }
    parts.add(tested.text());
    if (base != null) {
      parts.add(words.say(base.fresh() ? "approval.base.isfresh" : "approval.base.isstale"));
    }
    return String.join(" ", parts);
  }

  /** What tests of this commit said in another environment of the application. */
  private ApprovalFacts.Tested tested(WaitingApproval waiting, String environment) {
    List<ExecutionView> executions =
        rooms
            .pipelines()
            .executions(
                new ExecutionFilter(
                    null, waiting.application(), null, null, waiting.commit(), null),
                null,
                EXECUTIONS)
            .executions()
            .stream()
            .filter(e -> e.environment() != null && !environment.equals(e.environment()))
            .toList();
    for (ExecutionView each : executions) {
      ExecutionView execution = rooms.pipelines().execution(each.id());
      for (ExecutionView.Stage stage : execution.stages()) {
        for (ExecutionView.Action action : stage.actions()) {
          if (!action.category().equals("Test") || action.id() == null) {
            continue;
          }
          List<Build> builds = rooms.builds().ofAction(action.id());
          if (!builds.isEmpty()) {
            return tested(execution, builds.getLast(), stage.name() + "/" + action.name());
          }
        }
      }
    }
    boolean delivered = executions.stream().anyMatch(e -> e.status().name().equals("Succeeded"));
    return new ApprovalFacts.Tested(
        0, 0, 0, words.say(delivered ? "approval.delivered" : "approval.untested"), "");
  }

  private ApprovalFacts.Tested tested(ExecutionView execution, Build build, String action) {
    Counts all = Counts.of(rooms.builds().reports(build.id()));
    long failed = all.bad();
    String where = Shells.or(execution.environment(), "");
    String text =
        failed > 0
            ? words.say("approval.tested.failed", failed, all.total(), where)
            : words.count("approval.tested", all.passed(), where);
    return new ApprovalFacts.Tested(
        all.passed(),
        all.skipped(),
        failed,
        text,
        "/executions/" + execution.id() + "?action=" + Brief.encoded(action));
  }

  private String how(Optional<ApplicationDeclaration> declared, boolean web) {
    if (web || declared.isEmpty() || declared.get().api() == null) {
      return words.say("approval.how.site");
    }
    return Configurations.sentence(words, declared.get().api());
  }

  /** Who may approve it: by their role there and, with four eyes, not whoever wrote it. */
  private List<String> people(WaitingApproval waiting) {
    String application = waiting.application();
    boolean production =
        rooms
            .applications()
            .environment(application, Shells.or(waiting.environment(), ""))
            .filter(Environment::production)
            .isPresent();
    Role least =
        production
            ? Strategy.of(rooms.applications(), application).protection().approve()
            : Role.DEVELOPER;
    return rooms.identity().users().stream()
        .filter(user -> user.isAtLeast(least, application))
        .filter(user -> rooms.pipelines().mayApprove(waiting, user.name()))
        .limit(PEOPLE)
        .map(Identity.User::displayName)
        .toList();
  }
}
