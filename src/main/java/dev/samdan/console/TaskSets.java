package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.deploy.Live;
import dev.samdan.edge.EdgeStatus;
import dev.samdan.source.Commit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The application tier as panels: one a task set, its tasks as tiles. */
final class TaskSets {
  /** More tasks than this are tiles without a curve. */
  private static final int CURVES = 12;

  /** More than this are one bar, with the sick ones as tiles. */
  private static final int TILES = 40;

  private final ConsoleRooms rooms;
  private final Words words;
  private final @Nullable EdgeStatus edge;

  TaskSets(ConsoleRooms rooms, Words words, @Nullable EdgeStatus edge) {
    this.rooms = rooms;
    this.words = words;
    this.edge = edge;
  }

  OverviewPage.Api tier(Live live, List<String> paths, String repository) {
    List<Live.Set> sets = live.api() == null ? List.of() : live.api().taskSets();
    Live.Set primary = live.api() == null ? null : live.api().primary().orElse(null);
    boolean moving =
        live.activeDeployments().stream()
            .anyMatch(d -> !d.status().isFinal() && d.tier().equals("api"));
    boolean shifting = moving && sets.stream().anyMatch(s -> s.weight() > 0 && s.weight() < 100);
    State state =
        shifting
            ? State.shifting(words)
            : moving
                ? new State("run", "run", words.say("state.moving"), "InProgress")
                : primary == null
                    ? State.nothing(words)
                    : primary.healthyCount() == 0 ? State.down(words) : State.live(words);
    List<Live.Set> shown = sets.stream().filter(s -> !s.status().equals("DRAINING")).toList();
    int healthy = shown.stream().mapToInt(Live.Set::healthyCount).sum();
    int desired = shown.stream().mapToInt(Live.Set::desiredCount).sum();
    return new OverviewPage.Api(
        state,
        shown.isEmpty() ? "" : words.say("overview.tally", healthy, desired),
        paths,
        shown.stream().map(s -> panel(s, repository)).toList());
  }

  private OverviewPage.TaskSet panel(Live.Set set, String repository) {
    boolean green = set.label().equalsIgnoreCase("Green");
    Optional<Commit> commit =
        set.commit() == null ? Optional.empty() : commit(repository, set.commit());
    String rate = "";
    if (edge != null) {
      EdgeStatus.Minute now = Figures.newest(edge.traffic(EdgeStatus.Kind.TARGET_GROUP, set.id()));
      rate =
          words.say(
              "overview.rate",
              Figures.rate(words, now),
              Figures.milliseconds(words, now),
              Figures.errors(now));
    }
    boolean many = set.tasks().size() > TILES;
    boolean curves = set.tasks().size() <= CURVES;
    return new OverviewPage.TaskSet(
        green,
        words.say(green ? "green" : "blue"),
        green
            ? words.say("overview.new", new Versions(rooms).of(repository, set))
            : words.say(
                "overview.since", new Versions(rooms).of(repository, set), words.at(set.since())),
        set.weight(),
        set.taskDefinition(),
        Brief.digest(set.image()),
        set.image(),
        set.commit() == null ? "" : Brief.commit(set.commit()),
        commit.map(Commit::subject).orElse(""),
        commit.map(Commit::author).orElse(""),
        set.tasks().stream()
            .filter(t -> !many || !t.health().equals("HEALTHY"))
            .limit(TILES)
            .map(t -> task(set, t, curves))
            .toList(),
        many ? words.say("overview.tally", set.healthyCount(), set.desiredCount()) : "",
        rate);
  }

  private OverviewPage.Task task(Live.Set set, Live.LiveTask task, boolean curve) {
    String id = task.id();
    String path =
        curve && edge != null
            ? Figures.spark(edge.traffic(EdgeStatus.Kind.TARGET, set.id() + "/" + id))
            : "";
    String brief = id.length() > 4 ? id.substring(0, 4) : id;
    return new OverviewPage.Task(brief, id, state(task), path);
  }

  private Optional<Commit> commit(String repository, String id) {
    try {
      return Optional.of(rooms.source().commit(repository, id));
    } catch (PlatformException e) {
      return Optional.empty();
    }
  }

  private State state(Live.LiveTask task) {
    return switch (task.health().toUpperCase(Locale.ROOT)) {
      case "HEALTHY" -> State.healthy(words);
      case "UNHEALTHY" -> State.down(words);
      default -> State.todo(words);
    };
  }
}
