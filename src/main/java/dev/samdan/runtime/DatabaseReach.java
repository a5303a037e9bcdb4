package dev.samdan.runtime;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** How a container reaches a database that listens on this machine's loopback only. */
final class DatabaseReach {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

  private DatabaseReach() {}

  /** The same variables with the address at which the edge passes connections on. */
  static Map<String, String> through(String gateway, Map<String, String> variables) {
    String host = variables.getOrDefault("PGHOST", "");
    if (!isLoopback(host)) {
      return variables;
    }
    Map<String, String> all = new LinkedHashMap<>(variables);
    all.put("PGHOST", gateway);
    String port = variables.getOrDefault("PGPORT", "5432");
    all.computeIfPresent(
        "DATABASE_URL",
        (name, url) ->
            url.replace("@" + host + ":" + port + "/", "@" + gateway + ":" + port + "/"));
    return all;
  }

  static boolean isLoopback(String host) {
    return LOOPBACK.contains(host);
  }
}
