package dev.samdan.console;

import dev.samdan.build.Build;
import dev.samdan.deploy.Deployment;
import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineView;
import dev.samdan.pipeline.WaitingApproval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the page of an execution. */
final class ExecutionPages {
  private final ConsoleRooms rooms;
  private final Words words;

  ExecutionPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** One action with its stage. */
  private record Placed(ExecutionView.Stage stage, ExecutionView.Action action) {
    String key() {
      return stage.name() + "/" + action.name();
    }
  }

  Asked.Shown shown(Asked asked) {
    ExecutionView execution = rooms.pipelines().execution(asked.path("execution"));
    ExecutionPage page = page(execution, asked);
    PipelineView pipeline = rooms.pipelines().show(execution.pipeline());
    String title = page.rest().isEmpty() ? page.headline() : page.headline() + " " + page.rest();
    String pipelines = "/applications/" + pipeline.application() + "/pipelines?pipeline=";
    Shell shell =
        asked
            .around()
            .below(
                "execution",
                title,
                pipeline.application(),
                new Shell.Crumb(execution.pipeline(), pipelines + execution.pipeline()),
                new Shell.Crumb("#" + execution.number(), null));
    return new Asked.Shown("execution", shell, page);
  }

  private ExecutionPage page(ExecutionView e, Asked asked) {
    String search = Shells.or(asked.query("tests"), "");
    List<Placed> actions =
        e.stages().stream().flatMap(s -> s.actions().stream().map(a -> new Placed(s, a))).toList();
    Placed chosen = choose(actions, asked.query("action"));
    UUID id = chosen.action().id();
    List<Build> builds = id == null ? List.of() : rooms.builds().ofAction(id);
    Build build = builds.isEmpty() ? null : builds.getLast();
    Deployment deployment = id == null ? null : rooms.deployments().ofAction(id).orElse(null);
    ApprovalFacts approval = approval(e, asked.reader().principal().user());
    ExecutionSentences sentences = new ExecutionSentences(rooms, words);
    String address = "/executions/" + e.id() + "/log?action=" + Brief.encoded(chosen.key());
    return new ExecutionPage(
        e.id().toString(),
        e.number(),
        e.pipeline(),
        e.application(),
        approval == null ? sentences.headline(e) : approval.headline(),
        approval == null ? "" : approval.rest(),
        Approvals.waits(e) ? State.waiting(words) : State.of(words, e.status()),
        Brief.commit(e.commit()),
        e.commit(),
        Brief.firstLine(e.message()),
        e.author(),
        approval == null ? sentences.by(e) : approval.asked(),
        e.status().ended(),
        retry(e),
        e.stages().stream().map(s -> box(e, s, chosen)).toList(),
        chosen(chosen),
        approval,
        log(chosen, build, address),
        build == null ? null : new ReportPanels(rooms, words).of(build, e.author(), search),
        build == null ? List.of() : CoveragePanel.of(words, rooms.builds().reports(build.id())),
        deployment == null ? null : part(deployment),
        findings(e, chosen));
  }

  /** Beside the source, and where something failed that the files tell of. */
  private @Nullable FindingsPanel findings(ExecutionView e, Placed chosen) {
    boolean source = chosen.action().category().equals("Source");
    boolean failed = chosen.action().status() == ActionStatus.Failed;
    if (!source && !failed) {
      return null;
    }
    return new FindingsPanels(rooms, words)
        .of(e.repository(), e.commit())
        .filter(panel -> source || panel.state().tone().equals("fail"))
        .orElse(null);
  }

  private @Nullable LogPanel log(Placed chosen, @Nullable Build build, String address) {
    LogPanels panels = new LogPanels(rooms, words);
    if (build != null) {
      return panels.of(build, address);
    }
    UUID id = chosen.action().id();
    return id != null && chosen.action().provider().equals("ECRBuildAndPublish")
        ? panels.ofImage(id, chosen.action(), address)
        : null;
  }

