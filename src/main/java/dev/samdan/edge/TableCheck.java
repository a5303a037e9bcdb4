package dev.samdan.edge;

import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells all that contradicts itself in a routing table, at once, before anything of it is served.
 */
final class TableCheck {
  private static final Pattern MATCHER =
      Pattern.compile("[1-5][0-9]{2}(-[1-5][0-9]{2})?(,[1-5][0-9]{2}(-[1-5][0-9]{2})?)*");
  private static final int HEAVIEST = 1_000_000;

  private final List<String> problems = new ArrayList<>();
  private final RoutingTable table;

  private TableCheck(RoutingTable table) {
    this.table = table;
  }

  /** INVALID with a line for each problem. */
  static void require(RoutingTable table) {
    List<String> problems = new TableCheck(table).check();
    if (!problems.isEmpty()) {
      throw PlatformException.invalid(String.join("\n", problems));
    }
  }

  private List<String> check() {
    Set<String> groups = new HashSet<>();
    for (TargetGroup group : table.targetGroups()) {
      require(groups.add(group.name()), "target group " + group.name() + " is named twice");
      checkGroup(group);
    }
    Set<String> sites = new HashSet<>();
    for (Site site : table.sites()) {
      require(sites.add(site.name()), "site " + site.name() + " is named twice");
      require(
          site.root().isAbsolute(),
          "site " + site.name() + ": " + site.root() + " is not an absolute path");
    }
    Set<String> listeners = new HashSet<>();
    Set<String> addresses = new HashSet<>();
    for (Listener listener : table.listeners()) {
      String name = "listener " + listener.name();
      require(listeners.add(listener.name()), name + " is named twice");
      require(
          isPort(listener.port()), name + ": " + listener.port() + " is not a port (1 to 65535)");
      require(
          addresses.add(listener.address()),
          name + ": another listener has " + listener.address() + " too");
      listener.rules().forEach(rule -> checkRule(name, rule, groups, sites));
    }
    for (Relay relay : table.relays()) {
      String name = "relay " + relay.address();
      require(addresses.add(relay.address()), name + ": a listener, or another relay, has it too");
      require(isPort(relay.port()), name + ": " + relay.port() + " is not a port (1 to 65535)");
      require(isPort(relay.toPort()), name + ": " + relay.toPort() + " is not a port (1 to 65535)");
    }
    return problems;
  }

  private void checkGroup(TargetGroup group) {
    String name = "target group " + group.name();
    HealthCheck check = group.healthCheck();
    // A table is JSON, in which a path may be missing whatever the record promises.
    require(
        String.valueOf(check.path()).startsWith("/"),
        name + ": the health check's path '" + check.path() + "' must start with /");
    require(
        isPositive(check.interval()), name + ": the health check's interval must be above zero");
    require(isPositive(check.timeout()), name + ": the health check's timeout must be above zero");
    require(
        check.healthyThreshold() > 0 && check.unhealthyThreshold() > 0,
        name + ": the health check's thresholds must be at least 1");
    require(
        MATCHER.matcher(check.matcher()).matches(),
        name + ": '" + check.matcher() + "' is not a matcher such as 200, 200,204 or 200-399");
    Set<String> ids = new HashSet<>();
    for (Target target : group.targets()) {
      require(ids.add(target.id()), name + ": target " + target.id() + " is named twice");
      require(
          isPort(target.port()),
          name + ": target " + target.id() + ": " + target.port() + " is not a port");
    }
  }

  private void checkRule(String listener, Rule rule, Set<String> groups, Set<String> sites) {
    for (String path : rule.paths()) {
      try {
        PathPattern.parse(path);
      } catch (PlatformException e) {
        problems.add(listener + ": " + e.text());
      }
    }
    switch (rule.action()) {
      case Action.Forward forward -> {
        require(!forward.groups().isEmpty(), listener + ": a rule forwards to no target group");
        for (Weighted weighted : forward.groups()) {
          String group = weighted.targetGroup();
          require(
              groups.contains(group), listener + ": no target group " + group + " in the table");
          require(
              weighted.weight() >= 0 && weighted.weight() <= HEAVIEST,
              listener
                  + ": the weight "
                  + weighted.weight()
                  + " of "
                  + group
                  + " is not within 0 and "
                  + HEAVIEST);
        }
      }
      case Action.ServeSite site ->
          require(
              sites.contains(site.site()), listener + ": no site " + site.site() + " in the table");
      case Action.Fixed text ->
          require(
              text.status() >= 200 && text.status() <= 599,
              listener + ": " + text.status() + " is not a status");
    }
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      problems.add(problem);
    }
  }

  private static boolean isPort(int port) {
    return port >= 1 && port <= 65535;
  }

  private static boolean isPositive(Duration duration) {
    return duration.compareTo(Duration.ZERO) > 0;
  }
}
