package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The three tiers of one environment, live. */
public record OverviewPage(
    String headline,
    String lead,
    List<Choice> environments,
    @Nullable Web web,
    @Nullable Api api,
    @Nullable Data data,
    @Nullable Traffic traffic,
    @Nullable Latest latest,
    Chart chart) {
  /** An environment to look at. */
  public record Choice(String name, Mark mark, String label, String href, boolean current) {}

  /** The client tier. */
  public record Web(String address, String href, State state, String news, List<Fact> facts) {}

  /** A label over a value. */
  public record Fact(String label, String value) {}

  /** The application tier: its paths and one panel a task set. */
  public record Api(
      State state, String tally, List<String> paths, List<TaskSet> sets, String name) {}

  /** Blue or green. */
  public record TaskSet(
      boolean green,
      String name,
      String since,
      int share,
      String taskDefinition,
      String digest,
      String fullImage,
      String commit,
      List<Task> tasks,
      String rate) {}

  /** One task; the id is its last four characters. */
  public record Task(String id, String full, State state) {}

  /** The data tier. */
  public record Data(String database, State state, String news, List<Fact> facts) {}

  /** A shift that is under way. */
  public record Traffic(int blue, int green, String configuration) {}

  /** The newest deployment of the application tier, with its steps. */
  public record Latest(
      String id, String href, State state, String group, List<Step> steps, boolean canRollBack) {}

  /** A lifecycle event; {@code tone} is {@code now}, {@code todo} or empty. */
  public record Step(String name, State state, String at, String tone) {}

  /** Requests a second of the last hour, drawn in 600 by 84. */
  public record Chart(
      String curve, String area, String peak, boolean empty, List<ReleaseMark> marks) {}

  /** When something was released, on the chart. */
  public record ReleaseMark(double x, String text) {}
}