  private ExecutionPage.DeploymentPart part(Deployment deployment) {
    DeploymentPages pages = new DeploymentPages(rooms, words);
    return new ExecutionPage.DeploymentPart(
        deployment.id(),
        deployment.group(),
        deployment.explanation() == null ? null : pages.why(deployment.explanation()),
        new DeploymentDecisions(rooms, words).bar(deployment),
        DeploymentPages.steps(words, deployment));
  }

  /**
   * The action that was asked for, else the one to look at: what failed, what moves, the last that
   * ran.
   */
  private static Placed choose(List<Placed> actions, @Nullable String asked) {
    Optional<Placed> named = actions.stream().filter(a -> a.key().equals(asked)).findFirst();
    return named
        .or(() ->
            actions.stream().filter(a -> a.action().status() == ActionStatus.Failed).findFirst())
        .or(() ->
            actions.stream()
                .filter(a -> a.action().status() == ActionStatus.InProgress)
                .findFirst())
        .or(() -> actions.reversed().stream().filter(a -> a.action().status() != null).findFirst())
        .orElse(actions.getFirst());
  }

  private static String href(ExecutionView e, Placed action) {
    return "/executions/" + e.id() + "?action=" + Brief.encoded(action.key());
  }

  private static String retry(ExecutionView e) {
    if (e.status() != ExecutionStatus.Failed) {
      return "";
    }
    return e.stages().stream()
        .filter(s -> s.status() == dev.samdan.pipeline.StageStatus.Failed)
        .map(ExecutionView.Stage::name)
        .findFirst()
        .orElse("");
  }

  private ExecutionPage.StageBox box(ExecutionView e, ExecutionView.Stage stage, Placed chosen) {
    List<ExecutionPage.ActionLine> lines = new ArrayList<>();
    StageFacts facts = new StageFacts(rooms, words);
    for (ExecutionView.Action action : stage.actions()) {
      Placed placed = new Placed(stage, action);
      lines.add(
          new ExecutionPage.ActionLine(
              action.name(),
              href(e, placed),
              state(action),
              action.status() == null ? "" : facts.of(action),
              placed.key().equals(chosen.key())));
    }
    return new ExecutionPage.StageBox(
        stage.name(),
        PipelinePages.state(words, stage),
        PipelinePages.time(words, stage.startedAt(), stage.endedAt()),
        lines);
  }

  private State state(ExecutionView.Action action) {
    boolean manual = action.provider().equals("Manual");
    if (manual && action.status() == ActionStatus.InProgress) {
      return State.waiting(words);
    }
    return "Rejected".equals(action.errorCode())
        ? State.rejected(words)
        : State.of(words, action.status());
  }

  private ExecutionPage.Chosen chosen(Placed placed) {
    ExecutionView.Action action = placed.action();
    List<String> attempts =
        action.attempts() < 2
            ? List.of()
            : action.attemptHistory().stream()
                .map(a ->
                    words.say(
                        "execution.attempt.ended", a.attempt(), Shells.or(a.reason(), a.end())))
                .toList();
    List<OverviewPage.Fact> facts = new ArrayList<>();
    action
        .outputVariables()
        .forEach((name, value) -> facts.add(new OverviewPage.Fact(name, value)));
    Instant next = action.nextAttemptAt();
    String error = Shells.or(action.error(), "");
    return new ExecutionPage.Chosen(
        action.name(),
        state(action),
        next != null && error.isEmpty()
            ? words.say("execution.again", words.exactClock(next))
            : error,
        Shells.or(action.summary(), ""),
        attempts,
        facts);
  }

  private @Nullable ApprovalFacts approval(ExecutionView e, String reader) {
    return rooms.pipelines().waitingApprovals(e.application()).stream()
        .filter((WaitingApproval w) -> w.executionId().equals(e.id()))
        .findFirst()
        .map(w -> new Approvals(rooms, words).facts(w, reader))
        .orElse(null);
  }
}
