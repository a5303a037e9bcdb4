package dev.samdan.edge;

import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A routing table made ready for requests. Immutable: a new table is one pointer's change. */
final class Routes {
  /** Where a request goes. */
  sealed interface Destination {}

  record ToGroups(List<Group> groups, SmoothWeights weights) implements Destination {
    /** The group that is next by weight: one with a healthy target, else one with any. */
    @Nullable Group next() {
      int at = weights.next(i -> groups.get(i).isHealthy());
      if (at < 0) {
        at = weights.next(i -> groups.get(i).isUsable());
      }
      return at < 0 ? null : groups.get(at);
    }
  }

  record ToSite(SiteRelease release) implements Destination {}

  record ToText(Action.Fixed text) implements Destination {}

  private record Compiled(
      List<HostPattern> hosts, List<PathPattern> paths, Destination destination) {
    boolean matches(String host, String path) {
      return isAnyHost(host) && isAnyPath(path);
    }

    private boolean isAnyHost(String host) {
      for (HostPattern pattern : hosts) {
        if (pattern.matches(host)) {
          return true;
        }
      }
      return hosts.isEmpty();
    }

    private boolean isAnyPath(String path) {
      for (PathPattern pattern : paths) {
        if (pattern.matches(path)) {
          return true;
        }
      }
      return paths.isEmpty();
    }
  }

  private final RoutingTable table;
  private final Map<String, Group> groups;
  private final Map<String, SiteRelease> sites;
  private final Map<String, List<Compiled>> rules;

  private Routes(
      RoutingTable table,
      Map<String, Group> groups,
      Map<String, SiteRelease> sites,
      Map<String, List<Compiled>> rules) {
    this.table = table;
    this.groups = groups;
    this.sites = sites;
    this.rules = rules;
  }

  static Routes none() {
    return new Routes(RoutingTable.EMPTY, Map.of(), Map.of(), Map.of());
  }

  /** Makes a checked table ready, keeping the targets and loaded sites that both tables name. */
  Routes followedBy(RoutingTable next, TrafficBook traffic, SiteLoader loader) {
    Map<String, Group> nextGroups = new HashMap<>();
    for (TargetGroup group : next.targetGroups()) {
      List<TargetState> targets =
          group.targets().stream().map(t -> target(group.name(), t, traffic)).toList();
      Series series = traffic.series(EdgeStatus.Kind.TARGET_GROUP, group.name());
      nextGroups.put(group.name(), new Group(group, targets, series));
    }
    Map<String, SiteRelease> nextSites = new HashMap<>();
    for (Site site : next.sites()) {
      SiteRelease known = sites.get(site.name());
      if (known != null && known.site().equals(site) && known.problem() == null) {
        nextSites.put(site.name(), known);
      }
    }
    // What stays keeps its memory, so the new ones share what is left of it.
    long spent = nextSites.values().stream().mapToLong(s -> s.status().cachedBytes()).sum();
    for (Site site : next.sites()) {
      if (!nextSites.containsKey(site.name())) {
        SiteRelease release = loader.load(site, spent);
        spent += release.status().cachedBytes();
        nextSites.put(site.name(), release);
      }
    }
    Map<String, List<Compiled>> nextRules = new HashMap<>();
    for (Listener listener : next.listeners()) {
      nextRules.put(
          listener.address(),
          listener.rules().stream().map(r -> compile(r, nextGroups, nextSites)).toList());
    }
    return new Routes(next, Map.copyOf(nextGroups), Map.copyOf(nextSites), Map.copyOf(nextRules));
  }

  private TargetState target(String group, Target declared, TrafficBook traffic) {
    TargetState.Key key =
        new TargetState.Key(group, declared.id(), declared.host(), declared.port());
    TargetState kept = null;
    TargetState elsewhere = null;
    for (TargetState state : targets()) {
      if (state.key().equals(key)) {
        kept = state;
      } else if (state.key().id().equals(key.id()) && state.address().equals(address(declared))) {
        elsewhere = state;
      }
    }
    TargetState state =
        kept != null
            ? kept
            : new TargetState(
                key, traffic.series(EdgeStatus.Kind.TARGET, group + "/" + declared.id()));
    if (kept == null && elsewhere != null) {
      state.inherit(elsewhere);
    }
    return state;
  }

  private static java.net.InetSocketAddress address(Target target) {
    return new java.net.InetSocketAddress(target.host(), target.port());
  }

  private static Compiled compile(
      Rule rule, Map<String, Group> groups, Map<String, SiteRelease> sites) {
    Destination destination =
        switch (rule.action()) {
          case Action.Forward forward ->
              new ToGroups(
                  forward.groups().stream().map(w -> known(groups, w.targetGroup())).toList(),
                  new SmoothWeights(forward.groups().stream().map(Weighted::weight).toList()));
          case Action.ServeSite site -> new ToSite(known(sites, site.site()));
          case Action.Fixed text -> new ToText(text);
        };
    return new Compiled(
        rule.hosts().stream().map(HostPattern::parse).toList(),
        rule.paths().stream().map(PathPattern::parse).toList(),
        destination);
  }

  /** The table was checked, so the name is there. */
  private static <T> T known(Map<String, T> all, String name) {
    T one = all.get(name);
    if (one == null) {
      throw new IllegalStateException(name);
    }
    return one;
  }

  /**
   * This table is in force: its targets drain or not as it says, those only the former one had get
   * nothing more.
   */
  void settle(Routes before) {
    Set<TargetState> kept = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    for (TargetGroup declared : table.targetGroups()) {
      List<TargetState> states = known(groups, declared.name()).targets();
      for (int i = 0; i < states.size(); i++) {
        states.get(i).setDraining(declared.targets().get(i).draining());
        kept.add(states.get(i));
      }
    }
    before.targets().stream().filter(t -> !kept.contains(t)).forEach(TargetState::remove);
  }

  /** Releases of the former table that this one does not serve. */
  List<SiteRelease> replaced(Routes before) {
    return before.sites.values().stream().filter(release -> !sites.containsValue(release)).toList();
  }

  RoutingTable table() {
    return table;
  }

  Collection<Group> groups() {
    return groups.values();
  }

  Collection<SiteRelease> sites() {
    return sites.values();
  }

  /** Every target of every group. */
  List<TargetState> targets() {
    return groups.values().stream().flatMap(g -> g.targets().stream()).toList();
  }

  /** The series that this table counts into. */
  Set<Series> series() {
    Set<Series> all = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    groups.values().forEach(g -> all.add(g.series()));
    targets().forEach(t -> all.add(t.series()));
    sites.values().forEach(s -> all.add(s.series()));
    return all;
  }

  /** The first rule's destination; null where none matches or the listener is gone. */
  @Nullable Destination match(String listenerAddress, String host, String path) {
    List<Compiled> ofListener = rules.get(listenerAddress);
    if (ofListener != null) {
      for (Compiled rule : ofListener) {
        if (rule.matches(host, path)) {
          return rule.destination();
        }
      }
    }
    return null;
  }
}
