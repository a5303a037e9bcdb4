package dev.samdan.edge;

/**
 * An address at which the edge passes connections on as they are, such as to a database that
 * listens on loopback only.
 *
 * @param host the address to bind
 */
public record Relay(String host, int port, String toHost, int toPort) {
  /** What makes it the same relay from table to table. */
  String address() {
    return host + ":" + port;
  }
}
