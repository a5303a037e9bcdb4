package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
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

  private void awaitLooked() {
    await()
        .until(() ->
            platform.database.withHandle(handle ->
                handle.createQuery("select count(*) from job_schedule").mapTo(Integer.class).one()
                    == 1));
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
