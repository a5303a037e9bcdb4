package dev.samdan.pipeline;

import static org.awaitility.Awaitility.await;

import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The room on a store of its own. Source actions succeed at once; CodeBuild actions, called by
 * their name, end when and as the test says.
 */
final class Bench implements AutoCloseable {
  static final String NAME = "sample-dev-api";

  final Database database = TestDatabase.fresh();
  final Path home;
  final Clock clock = new Clock();
  final List<ActionContext> runs = new CopyOnWriteArrayList<>();
  private final Map<String, BlockingQueue<ActionOutcome>> answers = new ConcurrentHashMap<>();
  private final List<Pipelines> opened = new ArrayList<>();
  private final Settings settings;
  Pipelines pipelines;

  Bench(Path home) {
    this(home, Fixtures.FAST);
  }

  Bench(Path home, Settings settings) {
    this.home = home;
    this.settings = settings;
    this.pipelines = another();
  }

  /** Real time that a test can move on. */
  static final class Clock implements InstantSource {
    private volatile Duration ahead = Duration.ZERO;

    void advance(Duration by) {
      ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }
  }

  /** One more control on the same home, not started. */
  Pipelines another() {
    Pipelines room = new Pipelines(database, home, settings, clock);
    room.register(
        "Source/AWS/CodeStarSourceConnection",
        context -> {
          Bench.write(
              context.output("SourceArtifact"), "the tree of " + context.revision().commit());
          return new ActionOutcome.Succeeded(
              "read", Map.of("CommitId", context.revision().commit()));
        });
    room.register("Build/AWS/CodeBuild", this::run);
    opened.add(room);
    return room;
  }

  private ActionOutcome run(ActionContext context) throws InterruptedException {
    runs.add(context);
    return answer(context);
  }

  /** What the test says, once it does. */
  ActionOutcome answer(ActionContext context) throws InterruptedException {
    return answers(context.action().name()).take();
  }

  private BlockingQueue<ActionOutcome> answers(String action) {
    return answers.computeIfAbsent(action, _ -> new LinkedBlockingQueue<>());
  }

  /** Ends the next run of this action, one that runs or one to come. */
  void end(String action, ActionOutcome outcome) {
    answers(action).add(outcome);
  }

  void succeed(String action) {
    end(action, ActionOutcome.succeeded("done"));
  }

  void fail(String action) {
    end(action, ActionOutcome.failed("BuildFailed", "exit 1"));
  }

  /** Puts and starts the room. */
  Bench with(StageDeclaration... stages) {
    pipelines.put(Fixtures.pipeline(stages), "sample", "dev");
    pipelines.start();
    return this;
  }

  UUID push(String commit) {
    return pipelines.start(
        NAME, Trigger.push("kim", "refs/heads/dev"), Fixtures.revision(commit), null);
  }

  ExecutionView show(UUID id) {
    return pipelines.execution(id);
  }

  ExecutionView awaitEnd(UUID id) {
    return await().until(() -> show(id), view -> view.status().ended());
  }

  /** The nth run (from 1) of an action of this name, once it has begun. */
  ActionContext awaitRun(String action, int nth) {
    return await()
        .until(
            () -> runs.stream().filter(r -> r.action().name().equals(action)).toList(),
            r -> r.size() >= nth)
        .get(nth - 1);
  }

  ExecutionView.Action action(UUID id, String name) {
    return show(id).stages().stream()
        .flatMap(stage -> stage.actions().stream())
        .filter(action -> action.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  List<PipelineEvent.Kind> kinds() {
    return pipelines.eventsAfter(0, 1000).stream().map(PipelineEvent::kind).toList();
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    opened.forEach(Pipelines::close);
    database.close();
  }
}
