package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The deployments of an application, newest first. */
public record DeploymentsPage(
    String headline, List<Filter> filters, List<Line> lines, @Nullable String more) {
  /** One deployment. */
  public record Line(
      String id,
      String href,
      String group,
      State state,
      String brings,
      String commit,
      String by,
      When at,
      String duration) {}
}
