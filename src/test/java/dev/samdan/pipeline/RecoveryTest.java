package dev.samdan.pipeline;

import static dev.samdan.pipeline.Bench.NAME;
import static dev.samdan.pipeline.Fixtures.approval;
import static dev.samdan.pipeline.Fixtures.build;
import static dev.samdan.pipeline.Fixtures.revision;
import static dev.samdan.pipeline.Fixtures.source;
import static dev.samdan.pipeline.Fixtures.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.pipeline.PipelineEvent.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stays true when control or its store dies at any moment. */
class RecoveryTest {
  @TempDir Path home;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(home);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  /** The old control leaves its rows as they are: closing writes nothing. */
  private void killAndStartAnother() {
    bench.pipelines.close();
    bench.pipelines = bench.another();
    bench.pipelines.start();
  }

  @Test
  void an_action_that_ran_when_control_died_runs_again_as_the_same_action() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    UUID id = bench.push("1");
    ActionContext first = bench.awaitRun("Build", 1);

    killAndStartAnother();
    ActionContext second = bench.awaitRun("Build", 2);
    bench.succeed("Build");

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(second.actionExecutionId()).isEqualTo(first.actionExecutionId());
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(first.cancelled()).as("it was not stopped").isFalse();
    assertThat(bench.action(id, "Build").attemptHistory())
        .extracting(ExecutionView.Attempt::end)
        .containsExactly("Interrupted", "Succeeded");
    assertThat(bench.kinds()).contains(Kind.ActionInterrupted);
  }

  @Test
  void a_death_counts_as_none_of_the_three_tries() {
    bench.with(stage("Source", source()), stage("Deploy", build("Deploy")));
    ActionOutcome notYet = new ActionOutcome.TryAgain("not there", Duration.ZERO);
    bench.end("Deploy", notYet);
    bench.end("Deploy", notYet);
    UUID id = bench.push("1");
    bench.awaitRun("Deploy", 3);

    killAndStartAnother();
    bench.awaitRun("Deploy", 4);
    bench.end("Deploy", notYet);

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(bench.action(id, "Deploy").error()).isEqualTo("not there (3 attempts)");
    assertThat(bench.action(id, "Deploy").attempts()).isEqualTo(4);
  }

  @Test
  void an_action_that_takes_control_down_each_time_fails_in_the_end() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    UUID id = bench.push("1");

    for (int i = 1; i <= Settings.INTERRUPTIONS; i++) {
      bench.awaitRun("Build", i);
      killAndStartAnother();
    }

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(bench.action(id, "Build").error()).startsWith("it was interrupted 10 times");
  }

  @Test
  void a_pipeline_that_cannot_be_read_keeps_control_from_nothing_else() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    bench.pipelines.put(
        PipelineDeclaration.of(
            "broken", List.of(stage("Source", source()), stage("Broken", build("Broken")))),
        "sample",
        "dev");
    UUID id = bench.push("1");
    UUID _ = bench.pipelines.start("broken", Trigger.manual("kim"), revision("1"), null);
    bench.awaitRun("Build", 1);
    bench.awaitRun("Broken", 1);
    bench.pipelines.close();
    bench.database.useHandle(handle ->
        handle.execute("update pipeline_version set declaration = '[]' where pipeline = 'broken'"));

    bench.pipelines = bench.another();
    bench.pipelines.start();
    bench.awaitRun("Build", 2);
    bench.succeed("Build");

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void time_in_which_no_control_ran_an_action_does_not_make_it_late() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    UUID id = bench.push("1");
    bench.awaitRun("Build", 1);

    bench.pipelines.close();
    bench.clock.advance(Duration.ofMinutes(61));
    bench.pipelines = bench.another();
    bench.pipelines.start();
    bench.awaitRun("Build", 2);
    bench.succeed("Build");

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void control_ends_after_the_actions_that_it_interrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    bench.pipelines.register(
        "Deploy/Custom/Slow",
        context -> {
          try {
            begun.countDown();
            new CountDownLatch(1).await();
            return ActionOutcome.succeeded("");
          } finally {
            interrupted.countDown();
            awaitDeaf(release);
          }
        });
    bench.with(
        stage("Source", source()),
        stage("Deploy", ActionDeclaration.of("Slow", "Deploy/Custom/Slow")));
    UUID _ = bench.push("1");
    begun.await();

    Thread closing = Thread.ofVirtual().start(bench.pipelines::close);
    interrupted.await();

    assertThat(closing.join(Duration.ofMillis(500))).as("it ended before its action").isFalse();
    release.countDown();
    closing.join();
  }

  @Test
  void an_action_that_ends_leaves_the_files_of_one_whose_name_begins_with_its_name() {
    ActionProvider writes =
        context -> {
          bench.runs.add(context);
          Bench.write(context.output(context.action().outputArtifacts().getFirst().name()), "");
          return bench.answer(context);
        };
    bench.pipelines.register("Deploy/Custom/Writes", writes);
    bench.with(
        stage("Source", source()),
        stage(
            "Build",
            ActionDeclaration.of("Build", "Deploy/Custom/Writes").withOutputs("Api"),
            ActionDeclaration.of("Build-web", "Deploy/Custom/Writes").withOutputs("Web")));
    UUID id = bench.push("1");
    bench.awaitRun("Build-web", 1);
    Path part = bench.awaitRun("Build", 1).output("Api");
    Path left = part.resolveSibling(part.getFileName().toString().replace(".zip", ".left"));
    Bench.write(left, "");

    bench.succeed("Build");
    await().until(() -> !Files.exists(left));
    bench.succeed("Build-web");

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void a_worker_that_lost_its_claim_changes_nothing() {
    CountDownLatch release = new CountDownLatch(1);
    ActionProvider deaf =
        context -> {
          bench.runs.add(context);
          if (context.attempt() == 1) {
            Bench.write(context.output("Out"), "stale");
            awaitDeaf(release);
            return ActionOutcome.succeeded("stale");
          }
          Bench.write(context.output("Out"), "fresh");
          return ActionOutcome.succeeded("fresh");
        };
    bench.pipelines.register("Deploy/Custom/Deaf", deaf);
    ActionDeclaration action =
        ActionDeclaration.of("Deaf", "Deploy/Custom/Deaf")
            .withInputs("SourceArtifact")
            .withOutputs("Out");
    bench.with(stage("Source", source()), stage("Deploy", action));
    UUID id = bench.push("1");
    ActionContext first = bench.awaitRun("Deaf", 1);

    Pipelines other = bench.another();
    other.register("Deploy/Custom/Deaf", deaf);
    other.start();
    ExecutionView view = bench.awaitEnd(id);
    release.countDown();
    await().until(() -> !Files.exists(first.output("Out")));

    assertThat(view.status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(bench.action(id, "Deaf").summary()).isEqualTo("fresh");
    assertThat(home.resolve("artifacts/" + id + "/" + first.actionExecutionId() + "-Out.zip"))
        .hasContent("fresh");
  }

  private static void awaitDeaf(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // It hears nothing.
      }
    }
  }

  @Test
  void a_lease_without_a_sign_of_life_is_taken_over() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    UUID id = bench.push("1");
    ActionContext first = bench.awaitRun("Build", 1);
    Pipelines other = bench.another();
    bench.database.useHandle(handle ->
        handle.execute("update action_execution set worker = 'dead' where worker is not null"));
    bench.clock.advance(Duration.ofSeconds(31));
    await().until(first::cancelled);

    ActionContext again = bench.awaitRun("Build", 2);
    bench.succeed("Build");

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(again.attempt()).isEqualTo(2);
    other.close();
  }

  @Test
  void an_abandoned_action_of_a_dead_control_ends_at_the_next_start() {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    UUID id = bench.push("1");
    bench.awaitRun("Build", 1);
    bench.pipelines.close();
    bench.pipelines.stop(id, true, "", "lee");
    assertThat(bench.show(id).status()).isEqualTo(ExecutionStatus.Stopping);

    bench.pipelines = bench.another();
    bench.pipelines.start();

    assertThat(bench.show(id).status()).isEqualTo(ExecutionStatus.Stopped);
    assertThat(bench.action(id, "Build").status()).isEqualTo(ActionStatus.Abandoned);
  }

  @Test
  void what_was_asked_while_control_was_down_goes_on_at_the_next_start() {
    bench.with(
        stage("Source", source()), stage("Approve", approval()), stage("Build", build("Build")));
    UUID id = bench.push("1");
    await().until(() -> !bench.pipelines.waitingApprovals(null).isEmpty());
    bench.pipelines.close();
    bench.pipelines.approve(NAME, "", "lee");

    bench.pipelines = bench.another();
    bench.pipelines.start();
    bench.succeed("Build");

    assertThat(bench.awaitEnd(id).status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  @Test
  void connections_that_break_while_an_action_runs_lose_nothing() {
    bench.with(
        stage("Source", source()),
        stage("Build", build("Build")),
        stage("Deploy", build("Deploy")));
    UUID id = bench.push("1");
    bench.awaitRun("Build", 1);

    breakConnections();
    bench.succeed("Build");
    breakConnections();
    bench.awaitRun("Deploy", 1);
    breakConnections();
    bench.succeed("Deploy");

    ExecutionView view =
        await().ignoreExceptions().until(() -> bench.show(id), v -> v.status().ended());
    assertThat(view.status()).isEqualTo(ExecutionStatus.Succeeded);
  }

  /** Once it went through: the pool may first hand out a connection that the call before broke. */
  private void breakConnections() {
    await()
        .ignoreExceptions()
        .until(
            () ->
                bench.database.withHandle(handle ->
                    handle
                        .createQuery(
                            """
                            select pg_terminate_backend(pid)::text from pg_stat_activity
                            where datname = current_database() and pid <> pg_backend_pid()
                            """)
                        .mapTo(String.class)
                        .list()),
            Objects::nonNull);
  }

  @Test
  void old_artifacts_and_executions_are_removed_and_unfinished_ones_never() throws Exception {
    bench.close();
    Settings settings = new Settings(8, Duration.ofSeconds(30), Duration.ofMillis(50), 3, 2);
    bench = new Bench(home, settings);
    bench.pipelines.put(
        Fixtures.mode(
            ExecutionMode.PARALLEL,
            Fixtures.pipeline(stage("Source", source()), stage("Approve", approval()))),
        "sample",
        "dev");
    bench.pipelines.start();
    UUID unfinished = bench.push("0");
    for (int i = 1; i <= 4; i++) {
      UUID id = bench.push(String.valueOf(i));
      UUID token =
          await()
              .until(
                  () ->
                      bench.pipelines.waitingApprovals(null).stream()
                          .filter(w -> w.executionId().equals(id))
                          .map(WaitingApproval::token)
                          .findFirst(),
                  Optional::isPresent)
              .orElseThrow();
      bench.pipelines.answer(token, true, "", "lee");
    }
    Files.createDirectories(home.resolve("artifacts").resolve(UUID.randomUUID().toString()));

    killAndStartAnother();

    List<ExecutionView> kept =
        await()
            .until(
                () -> bench.pipelines.executions(ExecutionFilter.ALL, null, 50).executions(),
                list -> list.size() == 4);
    assertThat(kept).extracting(ExecutionView::commit).containsExactly("4", "3", "2", "0");
    await()
        .untilAsserted(() ->
            assertThat(folders())
                .containsExactlyInAnyOrder(
                    unfinished.toString(),
                    kept.get(0).id().toString(),
                    kept.get(1).id().toString()));
  }

  private List<String> folders() throws IOException {
    try (var files = Files.list(home.resolve("artifacts"))) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  @Test
  void events_are_read_in_the_order_of_commits_without_a_gap() throws Exception {
    bench.with(stage("Source", source()), stage("Build", build("Build")));
    List<PipelineDeclaration> others =
        List.of("a", "b", "c", "d").stream()
            .map(name ->
                PipelineDeclaration.of(
                    name,
                    Fixtures.pipeline(stage("Source", source()), stage("Approve", approval()))
                        .stages()))
            .toList();
    others.forEach(p -> bench.pipelines.put(p, "sample", "dev"));
    List<Thread> starters =
        others.stream()
            .map(p ->
                Thread.ofVirtual()
                    .start(() -> {
                      for (int i = 0; i < 10; i++) {
                        bench.pipelines.start(p.name(), Trigger.manual("kim"), revision("1"), null);
                      }
                    }))
            .toList();
    long cursor = 0;
    int read = 0;
    while (starters.stream().anyMatch(Thread::isAlive)) {
      for (PipelineEvent event : bench.pipelines.eventsAfter(cursor, 7)) {
        cursor = event.id();
        read++;
      }
    }
    for (Thread starter : starters) {
      starter.join();
    }
    bench.pipelines.close();

    read += bench.pipelines.eventsAfter(cursor, 100_000).size();
    assertThat(read).isEqualTo(bench.pipelines.eventsAfter(0, 100_000).size());
  }
}
