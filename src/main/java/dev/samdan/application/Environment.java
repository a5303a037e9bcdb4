package dev.samdan.application;

import java.util.List;

/**
 * An environment that was seen: its declaration on its branch, and what was given to it for good.
 *
 * @param host first label of its address at the edge: the application's name for production, else
 *     {@code <application>-<environment>}
 * @param urlPort loopback port of its production route
 * @param testUrlPort loopback port of its test route
 * @param commit commit of the newest valid samdan.yml on its branch
 */
public record Environment(
    String application,
    String name,
    String branch,
    String room,
    boolean production,
    List<String> domains,
    String host,
    int urlPort,
    int testUrlPort,
    String commit) {
  public Environment {
    domains = List.copyOf(domains);
  }

  /** {@code http://127.0.0.1:<urlPort>}. */
  public String url() {
    return "http://127.0.0.1:" + urlPort;
  }

  /** {@code http://127.0.0.1:<testUrlPort>}. */
  public String testUrl() {
    return "http://127.0.0.1:" + testUrlPort;
  }
}
