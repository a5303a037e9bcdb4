package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Tier;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Trigger;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image started for a moment: tested, and gone without a trace. */
class TrialTest {
  private static final String DECLARATION =
      """
      application: sample
      tiers:
        api: {source: api, health: /health, tests: buildspec-test.yml}
        data: {engine: postgresql}
      environments:
        dev: {branch: dev}
      """;

  @TempDir Path home;
  private final List<URI> tested = new CopyOnWriteArrayList<>();
  private Platform platform;

  @BeforeEach
  void start() throws Exception {
    platform = new Platform(home);
  }

  @AfterEach
  void stop() throws InterruptedException {
    platform.close();
  }

  private ExecutionView check(String commit, Map<String, String> image) {
    ApplicationDeclaration declaration = platform.declare(commit, DECLARATION);
    platform.pipelines.put(
        DerivedPipelines.ofPullRequest(declaration, Tier.API),
        "sample",
        DerivedPipelines.PULL_REQUEST);
    platform.imageEnvironments.put(commit, image);
    return platform.ended(
        platform.pipelines.start(
            "sample-pr-api",
            Trigger.push("Kim", ""),
            Platform.revision(commit),
            UUID.randomUUID()));
  }

  private void assertNothingIsLeft() {
    assertThat(platform.tasks.liveTaskSets()).isEmpty();
    assertThat(platform.tasks.taskDefinitions("sample-pr")).isEmpty();
    assertThat(platform.database.tierDatabases().environments(Trial.PREFIX)).isEmpty();
  }

  @Test
  void it_is_tested_while_it_answers_and_leaves_nothing() {
    platform.tests =
        (context, project, target) -> {
          tested.add(target);
          assertThat(project).isEqualTo("sample-pr-api-test");
          assertThat(platform.database.tierDatabases().environments(Trial.PREFIX)).hasSize(1);
          return new TrafficTests.Outcome(true, "3 tests passed");
        };
    ExecutionView execution = check("c1", Map.of("VERSION", "c1"));

    assertThat(execution.status()).as(execution.toString()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(tested).hasSize(1);
    assertNothingIsLeft();
  }

  @Test
  void failed_tests_fail_it_and_leave_nothing() {
    platform.tests =
        (context, project, target) -> new TrafficTests.Outcome(false, "1 of 3 tests failed");
    ExecutionView execution = check("c1", Map.of("VERSION", "c1"));

    assertThat(execution.status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(execution.toString()).contains("1 of 3 tests failed");
    assertNothingIsLeft();
  }
}
