package dev.samdan.console;

import java.util.List;

/** The deployments of an application, newest first. */
public record DeploymentsPage(String headline, List<Line> lines) {
  /** One deployment. */
  public record Line(
      String id,
      String href,
      String group,
      State state,
      String brings,
      String by,
      String at,
      String duration) {}
}
