package dev.samdan.pipeline;

import static dev.samdan.pipeline.Fixtures.approval;
import static dev.samdan.pipeline.Fixtures.build;
import static dev.samdan.pipeline.Fixtures.pipeline;
import static dev.samdan.pipeline.Fixtures.revision;
import static dev.samdan.pipeline.Fixtures.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random people, providers and deaths of control, two controls at work at once, on a real store.
 */
class InterleavingsTest {
  private static final List<String> NAMES = List.of("sample-dev-api", "sample-dev-web");

  @TempDir Path home;
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final List<Control> controls = new CopyOnWriteArrayList<>();
  private final List<UUID> started = new ArrayList<>();
  private Database database;

  /** One control and what runs in it; a killed one's runs no longer count. */
  private final class Control {
    private final Random random;
    private final Map<UUID, ActionContext> inside = new ConcurrentHashMap<>();
    private final Pipelines room =
        new Pipelines(database, home, Fixtures.FAST, InstantSource.system());
    private volatile boolean killed;

    Control(long seed) {
      random = new Random(seed);
      room.register(
          "Source/AWS/CodeStarSourceConnection",
          context -> {
            Bench.write(context.output("SourceArtifact"), "tree");
            return run(context);
          });
      room.register("Build/AWS/CodeBuild", this::run);
      room.start();
    }

    private ActionOutcome run(ActionContext context) throws InterruptedException {
      inside.put(context.actionExecutionId(), context);
      try {
        look(context);
        int dice;
        synchronized (random) {
          dice = random.nextInt(100);
        }
        Thread.sleep(Duration.ofMillis(dice / 4));
        look(context);
        if (dice < 12) {
          return ActionOutcome.failed("BuildFailed", "exit " + dice);
        }
        return dice < 20
            ? new ActionOutcome.TryAgain("not yet", Duration.ofMillis(dice))
            : ActionOutcome.succeeded("done");
      } finally {
        inside.remove(context.actionExecutionId());
      }
    }

    /** No other execution may be in this stage, and nobody else may run this action. */
    private void look(ActionContext me) {
      for (Control control : List.copyOf(controls)) {
        for (ActionContext other : control.inside.values()) {
          boolean sameStage =
              other.pipeline().equals(me.pipeline()) && other.stage().equals(me.stage());
          boolean another =
              !other.executionId().equals(me.executionId())
                  || (other != me && other.actionExecutionId().equals(me.actionExecutionId()));
          if (!killed
              && !control.killed
              && !me.cancelled()
              && !other.cancelled()
              && sameStage
              && another) {
            violations.add(describe(me) + " beside " + describe(other));
          }
        }
      }
    }

    void kill() {
      killed = true;
      room.close();
    }
  }

  private static String describe(ActionContext c) {
    return c.pipeline()
        + "#"
        + c.executionNumber()
        + " "
        + c.stage()
        + "/"
        + c.action().name()
        + " attempt "
        + c.attempt();
  }

  static LongStream seeds() {
    return LongStream.of(11, System.nanoTime());
  }

  static LongStream manySeeds() {
    return new Random().longs(20);
  }

  @Tag("soak")
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("manySeeds")
  void many_seeds_lose_nothing(long seed) {
    no_two_executions_are_in_one_stage_and_none_is_lost(seed);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void no_two_executions_are_in_one_stage_and_none_is_lost(long seed) {
    Random random = new Random(seed);
    try (Database store = TestDatabase.fresh()) {
      database = store;
      controls.add(new Control(random.nextLong()));
      controls.add(new Control(random.nextLong()));
      NAMES.forEach(name -> newest().put(declaration(name), "sample", "dev"));
      for (int i = 0; i < 120; i++) {
        disturb(random);
      }
      NAMES.forEach(name -> newest().enableTransition(name, "Build", "kim"));

      await().atMost(Duration.ofMinutes(2)).until(this::approveAndLook);

      assertThat(violations).as("seed " + seed).isEmpty();
      List<ExecutionView> all = newest().executions(ExecutionFilter.ALL, null, 500).executions();
      assertThat(all)
          .as("seed " + seed)
          .extracting(ExecutionView::id)
          .containsExactlyInAnyOrderElementsOf(started);
      assertThat(all).as("seed " + seed).allSatisfy(InterleavingsTest::isConsistent);
      controls.forEach(Control::kill);
    }
  }

  private static PipelineDeclaration declaration(String name) {
    List<StageDeclaration> stages =
        pipeline(
                stage("Source", Fixtures.source()),
                stage("Build", build("A"), build("B"), build("C").withRunOrder(2)),
                stage("Approve", approval()),
                stage("Deploy", build("D")))
            .stages();
    return PipelineDeclaration.of(name, stages);
  }

  private Pipelines newest() {
    return controls.getLast().room;
  }

  private void disturb(Random random) {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    Pipelines room = controls.get(random.nextInt(controls.size())).room;
    try {
      switch (random.nextInt(14)) {
        case 0, 1, 2, 3 ->
            started.add(
                room.start(
                    name, Trigger.manual("kim"), revision(String.valueOf(started.size())), null));
        case 4, 5 -> room.approve(name, "", "lee");
        case 6 -> room.reject(name, "no", "lee");
        case 7 -> room.stop(name, random.nextBoolean(), "", "kim");
        case 8, 9 -> room.retry(name, "kim");
        case 10 -> room.disableTransition(name, "Build", "freeze", "kim");
        case 11 -> room.enableTransition(name, "Build", "kim");
        case 12 -> Thread.sleep(Duration.ofMillis(random.nextInt(60)));
        default -> killAll(random);
      }
    } catch (PlatformException e) {
      assertThat(e.code()).as(e.text()).isEqualTo(PlatformException.Code.CONFLICT);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A start takes over what every other control holds, so all others are dead by then. */
  private void killAll(Random random) {
    controls.forEach(Control::kill);
    controls.clear();
    controls.add(new Control(random.nextLong()));
  }

  private boolean approveAndLook() {
    for (WaitingApproval waiting : newest().waitingApprovals(null)) {
      try {
        newest().answer(waiting.token(), true, "", "lee");
      } catch (PlatformException e) {
        assertThat(e.code()).isEqualTo(PlatformException.Code.CONFLICT);
      }
    }
    Map<ExecutionStatus, Integer> counts = newest().counts(null);
    return counts.getOrDefault(ExecutionStatus.InProgress, 0)
            + counts.getOrDefault(ExecutionStatus.Stopping, 0)
        == 0;
  }

  private static void isConsistent(ExecutionView view) {
    assertThat(view.endedAt()).isNotNull();
    assertThat(view.stages())
        .noneMatch(s -> s.status() == StageStatus.InProgress || s.status() == StageStatus.Stopping);
    assertThat(view.stages())
        .flatExtracting(ExecutionView.Stage::actions)
        .noneMatch(a -> a.status() == ActionStatus.InProgress);
    if (view.status() == ExecutionStatus.Succeeded) {
      assertThat(view.stages()).allMatch(s -> s.status() == StageStatus.Succeeded);
    }
  }
}
