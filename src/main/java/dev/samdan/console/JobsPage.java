package dev.samdan.console;

import java.util.List;

/** The jobs of an application, and what ran. */
public record JobsPage(
    String headline,
    String application,
    List<Line> jobs,
    List<Filter> filters,
    List<Run> runs,
    List<String> environments) {
  /** A job of an environment. */
  public record Line(
      String name,
      String environment,
      String schedule,
      String zone,
      String command,
      String next,
      State last,
      String lastAt,
      String lastHref) {}

  /** One run of a job or of a person's command. */
  public record Run(
      String id,
      String name,
      String environment,
      State state,
      String exit,
      String by,
      When at,
      String took) {}
}
