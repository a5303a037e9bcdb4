package dev.samdan.source;

import static dev.samdan.source.GitServer.push;
import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.PlatformException;
import dev.samdan.operations.FourEyes;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.WaitingApproval;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may approve a change that was pushed, on the rooms that know it. */
class FourEyesTest {
  private static final String PIPELINE = "sample-dev-web";

  @TempDir Path folder;
  private GitServer server;
  private Path clone;

  @BeforeEach
  void serve() {
    server = new GitServer(folder);
    server.source.createRepository("sample");
    server.applications.create("sample", null);
    server.identity.ensureUser("lee", "Lee Haneul");
    server.pipelines.register(
        "Source/AWS/CodeStarSourceConnection",
        new SourceProvider(server.source, server.applications));
    FourEyes rule = new FourEyes(server.applications, server.pipelines, server.identity);
    server.pipelines.approvers(rule::mayApprove);
    server.pipelines.start();
    clone = server.clone("sample", "clone");
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void who_wrote_or_pushed_a_change_leaves_approving_it_to_someone_else() {
    // Mina pushes what names Lee as its author.
    run(clone, "git", "config", "user.name", "lee haneul").orThrow();
    WaitingApproval waiting = pushed("approval: {four-eyes: true}");

    for (String own : new String[] {"mina", "lee"}) {
      assertThat(server.pipelines.mayApprove(waiting, own)).as(own).isFalse();
      assertThatThrownBy(() -> server.pipelines.approve(PIPELINE, "", own))
          .isInstanceOf(PlatformException.class)
          .hasMessageStartingWith("You wrote this change, so someone else approves it");
    }
    assertThat(server.pipelines.mayApprove(waiting, "park")).isTrue();
    assertThat(server.pipelines.approve(PIPELINE, "", "park")).isEqualTo(waiting.executionId());
    await().until(() -> server.pipelines.waitingApprovals(null).isEmpty());
  }

  @Test
  void who_pushed_it_may_not_approve_it_either_after_someone_else_started_it_again() {
    run(clone, "git", "config", "user.name", "Somebody").orThrow();
    WaitingApproval first = pushed("approval: {four-eyes: true}");
    server.pipelines.reject(PIPELINE, "again", "mina");
    await()
        .until(() ->
            server.pipelines.execution(first.executionId()).status() == ExecutionStatus.Failed);
    server.pipelines.retry(PIPELINE, "park");
    WaitingApproval again = waiting();

    assertThat(server.pipelines.mayApprove(again, "mina")).isFalse();
    assertThat(server.pipelines.mayApprove(again, "lee")).isTrue();
  }

  @Test
  void without_four_eyes_ones_own_change_may_be_approved() {
    WaitingApproval waiting = pushed("approval: required");

    assertThat(server.pipelines.approve(PIPELINE, "", "mina")).isEqualTo(waiting.executionId());
  }

  private WaitingApproval pushed(String approval) {
    String declaration =
        "application: sample\ntiers:\n  web: {source: web}\nenvironments:\n  dev: {branch: dev, "
            + approval
            + "}\n";
    push(clone, "dev", Map.of("samdan.yml", declaration, "web/index.html", "1"));
    return waiting();
  }

  private WaitingApproval waiting() {
    await().until(() -> !server.pipelines.waitingApprovals("sample").isEmpty());
    return server.pipelines.waitingApprovals("sample").getFirst();
  }
}
