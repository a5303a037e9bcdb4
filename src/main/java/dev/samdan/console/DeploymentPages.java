package dev.samdan.console;

import dev.samdan.application.Environment;
import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.DeploymentStatus;
import dev.samdan.deploy.Explanation;
import dev.samdan.deploy.LifecycleEvent;
import dev.samdan.deploy.Live;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the pages of deployments. */
final class DeploymentPages {
  private static final int MOST = 100;
  private final ConsoleRooms rooms;
  private final Words words;

  DeploymentPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  static State state(Words w, DeploymentStatus status) {
    return switch (status) {
      case Created, Queued, InProgress, Baking, Ready ->
          new State("run", "run", w.say("state.InProgress"), status.name());
      case Succeeded -> new State("", "done", w.say("state.Succeeded"), status.name());
      case Failed -> new State("fail", "fail", w.say("state.Failed"), status.name());
      case Stopped -> new State("", "stop", w.say("state.Stopped"), status.name());
    };
  }

  static List<OverviewPage.Step> steps(Words w, Deployment deployment) {
    List<OverviewPage.Step> steps = new ArrayList<>();
    for (LifecycleEvent event : deployment.events()) {
      if (event.status() != LifecycleEvent.Status.Skipped) {
        steps.add(
            new OverviewPage.Step(
                event.name(),
                stepState(w, event.status()),
                event.at() == null ? "" : w.exactClock(event.at()),
                tone(event.status())));
      }
    }
    return steps;
  }

  private static String tone(LifecycleEvent.Status status) {
    return switch (status) {
      case InProgress -> "now";
      case Pending, Unknown -> "todo";
      case Succeeded, Failed, Skipped -> "";
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

  DeploymentsPage list(String application) {
    List<Deployment> all = new ArrayList<>();
    for (Environment environment : rooms.applications().environments(application)) {
      all.addAll(rooms.deployments().list(application, environment.name(), MOST));
    }
    all.sort(Comparator.comparing(Deployment::startedAt).reversed());
    List<Deployment> shown = all.subList(0, Math.min(MOST, all.size()));
    long moving = shown.stream().filter(d -> !d.status().isFinal()).count();
    String headline =
        shown.isEmpty()
            ? words.say("deployments.none")
            : moving > 0
                ? words.count("deployments.moving", moving)
                : words.say("deployments.quiet");
    return new DeploymentsPage(headline, shown.stream().map(this::line).toList());
  }

  private DeploymentsPage.Line line(Deployment d) {
    return new DeploymentsPage.Line(
        d.id(),
        "/deployments/" + d.id(),
        d.group(),
        state(words, d.status()),
        brings(d),
        d.by(),
        words.at(d.startedAt()),
        PipelinePages.time(words, d.startedAt(), d.endedAt()));
  }

  private static String brings(Deployment d) {
    return Shells.or(d.taskDefinition(), Shells.or(d.release(), ""));
  }

  DeploymentPage page(Deployment d) {
    List<OverviewPage.Fact> facts = new ArrayList<>();
    facts.add(new OverviewPage.Fact(words.say("fact.brings"), brings(d)));
    if (d.commit() != null) {
      facts.add(new OverviewPage.Fact(words.say("fact.commit"), Brief.commit(d.commit())));
    }
    if (d.image() != null) {
      facts.add(new OverviewPage.Fact(words.say("fact.image"), Brief.digest(d.image())));
    }
    facts.add(new OverviewPage.Fact(words.say("fact.by"), d.by()));
    facts.add(new OverviewPage.Fact(words.say("fact.configuration"), d.configuration()));
    return new DeploymentPage(
        d.id(),
        headline(d),
        words.say(
            "deployment.lead",
            d.group(),
            words.at(d.startedAt()),
            PipelinePages.time(words, d.startedAt(), d.endedAt())),
        d.group(),
        state(words, d.status()),
        d.explanation() == null ? null : why(d.explanation()),
        Shells.or(d.error(), ""),
        steps(words, d),
        facts,
        d.status() == DeploymentStatus.Succeeded,
        null);
  }

  private String headline(Deployment d) {
    String environment = d.environment();
    return switch (d.status()) {
      case Created, Queued, InProgress, Baking, Ready ->
          words.say("overview.moving", environment, brings(d), d.greenWeight());
      case Succeeded -> words.say("deployment.live", environment, brings(d));
      case Stopped -> words.say("deployment.stopped", environment);
      case Failed -> failed(d);
    };
  }

  private String failed(Deployment d) {
    Live live = rooms.deployments().live(d.application(), d.environment());
    String serves =
        d.tier().equals("web")
            ? live.web() == null ? "" : live.web().release()
            : live.api() == null
                ? ""
                : live.api().primary().map(Live.Set::taskDefinition).orElse("");
    return serves.isEmpty()
        ? words.say("deployment.failed.first", d.environment())
        : words.say("deployment.failed", d.environment(), serves);
  }

  DeploymentPage.Why why(Explanation e) {
    List<OverviewPage.Fact> facts = new ArrayList<>();
    if (e.probe() != null) {
      Explanation.Probe probe = e.probe();
      facts.add(
          new OverviewPage.Fact(
              words.say("why.probe"),
              probe.method()
                  + " "
                  + probe.path()
                  + " :"
                  + probe.port()
                  + " → "
                  + probe.expected()));
    }
    if (e.lastAnswer() != null) {
      facts.add(new OverviewPage.Fact(words.say("why.answer"), e.lastAnswer()));
    }
    if (e.process() != null) {
      facts.add(new OverviewPage.Fact(words.say("why.process"), process(e.process())));
    }
    Explanation.LikelyCause cause = e.cause();
    return new DeploymentPage.Why(
        e.headline(),
        Shells.or(e.task(), ""),
        facts,
        cause == null ? null : cause.text(),
        cause == null ? null : cause.remedy(),
        cause == null ? null : cause.line(),
        e.log(),
        e.logLinesBefore());
  }

  private String process(Explanation.Process process) {
    List<String> parts = new ArrayList<>();
    parts.add(ending(process));
    if (process.exits() > 1) {
      parts.add(words.say("why.exits", process.exits()));
    }
    if (process.memoryBytes() != null) {
      parts.add(words.bytes(process.memoryBytes()));
    }
    return String.join(", ", parts);
  }

  private String ending(Explanation.Process process) {
    @Nullable Integer exit = process.exitCode();
    if (process.signal() != null) {
      return words.say("why.signal", process.signal());
    }
    return exit == null ? words.say("why.running") : words.say("why.exit", exit);
  }
}
