package dev.samdan.source;

import static dev.samdan.source.GitServer.push;
import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import dev.samdan.image.Images;
import dev.samdan.operations.BaseFreshness;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.WaitingApproval;
import dev.samdan.registry.Registry;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for approval while its base image is missing, built, or there. */
class BaseFreshnessTest {
  private static final String PIPELINE = "sample-dev-api";
  private static final String SAMDAN_YML =
      """
      application: sample
      tiers:
        api:
          source: api
          base: {dockerfile: Dockerfile-base, rebuild-on: [requirements.txt]}
      environments:
        dev: {branch: dev, approval: required}
      """;

  @TempDir Path folder;
  private GitServer server;
  private Registry registry;
  private Engine engine;
  private BaseFreshness rule;

  @BeforeEach
  void serve() {
    server = new GitServer(folder);
    server.source.createRepository("sample");
    server.applications.create("sample", null);
    server.pipelines.register(
        "Source/AWS/CodeStarSourceConnection",
        new SourceProvider(server.source, server.applications));
    registry = new Registry(folder.resolve("home"), server.database);
    engine = Engine.of(Path.of("unused"), Map.of("DOCKER_HOST", "unix:///nowhere/docker.sock"));
    Images images =
        new Images(folder.resolve("home"), server.database, registry, engine, "localhost:7070");
    rule = new BaseFreshness(server.applications, server.pipelines, server.source, images);
    server.pipelines.hindrances(rule::hindrance);
    server.pipelines.start();
  }

  @AfterEach
  void close() {
    engine.close();
    registry.close();
    server.close();
  }

  @Test
  void a_stale_base_image_keeps_everybody_from_approving_by_whatever_door() {
    WaitingApproval waiting = pushed();
    String why =
        "sample-dev-api cannot be approved yet: its base image is older than requirements.txt of "
            + waiting.commit().substring(0, 7)
            + "; build it first: samdan pipeline start sample-base";

    assertThat(rule.hindrance(waiting)).contains(why);
    assertThatThrownBy(() -> server.pipelines.approve(PIPELINE, "", "mina"))
        .isInstanceOf(PlatformException.class)
        .hasMessage(why);
    assertThatThrownBy(() -> server.pipelines.answer(waiting.token(), true, "", "mina"))
        .hasMessage(why);
    base(waiting.commit(), "Failed");
    assertThat(rule.hindrance(waiting)).contains(why);
    assertThat(server.pipelines.waitingApprovals("sample")).hasSize(1);

    server.pipelines.reject(PIPELINE, "not today", "mina");
    await()
        .until(() ->
            server.pipelines.execution(waiting.executionId()).status() == ExecutionStatus.Failed);
  }

  @Test
  void it_can_be_approved_while_the_base_is_being_built_and_once_it_is_there() {
    WaitingApproval waiting = pushed();
    base(waiting.commit(), "Building");
    assertThat(rule.hindrance(waiting)).isEmpty();
    base(waiting.commit(), "Ready");
    assertThat(rule.hindrance(waiting)).isEmpty();
    assertThat(server.pipelines.approve(PIPELINE, "", "mina")).isEqualTo(waiting.executionId());
  }

  private void base(String commit, String status) {
    boolean ready = status.equals("Ready");
    server.database.useHandle(handle -> {
      handle.execute("delete from base_image");
      handle.execute(
          "insert into base_image (application, tier, commit_id, status, execution, repository,"
              + " digest, error) values ('sample', 'api', ?, ?, gen_random_uuid(), ?, ?, ?)",
          commit,
          status,
          ready ? "sample/base" : null,
          ready ? "sha256:" + "0".repeat(64) : null,
          status.equals("Failed") ? "pip said no" : null);
    });
  }

  private WaitingApproval pushed() {
    Path clone = server.clone("sample", "clone");
    run(clone, "git", "config", "user.name", "Kim Mina").orThrow();
    push(
        clone,
        "dev",
        Map.of(
            "samdan.yml",
            SAMDAN_YML,
            "api/requirements.txt",
            "fastapi\n",
            "api/Dockerfile-base",
            "FROM scratch\n"));
    await().until(() -> !server.pipelines.waitingApprovals("sample").isEmpty());
    return server.pipelines.waitingApprovals("sample").getFirst();
  }
}
