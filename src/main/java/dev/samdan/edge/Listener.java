package dev.samdan.edge;

import java.util.List;

/**
 * An address that the edge listens on.
 *
 * @param name unique in the table; its traffic is counted under it
 * @param host the address to bind, such as {@code 127.0.0.1} or {@code 0.0.0.0}
 * @param rules in order, the first match wins; no match answers 404
 */
public record Listener(String name, String host, int port, List<Rule> rules) {
  public Listener {
    rules = List.copyOf(rules);
  }

  /** What makes it the same listener from table to table. */
  String address() {
    return host + ":" + port;
  }
}
