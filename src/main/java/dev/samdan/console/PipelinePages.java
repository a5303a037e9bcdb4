package dev.samdan.console;

import dev.samdan.application.Environment;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineView;
import dev.samdan.pipeline.StageStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the page of an application's pipelines. */
final class PipelinePages {
  private static final int SIZE = 50;
  private static final List<ExecutionStatus> FILTERS =
      List.of(
          ExecutionStatus.InProgress,
          ExecutionStatus.Failed,
          ExecutionStatus.Succeeded,
          ExecutionStatus.Superseded,
          ExecutionStatus.Stopped);

  private final ConsoleRooms rooms;
  private final Words words;

  PipelinePages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    String application = asked.application();
    rooms.applications().show(application);
    PipelinesPage page =
        page(
            application,
            asked.query("pipeline"),
            status(asked.query("status")),
            asked.query("before"));
    String title = page.rest().isEmpty() ? page.headline() : page.headline() + " " + page.rest();
    return new Asked.Shown("pipelines", asked.around().tab("pipelines", title, application), page);
  }

  private static @Nullable ExecutionStatus status(@Nullable String text) {
    return FILTERS.stream().filter(s -> s.name().equals(text)).findFirst().orElse(null);
  }

  private PipelinesPage page(
      String application,
      @Nullable String chosen,
      @Nullable ExecutionStatus status,
      @Nullable String cursor) {
    List<PipelineView> pipelines = sorted(application);
    ExecutionFilter filter = new ExecutionFilter(chosen, application, null, status, null, null);
    var executions = rooms.pipelines().executions(filter, cursor, SIZE);
    String root = "/applications/" + application + "/pipelines";
    String here = address(root, chosen, status);
    Tally tally = ApplicationLife.tally(pipelines);
    boolean ran = pipelines.stream().anyMatch(p -> p.latestExecution() != null);
    long disabled =
        pipelines.stream()
            .flatMap(p -> p.stages().stream())
            .filter(s -> s.disabled() != null)
            .count();
    int kept = rooms.pipelines().counts(application).values().stream().mapToInt(n -> n).sum();
    String next = executions.nextCursor();
    return new PipelinesPage(
        !tally.quiet()
            ? tally.sentence(words)
            : words.say(ran ? "pipelines.quiet" : "pipelines.none"),
        disabled == 0 ? "" : words.count("pipelines.transitions", disabled),
        application,
        chosen,
        pipelines.stream().map(this::row).toList(),
        filters(root, chosen, status, application),
        words.count("pipelines.kept", kept),
        pipelines.stream().mapToInt(p -> p.stages().size()).max().orElse(1),
        executions.executions().stream().map(this::line).toList(),
        next == null
            ? null
            : here + (here.contains("?") ? "&" : "?") + "before=" + Brief.encoded(next),
        cursor == null ? null : here);
  }

  /** Production's first, the base image's last. */
  private List<PipelineView> sorted(String application) {
    List<String> order =
        ApplicationLife.environments(rooms, application).stream().map(Environment::name).toList();
    return rooms.pipelines().list(application).stream()
        .sorted(
            Comparator.comparingInt((PipelineView p) ->
                    p.environment() == null ? order.size() : order.indexOf(p.environment()))
                .thenComparing(PipelineView::name))
        .toList();
  }

  private static String address(
      String root, @Nullable String pipeline, @Nullable ExecutionStatus status) {
    List<String> query = new ArrayList<>();
    if (pipeline != null) {
      query.add("pipeline=" + Brief.encoded(pipeline));
    }
    if (status != null) {
      query.add("status=" + status);
    }
    return query.isEmpty() ? root : root + "?" + String.join("&", query);
  }

  private List<Filter> filters(
      String root, @Nullable String chosen, @Nullable ExecutionStatus current, String application) {
    var counts = rooms.pipelines().counts(application);
    List<Filter> filters = new ArrayList<>();
    filters.add(Filter.of(words.say("filter.all"), address(root, chosen, null), current == null));
    for (ExecutionStatus status : FILTERS) {
      if (counts.getOrDefault(status, 0) > 0 || status == current) {
        filters.add(
            Filter.of(
                words.say("state." + status), address(root, chosen, status), status == current));
      }
    }
    return filters;
  }

  private PipelinesPage.Row row(PipelineView pipeline) {
    ExecutionView latest =
        pipeline.latestExecution() == null
            ? null
            : rooms.pipelines().execution(pipeline.latestExecution().id());
    Optional<PipelineView.Transition> disabled =
        pipeline.stages().stream()
            .map(PipelineView.Stage::disabled)
            .filter(Objects::nonNull)
            .map(Objects::requireNonNull)
            .findFirst();
    return new PipelinesPage.Row(
        pipeline.name(),
        about(pipeline),
        pipeline.stages().stream().map(s -> box(s, latest)).toList(),
        latest == null ? null : "/executions/" + latest.id(),
        latest == null ? "" : Brief.commit(latest.commit()),
        latest == null ? words.say("pipelines.never") : Brief.firstLine(latest.message()),
        latest == null ? "" : latest.author(),
        latest == null ? "" : run(latest),
        disabled.map(d -> words.say("pipelines.disabled", d.by())).orElse(""),
        disabled.map(PipelineView.Transition::reason).orElse(""));
  }

  private String about(PipelineView pipeline) {
    if (pipeline.environment() == null && pipeline.name().endsWith("-base")) {
      return words.say("pipelines.base", pipeline.version());
    }
    return words.say(
        "pipelines.about",
        pipeline.version(),
        pipeline.executionMode().name().toUpperCase(Locale.ROOT));
  }

  private String run(ExecutionView e) {
    String number = "#" + e.number();
    if (Approvals.waits(e)) {
      return number + ", " + words.say("state.waiting");
    }
    String time = time(words, e.startedAt(), e.endedAt());
    return e.status().ended()
        ? number + ", " + time + ", " + words.at(e.startedAt())
        : number + ", " + words.say("pipelines.sofar", time);
  }

  private StageBox box(PipelineView.Stage declared, @Nullable ExecutionView latest) {
    ExecutionView.Stage ran =
        latest == null
            ? null
            : latest.stages().stream()
                .filter(s -> s.name().equals(declared.name()))
                .findFirst()
                .orElse(null);
    return new StageBox(
        declared.name(),
        state(words, ran),
        ran == null ? "" : new StageFacts(rooms, words).of(ran),
        declared.disabled() != null);
  }

  /** A stage's state, where one that only waits for a person is told apart from one that moves. */
  static State state(Words words, ExecutionView.@Nullable Stage stage) {
    if (stage == null) {
      return State.todo(words);
    }
    boolean asks =
        stage.actions().stream()
            .anyMatch(
                a -> a.provider().equals("Manual") && a.token() != null && a.decidedBy() == null);
    if (stage.status() == StageStatus.InProgress && asks) {
      return State.waiting(words);
    }
    boolean rejected = stage.actions().stream().anyMatch(a -> "Rejected".equals(a.errorCode()));
    return stage.status() == StageStatus.Failed && rejected
        ? State.rejected(words)
        : State.of(words, stage.status());
  }

  static String time(Words words, @Nullable Instant start, @Nullable Instant end) {
    return start == null
        ? ""
        : words.duration(Duration.between(start, end == null ? Instant.now() : end));
  }

  private PipelinesPage.Line line(ExecutionView e) {
    State state =
        Approvals.waits(e)
            ? State.waiting(words)
            : Approvals.rejected(e) ? State.rejected(words) : State.of(words, e.status());
    return new PipelinesPage.Line(
        e.id().toString(),
        e.number(),
        e.pipeline(),
        state,
        Brief.commit(e.commit()),
        Brief.firstLine(e.message()),
        e.author(),
        When.at(words, e.startedAt()),
        e.status() == ExecutionStatus.Superseded ? "–" : time(words, e.startedAt(), e.endedAt()));
  }
}
