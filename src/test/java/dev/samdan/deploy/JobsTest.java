package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.Folders;
import dev.samdan.identity.Identity;
import dev.samdan.jobs.Job;
import dev.samdan.jobs.Jobs;
import dev.samdan.jobs.TaskRun;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Message;
import dev.samdan.rooms.Rooms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs and commands in what is deployed, with real tasks and a clock that the test moves. */
class JobsTest {
  private static final Instant NIGHT = Instant.parse("2026-03-02T17:59:50Z");

  @TempDir Path home;
  private final AtomicReference<Instant> now = new AtomicReference<>(NIGHT);
  private Platform platform;
  private Rooms rooms;
  private Jobs jobs;

  @BeforeEach
  void start() throws IOException {
    platform = new Platform(home);
    rooms =
        new Rooms(
            platform.database,
            new Identity(platform.database, InstantSource.system()),
            platform.applications,
            platform.pipelines,
            "http://localhost:7070");
    startJobs();
  }

  @AfterEach
  void stop() throws InterruptedException {
    jobs.close();
    platform.close();
  }

  @Test
  void a_job_runs_at_its_time_in_the_deployed_image_with_its_environment() throws Exception {
    deliver("echo \"$VERSION $SAMDAN_JOB $SAMDAN_SCHEDULED_FOR\" | tee \"$SAMDAN_ROOT/data/sync\"");
    Job job = jobs.list("sample").getFirst();
    assertThat(job.next()).isEqualTo(Instant.parse("2026-03-02T18:00:00Z"));
    assertThat(job.last()).isNull();
    awaitLooked();

    now.set(Instant.parse("2026-03-02T18:00:01Z"));

    TaskRun run = ended(1).getFirst();
    assertThat(run.status()).isEqualTo(TaskRun.Status.SUCCEEDED);
    assertThat(run.by()).isEqualTo("schedule");
    assertThat(run.taskDefinition()).isEqualTo("sample-dev:1");
    assertThat(run.scheduledFor()).isEqualTo(Instant.parse("2026-03-02T18:00:00Z"));
    String line = "1 sync 2026-03-02T18:00:00Z";
    assertThat(jobs.log(run.id(), 0, 10).lines()).containsExactly(line);
    assertThat(Files.readString(home.resolve("volumes/sample-dev/data/sync")).strip())
        .isEqualTo(line);
    assertThat(jobs.list("sample").getFirst().next())
        .isEqualTo(Instant.parse("2026-03-03T18:00:00Z"));
  }

  @Test
  void a_job_that_fails_is_told_in_the_room_of_its_environment() throws Exception {
    deliver("echo no employees; exit 3");
    awaitLooked();

    now.set(Instant.parse("2026-03-02T18:00:00Z"));

    TaskRun run = ended(1).getFirst();
    assertThat(run.status()).isEqualTo(TaskRun.Status.FAILED);
    assertThat(run.exitCode()).isEqualTo(3);
    await().until(() -> !said().isEmpty());
    assertThat(said().getLast().sentence()).isEqualTo("The job sync of sample dev ended with 3.");
    assertThat(said().getLast().detail()).isEqualTo("no employees\nsamdan job logs " + run.id());
  }

  @Test
  void a_job_runs_one_at_a_time_and_what_overlaps_is_skipped() throws Exception {
    deliver("sleep 30");
    awaitLooked();
    now.set(Instant.parse("2026-03-02T18:00:00Z"));
    await().until(() -> !jobs.runs("sample", "dev", "sync", 5).isEmpty());

    now.set(Instant.parse("2026-03-03T18:00:00Z"));

    await().until(() -> jobs.runs("sample", "dev", "sync", 5).size() == 2);
    TaskRun skipped = jobs.runs("sample", "dev", "sync", 5).getFirst();
    assertThat(skipped.status()).isEqualTo(TaskRun.Status.SKIPPED);
    assertThat(skipped.detail()).isEqualTo("the run before was still going");
    assertThatThrownBy(() -> jobs.runJob("sample", "dev", "sync", "Kim"))
        .hasMessageContaining("sync runs already");
    String running = jobs.runs("sample", "dev", "sync", 5).getLast().id();

    var _ = jobs.stop(running, "Kim");

    await().until(() -> jobs.run(running).orElseThrow().status() == TaskRun.Status.STOPPED);
    assertThat(jobs.run(running).orElseThrow().detail()).isEqualTo("stopped by Kim");
  }

