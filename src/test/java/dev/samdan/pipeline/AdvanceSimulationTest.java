package dev.samdan.pipeline;

import static dev.samdan.pipeline.Fixtures.approval;
import static dev.samdan.pipeline.Fixtures.build;
import static dev.samdan.pipeline.Fixtures.mode;
import static dev.samdan.pipeline.Fixtures.pipeline;
import static dev.samdan.pipeline.Fixtures.source;
import static dev.samdan.pipeline.Fixtures.stage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.pipeline.ActionState.Cancellation;
import dev.samdan.pipeline.ExecutionState.StageState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of random events against the decisions alone: what must hold after each, and that all
 * come to an end.
 */
class AdvanceSimulationTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Map<Integer, ExecutionState> executions = new TreeMap<>();
  private final Map<String, List<Integer>> entered = new HashMap<>();
  private final Map<String, String> closed = new HashMap<>();
  private PipelineDeclaration declaration = pipeline();
  private Instant now = Instant.parse("2026-11-24T02:00:00Z");

  static Stream<Arguments> worlds() {
    long random = System.nanoTime();
    return Stream.of(ExecutionMode.values())
        .flatMap(mode -> Stream.of(1L, 2L, 3L, random).map(seed -> Arguments.of(mode, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("worlds")
  void nothing_is_lost_and_a_stage_holds_one(ExecutionMode mode, long seed) {
    declaration =
        mode(
            mode,
            pipeline(
                stage("Source", source()),
                stage("Approve", approval()),
                stage("Build", build("A"), build("B"), build("C").withRunOrder(2)),
                stage("Deploy", build("D"))));
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      event(random);
      settle(mode);
    }
    closed.clear();
    for (int i = 0; i < 2000 && live().count() > 0; i++) {
      now = now.plus(HOUR);
      live().toList().forEach(e -> actions(e).forEach(a -> end(e.number(), a, random)));
      settle(mode);
    }
    assertThat(live()).isEmpty();
    assertThat(executions.values())
        .filteredOn(e -> e.status() == ExecutionStatus.Superseded)
        .as("superseded")
        .allSatisfy(e -> assertThat(mode).isEqualTo(ExecutionMode.SUPERSEDED))
        .allSatisfy(e -> assertThat(e.number()).isLessThan(executions.size()));
  }

  private void event(Random random) {
    List<ExecutionState> live = live().toList();
    int number = live.isEmpty() ? 0 : live.get(random.nextInt(live.size())).number();
    switch (random.nextInt(12)) {
      case 0, 1 -> begin();
      case 2 -> stop(number, random.nextBoolean());
      case 3 -> retry(random);
      case 4 -> closed.put("Build", "freeze");
      case 5 -> closed.remove("Build");
      case 6 -> now = now.plus(Duration.ofMinutes(random.nextInt(90)));
      default -> {
        if (number > 0) {
          List<ActionState> actions = actions(execution(number)).toList();
          if (!actions.isEmpty()) {
            progress(number, actions.get(random.nextInt(actions.size())), random);
          }
        }
      }
    }
  }

  private void begin() {
    int number = executions.size() + 1;
    executions.put(
        number,
        new ExecutionState(
            UUID.randomUUID(),
            number,
            ExecutionStatus.InProgress,
            false,
            Optional.empty(),
            List.of()));
  }

  private void stop(int number, boolean abandon) {
    if (number > 0 && execution(number).status() == ExecutionStatus.InProgress) {
      change(number, e -> with(e, ExecutionStatus.Stopping, abandon, e.stages()));
    }
  }

  private void retry(Random random) {
    List<ExecutionState> failed =
        executions.values().stream().filter(e -> e.status() == ExecutionStatus.Failed).toList();
    if (failed.isEmpty()) {
      return;
    }
    ExecutionState e = failed.get(random.nextInt(failed.size()));
    StageState last = e.stages().getLast();
    boolean newer =
        entered.getOrDefault(last.name(), List.of()).stream().anyMatch(n -> n > e.number());
    if (!newer) {
      List<ActionState> again =
          last.actions().stream()
              .map(a -> a instanceof ActionState.Succeeded ? a : started(a.name(), a.id()))
              .toList();
      change(
          e.number(),
          x ->
              with(
                  x,
                  ExecutionStatus.InProgress,
                  false,
                  replaceLast(
                      x.stages(), new StageState(last.name(), StageStatus.InProgress, again))));
    }
  }

  private ActionState started(String name, UUID id) {
    return name.equals("Approve")
        ? new ActionState.AwaitingApproval(id, name, now.plus(Duration.ofDays(7)))
        : new ActionState.Queued(id, name, Optional.empty());
  }

  private void progress(int number, ActionState action, Random random) {
    if (action instanceof ActionState.Queued(var id, String name, var cancellation)
        && cancellation.isEmpty()) {
      replace(number, new ActionState.Running(id, name, now.plus(HOUR), cancellation));
    } else if (random.nextInt(4) > 0) {
      end(number, action, random);
    }
  }

  private void end(int number, ActionState action, Random random) {
    if (!action.ended()) {
      replace(
          number,
          random.nextInt(4) == 0
              ? new ActionState.Failed(action.id(), action.name(), "exit 1")
              : new ActionState.Succeeded(action.id(), action.name()));
    }
  }

  /** What the driver does, and what must hold after it. */
  private void settle(ExecutionMode mode) {
    for (int steps = 0; once(); steps++) {
      assertThat(steps).as("steps that one event gives rise to").isLessThan(10_000);
    }
    if (mode == ExecutionMode.PARALLEL) {
      return;
    }
    Map<String, Integer> holders = new HashMap<>();
    live()
        .forEach(e ->
            e.current()
                .ifPresent(
                    s -> assertThat(holders.put(s.name(), e.number())).as(s.name()).isNull()));
    if (mode == ExecutionMode.QUEUED) {
      assertThat(entered.values())
          .as("first in, first out")
          .allSatisfy(order -> assertThat(order).isSorted());
    }
  }

  private boolean once() {
    Map<ExecutionState, PipelineDeclaration> live = new LinkedHashMap<>();
    live().forEach(e -> live.put(e, declaration));
    Stages stages = Stages.of(live, closed);
    for (ExecutionState execution : live.keySet()) {
      List<Step> steps = Advance.next(declaration, execution, stages, now);
      if (!steps.isEmpty()) {
        steps.forEach(step -> change(execution.number(), e -> apply(e, step)));
        return true;
      }
    }
    return false;
  }

  private ExecutionState apply(ExecutionState e, Step step) {
    return switch (step) {
      case Step.EnterStage(String stage) -> {
        entered.computeIfAbsent(stage, _ -> new ArrayList<>()).add(e.number());
        List<StageState> stages = new ArrayList<>(e.stages());
        stages.add(new StageState(stage, StageStatus.InProgress, List.of()));
        yield with(e, e.status(), e.abandon(), stages);
      }
      case Step.StartActions(var actions) -> {
        List<ActionState> all = new ArrayList<>(e.stages().getLast().actions());
        actions.forEach(a -> all.add(started(a.name(), UUID.randomUUID())));
        yield withActions(e, all);
      }
      case Step.RefuseActions(var actions, String error) ->
          withActions(
              e,
              actions.stream()
                  .map(
                      a -> (ActionState) new ActionState.Failed(UUID.randomUUID(), a.name(), error))
                  .toList());
      case Step.CancelAction(UUID id, var reason) -> {
        Optional<Cancellation> asked = Optional.of(new Cancellation(reason, now));
        yield each(e, id, a -> new ActionState.Running(id, a.name(), now, asked));
      }
      case Step.FailAction(UUID id, _, String error) ->
          each(e, id, a -> new ActionState.Failed(id, a.name(), error));
      case Step.AbandonAction(UUID id) -> each(e, id, a -> new ActionState.Abandoned(id, a.name()));
      case Step.EndStage(StageStatus status) -> {
        StageState last = e.stages().getLast();
        yield with(
            e,
            e.status(),
            e.abandon(),
            replaceLast(e.stages(), new StageState(last.name(), status, last.actions())));
      }
      case Step.EndExecution(ExecutionStatus status, _) -> with(e, status, e.abandon(), e.stages());
    };
  }

  private Stream<ExecutionState> live() {
    return executions.values().stream().filter(e -> !e.status().ended());
  }

  private static Stream<ActionState> actions(ExecutionState e) {
    return e.current().stream().flatMap(s -> s.actions().stream()).filter(a -> !a.ended());
  }

  private ExecutionState execution(int number) {
    return Optional.ofNullable(executions.get(number)).orElseThrow();
  }

  private void change(int number, UnaryOperator<ExecutionState> change) {
    executions.computeIfPresent(number, (_, e) -> change.apply(e));
  }

  private void replace(int number, ActionState action) {
    change(number, e -> each(e, action.id(), _ -> action));
  }

  private static ExecutionState each(ExecutionState e, UUID id, UnaryOperator<ActionState> change) {
    return withActions(
        e,
        e.stages().getLast().actions().stream()
            .map(a -> a.id().equals(id) ? change.apply(a) : a)
            .toList());
  }

  private static ExecutionState withActions(ExecutionState e, List<ActionState> actions) {
    StageState last = e.stages().getLast();
    return with(
        e,
        e.status(),
        e.abandon(),
        replaceLast(e.stages(), new StageState(last.name(), last.status(), actions)));
  }

  private static List<StageState> replaceLast(List<StageState> stages, StageState last) {
    List<StageState> changed = new ArrayList<>(stages);
    changed.set(changed.size() - 1, last);
    return changed;
  }

  private static ExecutionState with(
      ExecutionState e, ExecutionStatus status, boolean abandon, List<StageState> stages) {
    return new ExecutionState(
        e.id(), e.number(), status, abandon, e.sourceError(), List.copyOf(stages));
  }
}
