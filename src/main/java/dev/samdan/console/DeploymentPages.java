package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.DeploymentStatus;
import dev.samdan.deploy.Explanation;
import dev.samdan.deploy.LifecycleEvent;
import dev.samdan.deploy.Live;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the page of a deployment. */
final class DeploymentPages {
  private static final Pattern ERROR_RATE = Pattern.compile("error-rate is at ([0-9.]+)%");

  private final ConsoleRooms rooms;
  private final Words words;

  DeploymentPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    String id = asked.path("deployment");
    Deployment deployment =
        rooms
            .deployments()
            .show(id)
            .orElseThrow(() -> PlatformException.notFound(words.say("error.nothing")));
    DeploymentPage page = page(deployment);
    String root = "/applications/" + deployment.application();
    String title = page.rest().isEmpty() ? page.headline() : page.headline() + " " + page.rest();
    Shell shell =
        asked
            .around()
            .below(
                "deployment",
                title,
                deployment.application(),
                new Shell.Crumb(words.say("deployments"), root + "/deployments"),
                new Shell.Crumb(id, null));
    return new Asked.Shown("deployment", shell, page);
  }

  static State state(Words w, DeploymentStatus status) {
    return switch (status) {
      case Created, Queued, InProgress ->
          new State("run", "run", w.say("state.InProgress"), status.name());
      case Baking -> new State("run", "run", w.say("state.Baking"), status.name());
      case Ready -> new State("wait", "wait", w.say("state.Ready"), status.name());
      case Succeeded -> new State("", "done", w.say("state.Succeeded"), status.name());
      case Failed -> new State("fail", "fail", w.say("state.Failed"), status.name());
      case Stopped -> new State("", "stop", w.say("state.Stopped"), status.name());
    };
  }

  /** What happened and what comes; steps that nothing was to do in are left out. */
  static List<OverviewPage.Step> steps(Words w, Deployment deployment) {
    List<OverviewPage.Step> steps = new ArrayList<>();
    for (LifecycleEvent event : deployment.events()) {
      if (event.status() == LifecycleEvent.Status.Skipped) {
        continue;
      }
      Instant began = event.at();
      String never = deployment.status().isFinal() ? w.say("step.unreached") : "";
      steps.add(
          new OverviewPage.Step(
              event.name(),
              detail(w, deployment, event),
              stepState(w, event.status()),
              began == null ? never : w.exactClock(began),
              tone(event.status())));
    }
    return steps;
  }

  private static String detail(Words w, Deployment deployment, LifecycleEvent event) {
    String detail = Brief.firstLine(Shells.or(event.detail(), ""));
    return detail.equals(deployment.configuration()) ? Configurations.brief(w, detail) : detail;
  }

  private static String tone(LifecycleEvent.Status status) {
    return switch (status) {
      case InProgress -> "now";
      case Pending, Unknown -> "todo";
      case Failed -> "bad";
      case Succeeded, Skipped -> "";
    };
  }

  private static State stepState(Words w, LifecycleEvent.Status status) {
    return switch (status) {
      case Pending, Unknown, Skipped -> State.todo(w);
      case InProgress -> new State("run", "run", w.say("state.InProgress"), status.name());
      case Succeeded -> new State("", "done", w.say("state.Succeeded"), status.name());
      case Failed -> new State("fail", "fail", w.say("state.Failed"), status.name());
    };
  }

  /** The task definition or the site's release. */
  static String brings(Deployment d) {
    return Shells.or(d.taskDefinition(), Shells.or(d.release(), ""));
  }

  private String version(Deployment d) {
    return new Versions(rooms).of(d);
  }

  private DeploymentPage page(Deployment d) {
    DeploymentDecisions decisions = new DeploymentDecisions(rooms, words);
    boolean failed = d.status() == DeploymentStatus.Failed;
    return new DeploymentPage(
        d.id(),
        headline(d),
        failed || d.status() == DeploymentStatus.Stopped ? "" : rest(d),
        lead(d),
        state(words, d.status()),
        d.explanation() == null ? null : why(d.explanation()),
        d.explanation() == null ? Shells.or(d.error(), "") : "",
        decisions.bar(d),
        steps(words, d),
        facts(d),
        decisions.of(d),
        execution(d),
        rooms
            .applications()
            .environment(d.application(), d.environment())
            .map(e -> e.branch())
            .orElse(""));
  }

  private List<OverviewPage.Fact> facts(Deployment d) {
    List<OverviewPage.Fact> facts = new ArrayList<>();
    facts.add(new OverviewPage.Fact(words.say("fact.brings"), brings(d)));
    if (d.commit() != null) {
      facts.add(new OverviewPage.Fact(words.say("fact.commit"), Brief.commit(d.commit())));
    }
    if (d.image() != null) {
      facts.add(new OverviewPage.Fact(words.say("fact.image"), Brief.digest(d.image())));
    }
    facts.add(new OverviewPage.Fact(words.say("fact.by"), d.by()));
    if (d.tier().equals("api")) {
      facts.add(
          new OverviewPage.Fact(
              words.say("fact.configuration"), Configurations.brief(words, d.configuration())));
    }
    return facts;
  }

  /** The execution whose action this deployment is the effect of. */
  private @Nullable String execution(Deployment d) {
    if (d.actionExecution() == null || d.commit() == null) {
      return null;
    }
    return rooms
        .pipelines()
        .executions(
            new dev.samdan.pipeline.ExecutionFilter(
                d.group(), d.application(), null, null, d.commit(), null),
            null,
            1)
        .executions()
        .stream()
        .findFirst()
        .map(e -> e.id().toString())
        .orElse(null);
  }

  private String headline(Deployment d) {
    String environment = d.environment();
    return switch (d.status()) {
      case Created, Queued, InProgress, Baking, Ready ->
          d.tier().equals("api") && d.greenWeight() > 0 && d.greenWeight() < 100
              ? words.say("overview.shifting", environment, version(d), d.greenWeight())
              : words.say("overview.moving", environment, version(d));
      case Succeeded -> words.say("deployment.live", environment, version(d));
      case Stopped ->
          serves(d)
              .map(s -> words.say("deployment.stopped", environment, s))
              .orElse(words.say("deployment.stopped.first", environment));
      case Failed -> failed(words, d, serves(d));
    };
  }

  private String rest(Deployment d) {
    return d.status() == DeploymentStatus.Succeeded ? words.say("deployment.nothing.lost") : "";
  }

  static String failed(Words words, Deployment d, Optional<String> serves) {
    Explanation e = d.explanation();
    String why = e == null ? "other" : e.check();
    String key =
        switch (why) {
          case "health" -> "deployment.failed.health";
          case "alarm" -> "deployment.failed.alarm";
          case "migration" -> "deployment.failed.migration";
          case "tests" -> "deployment.failed.tests";
          default -> "deployment.failed.other";
        };
    if (e != null && why.equals("alarm")) {
      Matcher rate = ERROR_RATE.matcher(e.headline());
      if (rate.find()) {
        return words.say("deployment.failed.5xx", rate.group(1));
      }
    }
    return serves
            .map(s -> words.say("deployment.serves", d.environment(), s))
            .orElse(words.say("deployment.serves.nothing", d.environment()))
        + " "
        + words.say(key);
  }

  /** What the tier serves now. */
  private Optional<String> serves(Deployment d) {
    return serves(rooms, d.application(), d.environment(), d.tier());
  }

  /** What a tier of an environment serves now, as people call it. */
  static Optional<String> serves(
      ConsoleRooms rooms, String application, String environment, String tier) {
    Live live = rooms.deployments().live(application, environment);
    Versions versions = new Versions(rooms);
    if (tier.equals("web")) {
      return Optional.ofNullable(live.web()).map(site -> versions.of(application, site));
    }
    return live.api() == null
        ? Optional.empty()
        : live.api().primary().map(set -> versions.of(application, set));
  }

  private String lead(Deployment d) {
    List<String> parts = new ArrayList<>();
    boolean stayed = d.greenWeight() == 0 && d.tier().equals("api");
    if (d.status() == DeploymentStatus.Failed && stayed && serves(d).isPresent()) {
      parts.add(words.say("deployment.stayed"));
    }
    if (d.endedAt() != null) {
      Duration took = Duration.between(d.startedAt(), d.endedAt());
      parts.add(
          words.say(
              "deployment.took", d.group(), words.at(d.startedAt()), words.duration(took), d.by()));
    } else {
      parts.add(words.say("overview.started", When.ago(words, d.startedAt()).text(), d.by()));
    }
    return String.join(" ", parts);
  }

  DeploymentPage.Why why(Explanation e) {
    List<LogPanel.Line> log = new ArrayList<>();
    for (int i = 0; i < e.log().size(); i++) {
      log.add(LogPanels.line(e.logLinesBefore() + i + 1, e.log().get(i), true));
    }
    String task =
        e.task() == null
            ? ""
            : words.say("why.task", e.task().length() > 12 ? e.task().substring(0, 4) : e.task());
    return new DeploymentPage.Why(
        Explained.title(words, e),
        e.taskDefinition() == null || task.isEmpty() ? task : task + ", " + e.taskDefinition(),
        Explained.headline(words, e),
        Explained.thirds(words, e),
        Explained.cause(words, e),
        log,
        e.logLinesBefore());
  }
}
