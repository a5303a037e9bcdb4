package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.ProcessId;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * {@code kill -9} at random moments of an execution: it goes on to a true end, nothing is deployed
 * twice, and each process comes back. What a killed process did not serve itself is served
 * meanwhile. A failure prints the seed.
 */
class KillTest {
  /** About as long as an execution of the application tier takes from push to tests. */
  private static final int LONGEST_WAIT_MS = 9_000;

  private static final Duration BACK = Duration.ofSeconds(60);

  private static Installation samdan;
  private static Sample sample;

  /** What is killed. */
  private enum Victim {
    CONTROL,
    EDGE,
    DATABASE,
    TASK
  }

  @BeforeAll
  static void deliver() {
    samdan = Installation.up();
    sample = Sample.create(samdan);
    sample.deliverToDev();
  }

  @AfterAll
  static void nothing_is_left_behind() {
    samdan.close();
  }

  @Test
  void three_kills_in_the_middle_of_executions_break_no_promise() {
    Random random = seeded();
    int first = random.nextInt(3);
    kill(Victim.CONTROL, random, "kill-0");
    kill(List.of(Victim.EDGE, Victim.DATABASE, Victim.TASK).get(first), random, "kill-1");
    kill(List.of(Victim.EDGE, Victim.DATABASE, Victim.TASK).get((first + 1) % 3), random, "kill-2");
  }

  @Test
  @Tag("soak")
  void twenty_kills_in_the_middle_of_executions_break_no_promise() {
    Random random = seeded();
    for (int i = 0; i < 20; i++) {
      kill(Victim.values()[i % Victim.values().length], random, "soak-" + i);
    }
  }

  private static Random seeded() {
    long seed = Long.getLong("samdan.seed", System.nanoTime());
    System.out.println("KillTest: -Dsamdan.seed=" + seed);
    return new Random(seed);
  }

  private static void kill(Victim victim, Random random, String version) {
    String before = sample.versionAt(Sample.DEV);
    String commit = sample.version(version);
    sample.push("dev");
    int moment = random.nextInt(LONGEST_WAIT_MS);
    String what = "kill -9 of " + victim + " " + moment + " ms after the push of " + version;
    System.out.println(what);
    await().pollDelay(Duration.ofMillis(moment)).atMost(Duration.ofMinutes(1)).until(() -> true);
    switch (victim) {
      case CONTROL -> killControl(what);
      case EDGE ->
          killAndAwaitAnother(
              samdan.json("status").path("edge").path("pid").asLong(), "edge", what);
      case DATABASE ->
          killAndAwaitAnother(
              samdan.json("status").path("database").path("pid").asLong(), "database", what);
      case TASK -> killTask(random, what);
    }
    promised(victim, commit, before, version, what);
  }

  /**
   * While control is dead and while it starts again, the edge and the tasks serve every request.
   */
  private static void killControl(String what) {
    long pid = samdan.json("status").path("control").path("pid").asLong();
    try (Load load = Load.start(samdan, Sample.DEV, "/api/version", 50, 2)) {
      killed(pid);
      await(what).until(() -> load.answered() > 25);
      Installation.Ran up = samdan.start();
      assertThat(up.status()).as("%s%n%s%n%s", what, up.err(), samdan.controlLog()).isZero();
      load.close();
      assertThat(load.failures()).as(what).isEmpty();
    }
  }

  private static void killAndAwaitAnother(long pid, String process, String what) {
    killed(pid);
    await(what + ": it is back")
        .atMost(BACK)
        .ignoreExceptions()
        .until(() -> {
          long now = samdan.json("status").path(process).path("pid").asLong();
          return now != 0 && now != pid && ProcessId.of(now).isPresent();
        });
  }

  private static void killTask(Random random, String what) {
    List<Long> tasks = sample.taskPids("dev");
    assertThat(tasks).as(what).isNotEmpty();
    killed(tasks.get(random.nextInt(tasks.size())));
  }

  private static void killed(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  /**
   * The execution has a true end, its version is deployed once or not at all, and everything is
   * whole again.
   */
  private static void promised(
      Victim victim, String commit, String before, String version, String what) {
    JsonNode execution =
        await(what + ": the execution is there")
            .atMost(Sample.PATIENCE)
            .ignoreExceptions()
            .until(() -> sample.ends("sample-dev-api", commit), e -> true);
    String status = execution.path("status").asString();
    assertThat(status).as("%s%n%s", what, execution.toPrettyString()).isIn("Succeeded", "Failed");
    if (status.equals("Failed")) {
      assertThat(execution.path("reason").asString("")).as(what).isNotEmpty();
    }
    int succeeded = 0;
    for (JsonNode deployment :
        samdan.api("/deployments?group=sample-dev-api").path("deployments")) {
      boolean same = deployment.path("commit").asString("").equals(commit);
      assertThat(deployment.path("status").asString())
          .as(what)
          .isNotIn(same ? List.of("Created", "Queued", "InProgress") : List.of());
      succeeded += same && deployment.path("status").asString().equals("Succeeded") ? 1 : 0;
    }
    assertThat(succeeded)
        .as("%s: deployed once%n%s", what, execution.toPrettyString())
        .isLessThanOrEqualTo(1);
    String expected = succeeded == 1 ? "200 {\"version\":\"" + version + "\"}" : before;
    await(what + ": the edge serves " + expected)
        .atMost(BACK)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(sample.versionAt(Sample.DEV)).isEqualTo(expected));
    await(what + ": all tasks are healthy")
        .atMost(BACK)
        .until(
            () -> sample.status("dev").path("tiers").path("api").path("healthyCount").asInt() == 2);
    if (status.equals("Failed") && victim != Victim.CONTROL) {
      // The killed one was what a test or the migration spoke to just then: that it failed is true.
      assertThat(samdan.samdan("pipeline", "retry", "sample-dev-api").status()).as(what).isZero();
      status = sample.ends("sample-dev-api", commit).path("status").asString();
    }
    assertThat(status)
        .as("%s%n%s%n%s", what, execution.toPrettyString(), samdan.controlLog())
        .isEqualTo("Succeeded");
  }
}
