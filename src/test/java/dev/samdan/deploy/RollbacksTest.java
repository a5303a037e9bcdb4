package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a rollback goes back to, decided from what was served, newest first. */
class RollbacksTest {
  @Test
  void it_is_what_was_served_before_by_time_and_not_by_number() {
    assertThat(previous("a:2", "a:1")).hasValue("a:1");
    assertThat(previous("a:7", "a:8", "a:7")).hasValue("a:8");
    assertThat(previous("renamed:1", "a:8", "a:7")).hasValue("a:8");
    assertThat(previous("a:8", "a:8", "a:7")).hasValue("a:7");
    assertThat(previous("a:8")).isEmpty();
  }

  @Test
  void a_rollback_after_a_rollback_goes_one_further_back() {
    assertThat(previous("back a:2", "a:3", "a:2", "a:1")).hasValue("a:1");
    assertThat(previous("back a:8", "a:7", "a:8", "a:7")).hasValue("a:7");
    assertThat(previous("back a:1", "back a:2", "a:3", "a:2", "a:1")).isEmpty();
  }

  @Test
  void what_is_delivered_after_a_rollback_goes_back_to_what_that_had_brought() {
    assertThat(previous("a:4", "back a:2", "a:3", "a:2", "a:1")).hasValue("a:2");
    assertThat(previous("back a:2", "a:4", "back a:2", "a:3", "a:2", "a:1")).hasValue("a:1");
  }

  @Test
  void a_version_that_is_no_longer_kept_is_passed_over() {
    assertThat(
            Rollbacks.previous(served("a:3", "a:2", "a:1"), d -> !"a:2".equals(d.taskDefinition())))
        .map(Deployment::taskDefinition)
        .hasValue("a:1");
  }

  private static Optional<String> previous(String... served) {
    return Rollbacks.previous(served(served), d -> true).map(Deployment::taskDefinition);
  }

  private static List<Deployment> served(String... versions) {
    return Stream.of(versions).map(RollbacksTest::deployment).toList();
  }

  private static Deployment deployment(String version) {
    boolean back = version.startsWith("back ");
    return new Deployment(
        "d-123456789",
        "sample",
        "dev",
        "api",
        "sample-dev-api",
        DeploymentStatus.Succeeded,
        back ? "codeDeployRollback" : "user",
        "Kim",
        null,
        null,
        version.replace("back ", ""),
        null,
        null,
        TrafficShift.ALL_AT_ONCE,
        0,
        Instant.EPOCH,
        Instant.EPOCH,
        null,
        null,
        List.of(),
        null);
  }
}