  @Test
  void a_time_while_control_was_away_is_made_up_for_once_or_recorded_as_missed() throws Exception {
    deliver("echo ran");
    awaitLooked();
    jobs.close();
    now.set(Instant.parse("2026-03-04T18:20:00Z"));
    startJobs();

    List<TaskRun> runs = ended(2);
    assertThat(runs.getFirst().status()).isEqualTo(TaskRun.Status.SUCCEEDED);
    assertThat(runs.getFirst().scheduledFor()).isEqualTo(Instant.parse("2026-03-04T18:00:00Z"));
    assertThat(runs.getLast().status()).isEqualTo(TaskRun.Status.MISSED);
    assertThat(runs.getLast().detail()).startsWith("control was away at 2 of its times");
    assertThat(said().getLast().sentence()).isEqualTo("The job sync of sample dev was missed.");

    jobs.close();
    now.set(Instant.parse("2026-03-05T20:00:00Z"));
    startJobs();
    assertThat(ended(3).getFirst().status()).isEqualTo(TaskRun.Status.MISSED);
    assertThat(jobs.runs("sample", "dev", "sync", 9)).hasSize(3);
  }

  @Test
  void a_run_that_a_dead_control_left_is_recorded_as_lost() {
    deliver("sleep 30");
    platform.database.useHandle(handle ->
        handle.execute(
            "insert into task_run (id, application, environment, job, command, run_by, status)"
                + " values ('abcdefghijkl', 'sample', 'dev', 'sync', '[\"x\"]', 'schedule',"
                + " 'RUNNING')"));

    jobs.close();
    startJobs();

    TaskRun lost = jobs.run("abcdefghijkl").orElseThrow();
    assertThat(lost.status()).isEqualTo(TaskRun.Status.LOST);
    assertThat(lost.detail()).isEqualTo("control was restarted during it");
  }

  @Test
  void a_run_that_nobody_carries_out_is_recorded_as_lost_while_control_is_up() {
    deliver("sleep 30");
    platform.database.useHandle(handle ->
        handle.execute(
            "insert into task_run (id, application, environment, job, command, run_by, status,"
                + " started_at) values ('abcdefghijkl', 'sample', 'dev', 'sync', '[\"x\"]',"
                + " 'schedule', 'RUNNING', now() - interval '2 minutes')"));

    TaskRun lost = ended(1).getFirst();

    assertThat(lost.status()).isEqualTo(TaskRun.Status.LOST);
    assertThat(lost.detail()).isEqualTo("control lost sight of it");
  }

  @Test
  void an_end_that_the_store_does_not_take_is_recorded_as_it_was_once_it_does() throws Exception {
    deliver("echo ran");
    try (Outage outage = new Outage("update")) {
      var _ = jobs.runJob("sample", "dev", "sync", "Kim");
      outage.awaitFelt();
    }

    TaskRun run = ended(1).getFirst();
    assertThat(run.status()).isEqualTo(TaskRun.Status.SUCCEEDED);
    assertThat(run.detail()).isNull();
    assertThat(said()).noneMatch(m -> m.sentence().startsWith("The job"));
  }

  @Test
  void a_time_at_which_the_store_fails_is_run_once_it_answers() throws Exception {
    deliver("echo ran");
    awaitLooked();
    try (Outage outage = new Outage("insert")) {
      now.set(Instant.parse("2026-03-02T18:00:00Z"));
      outage.awaitFelt();
    }

    TaskRun run = ended(1).getFirst();
    assertThat(run.status()).isEqualTo(TaskRun.Status.SUCCEEDED);
    assertThat(run.scheduledFor()).isEqualTo(Instant.parse("2026-03-02T18:00:00Z"));
  }

  @Test
  void a_zero_character_in_a_log_keeps_no_end_from_being_recorded() throws Exception {
    deliver("printf \"no\\\\000name\\\\n\"; exit 3");

    var _ = jobs.runJob("sample", "dev", "sync", "Kim");

    TaskRun run = ended(1).getFirst();
    assertThat(run.status()).isEqualTo(TaskRun.Status.FAILED);
    assertThat(run.detail()).isEqualTo("no\uFFFDname");
  }

  @Test
  void the_log_of_a_run_stays_as_long_as_its_record() throws Exception {
    deliver("echo ran");
    var _ = jobs.runJob("sample", "dev", "sync", "Kim");
    TaskRun first = ended(1).getFirst();
    for (int i = 0; i < 40; i++) {
      Files.createDirectories(home.resolve("tasks/run-hook" + i + "/shim"));
    }

    platform.tasks.stopTaskSet("d-none", Duration.ZERO); // After which logs are pruned.

    assertThat(jobs.log(first.id(), 0, 10).lines()).containsExactly("ran");
    try (Stream<Path> folders = Files.list(home.resolve("tasks"))) {
      assertThat(folders.filter(f -> f.getFileName().toString().startsWith("run-hook")))
          .hasSize(30);
    }
    platform.database.useHandle(handle ->
        handle.execute(
            "insert into task_run (id, application, environment, job, command, run_by, status,"
                + " ended_at) select 'aaaaaaaaa' || n, 'sample', 'dev', 'sync', '[\"x\"]', 'Kim',"
                + " 'SUCCEEDED', now() from generate_series(100, 298) n"));

    TaskRun second = jobs.runJob("sample", "dev", "sync", "Kim");

    await().until(() -> jobs.run(first.id()).isEmpty());
    await().until(() -> !Files.exists(home.resolve("tasks").resolve(first.logId())));
    assertThat(jobs.log(second.id(), 0, 10).lines()).containsExactly("ran");
    Folders.delete(home.resolve("tasks").resolve(second.logId()));
    assertThatThrownBy(() -> jobs.log(second.id(), 0, 10)).hasMessageContaining("was removed");
  }

