package dev.samdan.console;

import dev.samdan.build.Build;
import dev.samdan.build.Report;
import dev.samdan.build.ReportCase;
import dev.samdan.build.ReportFormat;
import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.Live;
import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.WaitingApproval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  ExecutionPage page(ExecutionView e, @Nullable String asked, boolean wholeLog) {
    List<Placed> actions =
        e.stages().stream().flatMap(s -> s.actions().stream().map(a -> new Placed(s, a))).toList();
    Placed chosen = choose(actions, asked);
    List<Build> builds =
        chosen.action().id() == null ? List.of() : rooms.builds().ofAction(chosen.action().id());
    Build build = builds.isEmpty() ? null : builds.getLast();
    Deployment deployment =
        chosen.action().id() == null
            ? null
            : rooms.deployments().ofAction(chosen.action().id()).orElse(null);
    Deployment whole =
        deployment == null ? null : rooms.deployments().show(deployment.id()).orElse(deployment);
    String href = href(e, chosen);
    return new ExecutionPage(
        e.id().toString(),
        e.number(),
        e.pipeline(),
        e.application(),
        headline(e, actions),
        Approvals.waits(e) ? State.waiting(words) : State.of(words, e.status()),
        Brief.commit(e.commit()),
        e.commit(),
        Brief.firstLine(e.message()),
        e.author(),
        words.say("execution.lead", e.branch(), words.at(e.startedAt()), serves(e)),
        !e.status().ended(),
        e.status() == ExecutionStatus.Failed,
        e.stages().stream().map(s -> box(e, s, chosen)).toList(),
        chosen(chosen),
        approval(e),
        build == null ? null : new LogPanels(rooms, words).panel(build, href, wholeLog),
        build == null ? null : report(rooms.builds().reports(build.id())),
        build == null ? List.of() : CoveragePanel.of(words, rooms.builds().reports(build.id())),
        whole == null || whole.explanation() == null
            ? null
            : new DeploymentPages(rooms, words).why(whole.explanation()),
        deployment == null ? null : deployment.id());
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
    return "/executions/" + e.id() + "?action=" + RoomPages.encode(action.key());
  }

  private String headline(ExecutionView e, List<Placed> actions) {
    String where = Shells.or(e.environment(), e.application());
    Optional<Placed> failed =
        actions.stream().filter(a -> a.action().status() == ActionStatus.Failed).findFirst();
    Optional<Placed> moving =
        actions.stream().filter(a -> a.action().status() == ActionStatus.InProgress).findFirst();
    return switch (e.status()) {
      case Succeeded -> words.say("execution.succeeded", e.pipeline(), Brief.commit(e.commit()));
      case Failed ->
          failed
              .map(a -> failedHeadline(a, where))
              .orElse(words.say("execution.failed", e.pipeline()));
      case Superseded -> words.say("execution.superseded", e.number());
      case Stopped, Cancelled -> words.say("execution.stopped", e.pipeline());
      case Stopping -> words.say("execution.stopping", e.pipeline());
      case InProgress ->
          Approvals.waits(e)
              ? words.say(
                  "approval.headline", e.application(), Brief.commit(e.commit()), where, e.author())
              : moving
                  .map(a -> words.say("execution.moving." + a.action().category(), where))
                  .orElse(words.say("execution.queued", e.pipeline()));
    };
  }

  private String failedHeadline(Placed failed, String where) {
    if (failed.action().provider().equals("Manual")) {
      String by = Shells.or(failed.action().decidedBy(), "");
      return by.isEmpty()
          ? words.say("approval.expired")
          : words.say("approval.rejected", by, Shells.or(failed.action().comment(), ""));
    }
    return words.say("execution.failed.at", where, failed.stage().name(), failed.action().name());
  }

  /** What serves meanwhile: the new version already, or the old one on. */
  private String serves(ExecutionView e) {
    if (e.environment() == null) {
      return "";
    }
    Live live = rooms.deployments().live(e.application(), e.environment());
    boolean web = e.pipeline().endsWith("-web");
    String serving =
        web
            ? live.web() == null ? null : live.web().release()
            : live.api() == null
                ? null
                : live.api().primary().map(Live.Set::taskDefinition).orElse(null);
    String commit =
        web
            ? live.web() == null ? null : live.web().commit()
            : live.api() == null
                ? null
                : live.api().primary().map(s -> Shells.or(s.commit(), "")).orElse(null);
    if (serving == null) {
      return words.say("execution.serves.nothing");
    }
    return e.commit().equals(commit)
        ? words.say("execution.serves.already", e.environment())
        : words.say("execution.serves.on", serving);
  }

  private ExecutionPage.StageBox box(ExecutionView e, ExecutionView.Stage stage, Placed chosen) {
    List<ExecutionPage.ActionLine> lines = new ArrayList<>();
    for (ExecutionView.Action action : stage.actions()) {
      Placed placed = new Placed(stage, action);
      lines.add(
          new ExecutionPage.ActionLine(
              action.name(),
              href(e, placed),
              state(action),
              fact(action),
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
    return manual && action.status() == ActionStatus.Failed && action.decidedBy() != null
        ? State.rejected(words)
        : State.of(words, action.status());
  }

  private String fact(ExecutionView.Action action) {
    if (action.attempts() > 1) {
      return words.say("execution.attempt", action.attempts());
    }
    return action.summary() != null
        ? Brief.firstLine(action.summary())
        : PipelinePages.time(words, action.startedAt(), action.endedAt());
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
    return new ExecutionPage.Chosen(
        action.name(),
        state(action),
        action.provider(),
        Shells.or(action.error(), ""),
        Shells.or(action.summary(), ""),
        attempts);
  }

  private @Nullable ApprovalCard approval(ExecutionView e) {
    return rooms.pipelines().waitingApprovals(e.application()).stream()
        .filter((WaitingApproval w) -> w.executionId().equals(e.id()))
        .findFirst()
        .map(w -> new Approvals(rooms, words).card(w))
        .orElse(null);
  }

  private ExecutionPage.@Nullable ReportPanel report(List<Report> reports) {
    List<ReportCase> cases = reports.stream().flatMap(r -> r.cases().stream()).toList();
    if (reports.stream().allMatch(r -> r.format().isCoverage())) {
      return null;
    }
    Report all = new Report("", ReportFormat.JUNITXML, cases, List.of(), List.of());
    long bad = all.failed() + all.errors();
    int total = Math.max(1, cases.size());
    return new ExecutionPage.ReportPanel(
        words.count(
            "report.total",
            cases.size(),
            words.duration(Duration.ofMillis((long) (all.seconds() * 1000)))),
        all.passed(),
        all.failed(),
        all.errors(),
        all.skipped(),
        (int) (100 * bad / total),
        (int) (100 * all.skipped() / total),
        all.failures().stream().map(this::failure).toList(),
        all.slowest(3).stream()
            .map(c ->
                new ExecutionPage.Slow(
                    c.name(), words.duration(Duration.ofMillis((long) (c.seconds() * 1000)))))
            .toList());
  }

  private ExecutionPage.Case failure(ReportCase c) {
    String kind =
        words.say(c.status() == ReportCase.Status.ERROR ? "report.error" : "report.failure");
    String where =
        c.className() + ", " + words.duration(Duration.ofMillis((long) (c.seconds() * 1000)));
    return new ExecutionPage.Case(c.name(), where, kind, c.message(), c.stack());
  }
}
