package dev.samdan.console;

import dev.samdan.application.ApplicationDeclaration;
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
  private final ConsoleRooms rooms;
  private final Words words;

  OverviewPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  OverviewPage page(Environment environment, List<Environment> all) {
    Live live = rooms.deployments().live(environment.application(), environment.name());
    ApplicationDeclaration declaration =
        rooms
            .applications()
            .declaration(environment.application(), environment.name())
            .orElseThrow(() -> PlatformException.notFound(words.say("error.nothing")));
    List<Deployment> deployments =
        rooms.deployments().list(environment.application(), environment.name(), 30);
    Optional<EdgeStatus> edge = edge();
    OverviewPage.Api api =
        declaration.api() == null ? null : api(live, declaration.api().paths(), edge.orElse(null));
    return new OverviewPage(
        headline(environment, live),
        lead(deployments),
        choices(environment, all),
        declaration.web() == null ? null : web(environment, live, edge.orElse(null)),
        api,
        declaration.data() == null ? null : data(environment),
        traffic(live),
        latest(deployments),
        HourChart.of(
            words,
            edge.map(e -> e.traffic(EdgeStatus.Kind.HOST, environment.host() + ".localhost"))
                .orElse(null),
            deployments));
  }

  private Optional<EdgeStatus> edge() {
    try {
      return Optional.of(rooms.edge().get());
    } catch (RuntimeException e) {
      // The edge is being started again: what is known of it is left out until it is back.
      return Optional.empty();
    }
  }

  private String headline(Environment environment, Live live) {
    String name = environment.name();
    Optional<Deployment> moving =
        live.activeDeployments().stream().filter(d -> !d.status().isFinal()).findFirst();
    if (moving.isPresent()) {
      Deployment d = moving.get();
      return words.say(
          "overview.moving",
          name,
          Shells.or(d.taskDefinition(), Shells.or(d.release(), "")),
          d.greenWeight());
    }
    Live.Set primary = live.api() == null ? null : live.api().primary().orElse(null);
    if (primary != null) {
      return primary.healthyCount() == 0
          ? words.say("overview.down", name, primary.taskDefinition())
          : words.say("overview.live", name, primary.taskDefinition());
    }
    return live.web() != null
        ? words.say("overview.live", name, live.web().release())
        : words.say("overview.nothing", name);
  }

  private String lead(List<Deployment> deployments) {
    return deployments.stream()
        .findFirst()
        .map(d -> words.say("overview.last", d.group(), words.at(d.startedAt()), d.by()))
        .orElse("");
  }

  private List<OverviewPage.Choice> choices(Environment environment, List<Environment> all) {
    List<OverviewPage.Choice> choices = new ArrayList<>();
    ApplicationLife life = ApplicationLife.of(rooms, words, environment.application());
    for (ApplicationLife.EnvironmentLife each : life.environments()) {
      String name = each.environment().name();
      choices.add(
          new OverviewPage.Choice(
              name,
              each.mark(),
              each.label(),
              "/applications/" + environment.application() + "?env=" + name,
              name.equals(environment.name())));
    }
    return all.size() < 2 ? List.of() : choices;
  }

  private OverviewPage.Web web(Environment environment, Live live, @Nullable EdgeStatus edge) {
    String host = environment.host() + ".localhost:" + rooms.edgePort();
    if (live.web() == null) {
      return new OverviewPage.Web(
          host,
          "http://" + host + "/",
          State.nothing(words),
          words.say("overview.web.none"),
          List.of());
    }
    List<OverviewPage.Fact> facts = new ArrayList<>();
    facts.add(new OverviewPage.Fact(words.say("fact.release"), live.web().release()));
    if (edge != null) {
      EdgeStatus.Minute now =
          newest(edge.traffic(EdgeStatus.Kind.HOST, environment.host() + ".localhost"));
      facts.add(new OverviewPage.Fact(words.say("fact.requests"), rate(now)));
      facts.add(new OverviewPage.Fact(words.say("fact.p99"), milliseconds(now)));
      facts.add(new OverviewPage.Fact(words.say("fact.errors"), errors(now)));
    }
    facts.add(new OverviewPage.Fact(words.say("fact.url"), environment.url()));
    return new OverviewPage.Web(
        host,
        "http://" + host + "/",
        State.live(words),
        words.say("overview.web.since", live.web().release(), words.at(live.web().since())),
        facts);
  }

  private OverviewPage.Api api(Live live, List<String> paths, @Nullable EdgeStatus edge) {
    List<Live.Set> sets = live.api() == null ? List.of() : live.api().taskSets();
    Live.Set primary = live.api() == null ? null : live.api().primary().orElse(null);
    int healthy = sets.stream().mapToInt(Live.Set::healthyCount).sum();
    int desired = sets.stream().mapToInt(Live.Set::desiredCount).sum();
    boolean moving =
        live.activeDeployments().stream()
            .anyMatch(d -> !d.status().isFinal() && d.tier().equals("api"));
    State state =
        moving
            ? State.shifting(words)
            : primary == null
                ? State.nothing(words)
                : primary.healthyCount() == 0 ? State.down(words) : State.live(words);
    List<OverviewPage.TaskSet> panels =
        sets.stream()
            .filter(s -> !s.status().equals("DRAINING") || moving)
            .map(s -> panel(s, edge))
            .toList();
    return new OverviewPage.Api(
        state, words.say("overview.tally", healthy, desired), paths, panels, "api");
  }

  private OverviewPage.TaskSet panel(Live.Set set, @Nullable EdgeStatus edge) {
    boolean green = set.label().equalsIgnoreCase("Green");
    String rate = "";
    if (edge != null) {
      EdgeStatus.Minute now = newest(edge.traffic(EdgeStatus.Kind.TARGET_GROUP, set.id()));
      rate = words.say("overview.rate", rate(now), milliseconds(now), errors(now));
    }
    return new OverviewPage.TaskSet(
        green,
        words.say(green ? "green" : "blue"),
        words.say("overview.since", words.at(set.since())),
        set.weight(),
        set.taskDefinition(),
        Brief.digest(set.image()),
        set.image(),
        set.commit() == null ? "" : Brief.commit(set.commit()),
        set.tasks().stream()
            .map(t -> new OverviewPage.Task(Brief.task(t.id()), t.id(), taskState(t)))
            .toList(),
        rate);
  }

  private State taskState(Live.LiveTask task) {
    return switch (task.health().toUpperCase(Locale.ROOT)) {
      case "HEALTHY" -> State.healthy(words);
      case "UNHEALTHY" -> State.down(words);
      default -> State.todo(words);
    };
  }

  private OverviewPage.Data data(Environment environment) {
    try {
      TierDatabases.Facts facts =
          rooms.databases().facts(environment.application(), environment.name());
      return new OverviewPage.Data(
          facts.database(),
          State.healthy(words),
          words.say("overview.data"),
          List.of(
              new OverviewPage.Fact(
                  words.say("fact.connections"), String.valueOf(facts.connections())),
              new OverviewPage.Fact(words.say("fact.size"), words.bytes(facts.sizeBytes())),
              new OverviewPage.Fact(words.say("fact.tables"), String.valueOf(facts.tables()))));
    } catch (PlatformException e) {
      return new OverviewPage.Data(
          "", State.nothing(words), words.say("overview.data.none"), List.of());
    }
  }

  private static OverviewPage.@Nullable Traffic traffic(Live live) {
    return live.activeDeployments().stream()
        .filter(d -> !d.status().isFinal() && d.tier().equals("api"))
        .findFirst()
        .map(d ->
            new OverviewPage.Traffic(100 - d.greenWeight(), d.greenWeight(), d.configuration()))
        .orElse(null);
  }

  private OverviewPage.@Nullable Latest latest(List<Deployment> deployments) {
    return deployments.stream()
        .filter(d -> d.tier().equals("api"))
        .findFirst()
        .or(() -> deployments.stream().findFirst())
        .map(this::latest)
        .orElse(null);
  }

  private OverviewPage.Latest latest(Deployment newest) {
    Deployment whole = rooms.deployments().show(newest.id()).orElse(newest);
    return new OverviewPage.Latest(
        whole.id(),
        "/deployments/" + whole.id(),
        DeploymentPages.state(words, whole.status()),
        whole.group(),
        DeploymentPages.steps(words, whole),
        whole.status().isFinal());
  }

  static EdgeStatus.@Nullable Minute newest(EdgeStatus.Traffic traffic) {
    return traffic.minutes().isEmpty() ? null : traffic.minutes().getLast();
  }

  static String rate(EdgeStatus.@Nullable Minute minute) {
    return minute == null
        ? "0 /s"
        : String.format(
            Locale.ROOT,
            minute.requests() >= 600 ? "%.0f /s" : "%.1f /s",
            minute.requests() / 60.0);
  }

  private static String milliseconds(EdgeStatus.@Nullable Minute minute) {
    return minute == null ? "–" : String.format(Locale.ROOT, "%.1f ms", minute.p99());
  }

  private static String errors(EdgeStatus.@Nullable Minute minute) {
    double share =
        minute == null || minute.requests() == 0
            ? 0
            : 100.0 * minute.errors5xx() / minute.requests();
    return String.format(Locale.ROOT, "%.2f%%", share);
  }
}