  @Test
  void a_job_that_was_not_served_for_some_days_has_missed_nothing() {
    deliver("echo ran");
    awaitLooked();
    platform.declare("c2", Platform.DECLARATION);
    platform.deliver("c2", Map.of("VERSION", "2"));
    await().until(() -> looked() == 0);

    now.set(Instant.parse("2026-03-12T18:20:00Z"));
    deliver("echo ran");
    awaitLooked();

    assertThat(jobs.list("sample").getFirst().last()).isNull();
  }

  @Test
  void a_person_runs_a_command_in_what_serves_and_gets_its_output_and_status() {
    assertThatThrownBy(() -> jobs.runTask("sample", "dev", List.of("true"), "Kim"))
        .hasMessageContaining("nothing of the application tier serves in dev of sample");
    deliver("echo ran");

    TaskRun run =
        jobs.runTask("sample", "dev", List.of("sh", "-c", "echo $VERSION; exit 7"), "Kim");

    await().until(() -> jobs.run(run.id()).orElseThrow().status() != TaskRun.Status.RUNNING);
    TaskRun ended = jobs.run(run.id()).orElseThrow();
    assertThat(ended.exitCode()).isEqualTo(7);
    assertThat(ended.job()).isNull();
    assertThat(ended.by()).isEqualTo("Kim");
    assertThat(jobs.log(run.id(), 0, 10).lines()).containsExactly("1");
  }

  @Test
  void jobs_are_those_of_the_version_that_serves() {
    deliver("echo ran");
    platform.declare("c2", Platform.DECLARATION);
    assertThat(jobs.list("")).hasSize(1);

    platform.deliver("c2", Map.of("VERSION", "2"));

    assertThat(jobs.list("")).isEmpty();
    assertThatThrownBy(() -> jobs.runJob("sample", "dev", "sync", "Kim"))
        .hasMessageContaining("has no job sync");
  }

  private void startJobs() {
    jobs = new Jobs(platform.database, platform.deployments, platform.tasks, rooms, now::get);
    jobs.endLost();
    jobs.start();
  }

  /** Delivers a version whose job runs this line at 3 in the morning, Seoul time. */
  private void deliver(String line) {
    platform.declare(
        "c1",
        Platform.DECLARATION
            + "jobs:\n  sync: {schedule: '0 3 * * *', time-zone: Asia/Seoul, command: '"
            + line
            + "'}\n");
    platform.deliver("c1", Map.of("VERSION", "1"));
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(1));
  }

  private void awaitLooked() {
    await().until(() -> looked() == 1);
  }

  private int looked() {
    return platform.database.withHandle(handle ->
        handle.createQuery("select count(*) from job_schedule").mapTo(Integer.class).one());
  }

  /** The store fails at each change of this kind to a run, as one that is being shut down does. */
  private final class Outage implements AutoCloseable {
    Outage(String change) {
      platform.database.useHandle(handle -> {
        // What a sequence gave stays given when its transaction is rolled back.
        handle.execute("create sequence felt");
        handle.execute(
            "create function fail() returns trigger language plpgsql as $$ begin perform"
                + " nextval('felt'); raise exception using errcode = 'admin_shutdown'; end $$");
        handle.execute(
            "create trigger outage before "
                + change
                + " on task_run for each row execute function fail()");
      });
    }

    void awaitFelt() {
      await()
          .until(() ->
              platform.database.withHandle(handle ->
                  handle.createQuery("select is_called from felt").mapTo(Boolean.class).one()));
    }

    @Override
    public void close() {
      platform.database.useHandle(handle -> handle.execute("drop trigger outage on task_run"));
    }
  }

  private List<TaskRun> ended(int count) {
    await()
        .until(() -> {
          List<TaskRun> runs = jobs.runs("sample", "dev", "sync", 9);
          return runs.size() == count
              && runs.stream().noneMatch(r -> r.status() == TaskRun.Status.RUNNING);
        });
    return jobs.runs("sample", "dev", "sync", 9);
  }

  private List<Message> said() {
    return rooms.read("sample dev", Language.EN, 0, 9);
  }
}
