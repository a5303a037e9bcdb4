package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One environment: its three tiers, and the deployment that moves or moved last. */
public record OverviewPage(
    String headline,
    String lead,
    List<Filter> environments,
    @Nullable Web web,
    @Nullable Api api,
    @Nullable Data data,
    DeploymentPage.@Nullable Bar traffic,
    DeploymentPage.Decisions decisions,
    @Nullable Latest latest,
    List<Watch> watches,
    Chart chart,
    boolean moving) {
  /** A figure and its name; {@code of} follows it quietly. */
  public record Fact(String label, String value, String of) {
    Fact(String label, String value) {
      this(label, value, "");
    }
  }

  /** The client tier. */
  public record Web(String address, String href, State state, String news, List<Fact> facts) {}

  /**
   * The application tier.
   *
   * @param paths that the edge sends here
   */
  public record Api(State state, String tally, List<String> paths, List<TaskSet> sets) {}

  /**
   * A task set: blue serves, green is on its way.
   *
   * @param bar where there are too many tasks to show each: how many of them are healthy
   */
  public record TaskSet(
      boolean green,
      String name,
      String version,
      int share,
      String taskDefinition,
      String digest,
      String fullImage,
      String commit,
      String subject,
      String author,
      List<Task> tasks,
      String bar,
      String rate) {}

  /** A task; its id is cut to four characters, the curve is its requests of the last minutes. */
  public record Task(String id, String full, State state, String curve) {}

  /** The data tier. */
  public record Data(String database, State state, String news, List<Fact> facts) {}

  /** The newest deployment, with its steps. */
  public record Latest(String id, String href, State state, List<Step> steps) {}

  /** A lifecycle event; {@code tone} is {@code now}, {@code bad}, {@code todo} or empty. */
  public record Step(String name, String detail, State state, String at, String tone) {}

  /** What would roll the deployment back, and how it stands. */
  public record Watch(String text, String now) {}

  /** Requests a second of the last hour, drawn in 600 by 84. */
  public record Chart(
      String curve,
      String area,
      String peak,
      boolean empty,
      List<ReleaseMark> marks,
      List<String> axis) {}

  /** When something was released, on the chart; {@code left} in percent of its width. */
  public record ReleaseMark(double x, double left, String text) {}
}
