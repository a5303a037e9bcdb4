package dev.samdan.console;

import java.util.List;

/** The databases of an application. */
public record DataPage(String headline, String application, List<Tier> tiers) {
  /**
   * The database of one environment.
   *
   * @param migrate the command that migrates it; empty for none
   */
  public record Tier(
      String environment,
      String database,
      State state,
      List<OverviewPage.Fact> facts,
      String migrate,
      String migrated,
      List<Snapshot> snapshots) {}

  /** A snapshot of it. */
  public record Snapshot(String id, When at, String by, String why, String size) {}
}
