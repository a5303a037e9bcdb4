package dev.samdan.application;

import java.util.List;

/**
 * An environment as samdan.yml declares it.
 *
 * @param branch whose changes are delivered to it
 * @param room where its messages go
 * @param domains names beside its own, each served at the edge
 */
public record EnvironmentDeclaration(
    String name,
    String branch,
    String room,
    TestWhen testWhen,
    Approval approval,
    List<String> domains) {
  /** When a tier's tests run: through testUrl before traffic shifts, or against url after it. */
  public enum TestWhen {
    BEFORE_TRAFFIC,
    AFTER_TRAFFIC
  }

  /**
   * Whether a person must approve a delivery.
   *
   * @param fourEyes whether that must be another person than the one whose change it is
   */
  public record Approval(boolean required, boolean fourEyes) {
    public static final Approval NONE = new Approval(false, false);
  }

  public EnvironmentDeclaration {
    domains = List.copyOf(domains);
  }

  /**
   * The environment that is served at {@code <application>.localhost}: the one named prod or
   * production.
   */
  public boolean production() {
    return name.equals("prod") || name.equals("production");
  }
}
