package dev.samdan.deploy;

import dev.samdan.application.Environment;
import dev.samdan.edge.Action;
import dev.samdan.edge.HealthCheck;
import dev.samdan.edge.Listener;
import dev.samdan.edge.Relay;
import dev.samdan.edge.RoutingTable;
import dev.samdan.edge.Rule;
import dev.samdan.edge.Site;
import dev.samdan.edge.Target;
import dev.samdan.edge.TargetGroup;
import dev.samdan.edge.Weighted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides the edge's whole routing table from what is deployed; does nothing else. */
final class RouteTables {
  static final String MAIN = "main";
  private static final String HTML = "text/html; charset=utf-8";

  private RouteTables() {}

  /**
   * A task set that the edge must know.
   *
   * @param id the target group's name
   * @param paths what goes to it rather than to the site
   */
  record Group(String id, String health, List<String> paths, List<Target> targets) {}

  /**
   * One environment and what serves in it.
   *
   * @param apiPaths where nothing of the application tier is live: the paths that are declared for
   *     it
   * @param webDeclared whether it has a client tier at all
   */
  record Served(
      Environment environment,
      @Nullable Group blue,
      @Nullable Group green,
      int greenWeight,
      boolean greenTested,
      @Nullable Site site,
      List<String> apiPaths,
      boolean webDeclared) {}

  static RoutingTable of(
      long generation,
      String bind,
      int edgePort,
      List<Served> all,
      List<Group> draining,
      List<Relay> relays) {
    List<Rule> main = new ArrayList<>();
    List<Listener> listeners = new ArrayList<>();
    Map<String, TargetGroup> groups = new LinkedHashMap<>();
    List<Site> sites = new ArrayList<>();
    for (Served served : all) {
      Environment environment = served.environment();
      String name = environment.application() + "-" + environment.name();
      main.addAll(rules(hosts(environment), served, production(served)));
      listeners.add(
          new Listener(
              name,
              "127.0.0.1",
              environment.urlPort(),
              rules(List.of(), served, production(served))));
      listeners.add(
          new Listener(
              name + "-test",
              "127.0.0.1",
              environment.testUrlPort(),
              rules(List.of(), served, test(served))));
      Optional.ofNullable(served.blue()).ifPresent(g -> groups.put(g.id(), group(g)));
      Optional.ofNullable(served.green()).ifPresent(g -> groups.put(g.id(), group(g)));
      Optional.ofNullable(served.site()).ifPresent(sites::add);
    }
    main.addAll(wildcards(all));
    draining.forEach(g -> groups.putIfAbsent(g.id(), group(g)));
    main.add(new Rule(List.of(), List.of(), nowhere()));
    listeners.addFirst(new Listener(MAIN, bind, edgePort, main));
    return new RoutingTable(generation, 0, listeners, List.copyOf(groups.values()), sites, relays);
  }

  /** Blue and green by weight; green alone once it has all, or where there is no blue. */
  private static List<Weighted> production(Served served) {
    List<Weighted> weighted = new ArrayList<>();
    Group blue = served.blue();
    Group green = served.green();
    if (blue != null && served.greenWeight() < 100) {
      weighted.add(new Weighted(blue.id(), 100 - served.greenWeight()));
    }
    if (green != null && served.greenWeight() > 0) {
      weighted.add(new Weighted(green.id(), blue == null ? 100 : served.greenWeight()));
    }
    return weighted;
  }

  private static List<Weighted> test(Served served) {
    Group green = served.green();
    return green != null && served.greenTested()
        ? List.of(new Weighted(green.id(), 100))
        : production(served);
  }

  private static List<Rule> rules(List<String> hosts, Served served, List<Weighted> weighted) {
    List<String> paths = paths(served, weighted);
    List<Rule> rules = new ArrayList<>();
    if (!paths.isEmpty()) {
      rules.add(
          new Rule(
              hosts, paths, weighted.isEmpty() ? notLive(served) : new Action.Forward(weighted)));
    }
    Site site = served.site();
    Action rest =
        site != null
            ? new Action.ServeSite(site.name())
            : served.webDeclared() || weighted.isEmpty() ? notLive(served) : noSite(served);
    rules.add(new Rule(hosts, List.of(), rest));
    return rules;
  }

  private static List<String> paths(Served served, List<Weighted> weighted) {
    Group green = served.green();
    Group blue = served.blue();
    if (green != null
        && weighted.stream().allMatch(w -> w.targetGroup().equals(green.id()))
        && !weighted.isEmpty()) {
      return green.paths();
    }
    return blue != null ? blue.paths() : served.apiPaths();
  }

  /** Names that are meant alone: they go before every wildcard, whoever's it is. */
  private static List<String> hosts(Environment environment) {
    List<String> hosts = new ArrayList<>();
    hosts.add(environment.host() + ".localhost");
    environment.domains().stream().filter(d -> !isWildcard(d)).forEach(hosts::add);
    return hosts;
  }

  private static boolean isWildcard(String domain) {
    return domain.startsWith("*.");
  }

  /** The longest first, so that the nearest one decides. */
  private static List<Rule> wildcards(List<Served> all) {
    record Wildcard(String host, Served served) {}

    return all.stream()
        .flatMap(served ->
            served.environment().domains().stream()
                .filter(RouteTables::isWildcard)
                .map(domain -> new Wildcard(domain, served)))
        .sorted(Comparator.comparingInt((Wildcard w) -> w.host().length()).reversed())
        .flatMap(w -> rules(List.of(w.host()), w.served(), production(w.served())).stream())
        .toList();
  }

  private static TargetGroup group(Group group) {
    return new TargetGroup(group.id(), HealthCheck.of(group.health()), group.targets());
  }

  private static Action notLive(Served served) {
    Environment environment = served.environment();
    return page(
        503,
        "Nothing is live here yet. One push to " + environment.branch() + " changes that.",
        "아직 서비스 중인 것이 없어요. `" + environment.branch() + "` 브랜치에 푸시 한 번이면 돼요.",
        environment.application() + " " + environment.name());
  }

  private static Action noSite(Served served) {
    Environment environment = served.environment();
    return page(
        404,
        "Nothing is served at this path.",
        "이 경로에는 아무것도 없어요.",
        environment.application() + " " + environment.name());
  }

  private static Action nowhere() {
    return page(404, "No application has this address.", "이 주소를 쓰는 애플리케이션이 없어요.", "samdan status");
  }

  private static Action page(int status, String english, String korean, String where) {
    String text =
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%1$s</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:18vh auto;padding:0 1em;\
        color:#1c1c1a;background:#f6f6f2}small{color:#6b6b66}@media(prefers-color-scheme:dark){body{color:#ecece6;\
        background:#161614}}</style><h1>%1$s</h1><p lang="ko">%2$s</p><small>%3$s · %4$d</small></html>
        """;
    return new Action.Fixed(
        status, HTML, text.formatted(escape(english), escape(korean), escape(where), status));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
