package dev.samdan.console;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.DeploymentPolicy;
import dev.samdan.application.Environment;
import dev.samdan.base.PlatformException;
import dev.samdan.database.TierDatabases;
import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.Live;
import dev.samdan.edge.EdgeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the overview of an environment. */
final class OverviewPages {
  private static final int DEPLOYMENTS = 30;

  private final ConsoleRooms rooms;
  private final Words words;

  OverviewPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    String application = asked.application();
    rooms.applications().show(application);
    ApplicationLife life =
        asked.around().lives().stream()
            .filter(l -> l.name().equals(application))
            .findFirst()
            .orElseThrow(() -> PlatformException.notFound(words.say("error.nothing")));
    if (life.environments().isEmpty()) {
      return new FirstRunPages(rooms, words).empty(asked, application);
    }
    String name = asked.query("env");
    ApplicationLife.EnvironmentLife chosen =
        life.environments().stream()
            .filter(e -> e.environment().name().equals(name))
            .findFirst()
            .orElse(life.environments().getFirst());
    OverviewPage page = page(chosen, life);
    return new Asked.Shown(
        "overview",
        asked.around().tab("overview", page.headline(), application, chosen.environment().name()),
        page);
  }

  private OverviewPage page(ApplicationLife.EnvironmentLife chosen, ApplicationLife life) {
    Environment environment = chosen.environment();
    Live live = chosen.live();
    ApplicationDeclaration declaration =
        rooms
            .applications()
            .declaration(environment.application(), environment.name())
            .orElseThrow(() -> PlatformException.notFound(words.say("error.nothing")));
    List<Deployment> deployments =
        rooms.deployments().list(environment.application(), environment.name(), DEPLOYMENTS);
    Optional<EdgeStatus> edge = rooms.edgeNow();
    Deployment newest = newest(deployments);
    Deployment whole = newest == null ? null : rooms.deployments().show(newest.id()).orElse(newest);
    boolean moving = whole != null && !whole.status().isFinal();
    DeploymentDecisions decisions = new DeploymentDecisions(rooms, words);
    DeploymentPolicy.Alarms alarms =
        declaration.api() == null
            ? DeploymentPolicy.Alarms.NONE
            : declaration.api().deployment().alarms();
    return new OverviewPage(
        headline(environment, live),
        lead(whole),
        choices(chosen, life),
        declaration.web() == null ? null : web(environment, live, edge.orElse(null)),
        declaration.api() == null
            ? null
            : new TaskSets(rooms, words, edge.orElse(null))
                .tier(live, declaration.api().paths(), environment.application()),
        declaration.data() == null ? null : data(environment),
        whole == null || !whole.tier().equals("api") ? null : decisions.bar(whole),
        whole == null ? DeploymentPage.Decisions.NONE : decisions.of(whole),
        whole == null ? null : latest(whole),
        moving && whole != null ? watches(whole, alarms, edge.orElse(null)) : List.of(),
        HourChart.of(
            words,
            edge.map(e -> e.traffic(EdgeStatus.Kind.HOST, environment.host() + ".localhost"))
                .orElse(null),
            deployments),
        moving);
  }

  /** The one that moves, else the newest of the application tier, else the newest. */
  private static @Nullable Deployment newest(List<Deployment> deployments) {
    return deployments.stream()
        .filter(d -> !d.status().isFinal())
        .findFirst()
        .or(() -> deployments.stream().filter(d -> d.tier().equals("api")).findFirst())
        .or(() -> deployments.stream().findFirst())
        .orElse(null);
  }

  private String headline(Environment environment, Live live) {
    String name = environment.name();
    Versions versions = new Versions(rooms);
    Optional<Deployment> moving =
        live.activeDeployments().stream().filter(d -> !d.status().isFinal()).findFirst();
    if (moving.isPresent()) {
      Deployment d = moving.get();
      String version = versions.of(d);
      return d.tier().equals("api") && d.greenWeight() > 0 && d.greenWeight() < 100
          ? words.say("overview.shifting", name, version, d.greenWeight())
          : words.say("overview.moving", name, version);
    }
    Live.Set primary = live.api() == null ? null : live.api().primary().orElse(null);
    if (primary != null) {
      String version = versions.of(environment.application(), primary);
      return primary.healthyCount() == 0
          ? words.say("overview.down", name, version)
          : words.say("overview.live", name, version);
    }
    return live.web() != null
        ? words.say("overview.live", name, versions.of(environment.application(), live.web()))
        : words.say("overview.nothing", name);
  }

  private String lead(@Nullable Deployment newest) {
    if (newest == null) {
      return "";
    }
    String ago = When.ago(words, newest.startedAt()).text();
    if (newest.status().isFinal()) {
      return words.say(
          "overview.last." + newest.status(),
          newest.group(),
          words.at(newest.startedAt()),
          newest.by());
    }
    return rooms
        .deployments()
        .shift(newest)
        .map(s -> words.say("overview.started.until", ago, newest.by(), words.clock(s.allAt())))
        .orElse(words.say("overview.started", ago, newest.by()));
  }

  private List<Filter> choices(ApplicationLife.EnvironmentLife chosen, ApplicationLife life) {
    if (life.environments().size() < 2) {
      return List.of();
    }
    List<Filter> choices = new ArrayList<>();
    for (ApplicationLife.EnvironmentLife each : life.environments()) {
      String name = each.environment().name();
      choices.add(
          new Filter(
              name,
              "/applications/" + life.name() + "?env=" + name,
              each.equals(chosen),
              null,
              each.mark(),
              each.label()));
    }
    return choices;
  }

  private OverviewPage.Web web(Environment environment, Live live, @Nullable EdgeStatus edge) {
    String host = environment.host() + ".localhost:" + rooms.edgePort();
    Live.SiteLive site = live.web();
    List<OverviewPage.Fact> facts = new ArrayList<>();
    if (site != null) {
      facts.add(new OverviewPage.Fact(words.say("fact.release"), site.release()));
    }
    if (edge != null) {
      EdgeStatus.Minute now =
          Figures.newest(edge.traffic(EdgeStatus.Kind.HOST, environment.host() + ".localhost"));
      facts.add(new OverviewPage.Fact(words.say("fact.requests"), Figures.rate(words, now)));
      facts.add(new OverviewPage.Fact(words.say("fact.p99"), Figures.milliseconds(words, now)));
      facts.add(new OverviewPage.Fact(words.say("fact.errors"), Figures.errors(now)));
    }
    facts.add(
        new OverviewPage.Fact(
            words.say("fact.url"), environment.url().replaceFirst("^http://", "")));
    return new OverviewPage.Web(
        host,
        "http://" + host + "/",
        site == null ? State.nothing(words) : State.live(words),
        site == null
            ? words.say("overview.web.none")
            : words.say("overview.web.since", site.release(), words.at(site.since())),
        facts);
  }

  private OverviewPage.Data data(Environment environment) {
    try {
      TierDatabases.Facts facts =
          rooms.databases().facts(environment.application(), environment.name());
      return new OverviewPage.Data(
          facts.database(), State.healthy(words), words.say("overview.data"), facts(words, facts));
    } catch (PlatformException e) {
      return new OverviewPage.Data(
          "", State.nothing(words), words.say("overview.data.none"), List.of());
    }
  }

  static List<OverviewPage.Fact> facts(Words words, TierDatabases.Facts facts) {
    return List.of(
        new OverviewPage.Fact(words.say("fact.connections"), String.valueOf(facts.connections())),
        new OverviewPage.Fact(words.say("fact.size"), words.bytes(facts.sizeBytes())),
        new OverviewPage.Fact(words.say("fact.tables"), String.valueOf(facts.tables())));
  }

  private OverviewPage.Latest latest(Deployment whole) {
    return new OverviewPage.Latest(
        whole.id(),
        "/deployments/" + whole.id(),
        DeploymentPages.state(words, whole.status()),
        DeploymentPages.steps(words, whole));
  }

  /** What would roll a deployment back by itself, with how it stands now. */
  private List<OverviewPage.Watch> watches(
      Deployment deployment, DeploymentPolicy.Alarms alarms, @Nullable EdgeStatus edge) {
    if (!deployment.tier().equals("api")) {
      return List.of();
    }
    EdgeStatus.Minute now =
        edge == null
            ? null
            : Figures.newest(edge.traffic(EdgeStatus.Kind.TARGET_GROUP, deployment.id()));
    List<OverviewPage.Watch> watches = new ArrayList<>();
    Double rate = alarms.errorRate();
    if (rate != null) {
      watches.add(
          new OverviewPage.Watch(
              words.say("alarm.5xx", Configurations.plain(rate)),
              words.say("alarm.now", Figures.errors(now))));
    }
    if (alarms.p99() != null) {
      watches.add(
          new OverviewPage.Watch(
              words.say("alarm.p99", alarms.p99().toMillis()),
              words.say(
                  "alarm.now",
                  now == null ? "–" : String.format(Locale.ROOT, "%.0f ms", now.p99()))));
    }
    watches.add(new OverviewPage.Watch(words.say("alarm.health"), ""));
    return watches;
  }
}
