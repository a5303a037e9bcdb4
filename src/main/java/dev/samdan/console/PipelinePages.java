package dev.samdan.console;

import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionPage;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineView;
import dev.samdan.pipeline.StageStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the page of an application's pipelines. */
final class PipelinePages {
  private final ConsoleRooms rooms;
  private final Words words;

  PipelinePages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  PipelinesPage page(
      String application, @Nullable String chosen, @Nullable String cursor, int size) {
    List<PipelineView> pipelines = rooms.pipelines().list(application);
    ExecutionFilter filter =
        chosen == null
            ? ExecutionFilter.ofApplication(application)
            : ExecutionFilter.ofPipeline(chosen);
    ExecutionPage executions = rooms.pipelines().executions(filter, cursor, size);
    return new PipelinesPage(
        headline(pipelines),
        application,
        chosen,
        pipelines.stream().map(this::row).toList(),
        executions.executions().stream().map(this::line).toList(),
        executions.nextCursor());
  }

  private String headline(List<PipelineView> pipelines) {
    List<ExecutionView> latest =
        pipelines.stream()
            .map(PipelineView::latestExecution)
            .filter(Objects::nonNull)
            .map(Objects::requireNonNull)
            .toList();
    long waiting = latest.stream().filter(Approvals::waits).count();
    long moving = latest.stream().filter(e -> !e.status().ended()).count() - waiting;
    long failed = latest.stream().filter(e -> e.status() == ExecutionStatus.Failed).count();
    if (moving + waiting + failed == 0) {
      return words.say(latest.isEmpty() ? "pipelines.none" : "pipelines.quiet");
    }
    StringBuilder text = new StringBuilder();
    append(text, "home.moving", moving);
    append(text, "home.waiting", waiting);
    append(text, "home.failed", failed);
    return text.toString().strip();
  }

  private void append(StringBuilder text, String key, long count) {
    if (count > 0) {
      text.append(words.count(key, count)).append(' ');
    }
  }

  private PipelinesPage.Row row(PipelineView pipeline) {
    ExecutionView latest = pipeline.latestExecution();
    String disabled =
        pipeline.stages().stream()
            .filter(s -> s.disabled() != null)
            .map(s ->
                words.say(
                    "pipelines.disabled",
                    s.name(),
                    Objects.requireNonNull(s.disabled()).by(),
                    Objects.requireNonNull(s.disabled()).reason()))
            .findFirst()
            .orElse(null);
    return new PipelinesPage.Row(
        pipeline.name(),
        pipeline.executionMode().name(),
        pipeline.stages().stream().map(s -> box(s, latest)).toList(),
        latest == null ? null : "/executions/" + latest.id(),
        latest == null ? "" : Brief.commit(latest.commit()),
        latest == null ? words.say("pipelines.never") : Brief.firstLine(latest.message()),
        latest == null ? "" : latest.author(),
        latest == null ? "" : words.at(latest.startedAt()),
        disabled);
  }

  private PipelinesPage.StageBox box(PipelineView.Stage declared, @Nullable ExecutionView latest) {
    ExecutionView.Stage ran =
        latest == null
            ? null
            : latest.stages().stream()
                .filter(s -> s.name().equals(declared.name()))
                .findFirst()
                .orElse(null);
    return new PipelinesPage.StageBox(
        declared.name(),
        state(words, ran),
        ran == null ? "" : time(words, ran.startedAt(), ran.endedAt()),
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
    boolean rejected =
        stage.actions().stream()
            .anyMatch(a -> a.provider().equals("Manual") && a.decidedBy() != null);
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
    State state = Approvals.waits(e) ? State.waiting(words) : State.of(words, e.status());
    return new PipelinesPage.Line(
        "/executions/" + e.id(),
        e.number(),
        e.pipeline(),
        state,
        Brief.commit(e.commit()),
        Brief.firstLine(e.message()),
        e.author(),
        words.at(e.startedAt()),
        time(words, e.startedAt(), e.endedAt()));
  }
}
