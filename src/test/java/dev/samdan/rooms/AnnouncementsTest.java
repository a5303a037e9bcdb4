package dev.samdan.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.application.Applications;
import dev.samdan.base.Json;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.identity.Identity;
import dev.samdan.pipeline.ActionDeclaration;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.PipelineDeclaration;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.SourceRevision;
import dev.samdan.pipeline.StageDeclaration;
import dev.samdan.pipeline.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncementsTest {
  private static final String DEV = "52g Studio Dev Test";
  private static final String PROD = "52g Studio";
  private static final String COMMIT = "7aa1d02c0ffee7aa1d02c0ffee7aa1d02c0ffee7a";
  private static final String FILE =
      """
      application: sample
      tiers: {api: {tests: t.yml}}
      environments:
        dev: {branch: dev, room: "52g Studio Dev Test"}
        prod: {branch: main, room: "52g Studio", approval: required}
      """;

  @TempDir private Path home;
  private final Database database = TestDatabase.fresh();
  private final Identity identity = new Identity(database, InstantSource.system());
  private final Applications applications = new Applications(database);
  private final Map<String, ActionOutcome> outcomes = new ConcurrentHashMap<>();
  private final CountDownLatch building = new CountDownLatch(1);
  private volatile CountDownLatch buildMayEnd = new CountDownLatch(0);
  private Pipelines pipelines;
  private Rooms rooms;

  @BeforeEach
  void open() {
    applications.create("sample", null);
    applications.saveDeclaration("sample", "dev", COMMIT, FILE);
    applications.saveDeclaration("sample", "main", COMMIT, FILE);
    identity.ensureUser("haneul", "이하늘");
    pipelines = new Pipelines(database, home);
    pipelines.register(
        "Source/AWS/CodeStarSourceConnection",
        context -> {
          write(context.output("SourceArtifact"));
          return ActionOutcome.succeeded("");
        });
    pipelines.register(
        "Build/AWS/CodeBuild",
        context -> {
          building.countDown();
          buildMayEnd.await();
          return outcomes.getOrDefault("Build", ActionOutcome.succeeded(""));
        });
    pipelines.register(
        "Test/AWS/CodeBuild",
        context ->
            outcomes.getOrDefault("Test", ActionOutcome.succeeded("14 tests passed, 1 skipped")));
    pipelines.put(declaration("sample-dev-api", "dev", false), "sample", "dev");
    pipelines.put(declaration("sample-prod-api", "main", true), "sample", "prod");
    rooms = rooms();
  }

  @AfterEach
  void close() {
    rooms.close();
    pipelines.close();
    database.close();
  }

  @Test
  void a_delivery_to_dev_is_told_when_it_starts_and_after_its_tests_with_their_counts() {
    start();
    UUID id = push("sample-dev-api");
    awaitKinds(DEV, Kind.STARTED, Kind.SUCCEEDED);
    assertThat(texts(DEV, Language.EN))
        .containsExactly(
            "sample-dev-api started: 7aa1d02 Pin notices to the top\nby 정유나\nhttp://localhost:7070/executions/"
                + id,
            "sample-dev-api is live: 7aa1d02, 14 tests passed, 1 skipped\nPin notices to the top\nby 정유나\n"
                + "http://localhost:7070/executions/"
                + id);
    assertThat(texts(DEV, Language.KO).getLast())
        .startsWith("sample-dev-api 파이프라인이 7aa1d02 버전을 반영했어요. 테스트 14개가 통과했어요. 1개는 건너뛰었어요.\n");
    assertThat(rooms.read(PROD, Language.EN, 0, 10)).isEmpty();
  }

  @Test
  void a_failure_is_told_with_stage_reason_commit_author_and_link() {
    outcomes.put(
        "Build",
        new ActionOutcome.Failed(
            "BuildFailed", "buildspec.yml:14: npm run build ended with 2\nsee the log", Map.of()));
    start();
    UUID id = push("sample-dev-api");
    awaitKinds(DEV, Kind.STARTED, Kind.FAILED);
    assertThat(texts(DEV, Language.EN).getLast())
        .isEqualTo(
            "sample-dev-api failed in Build: buildspec.yml:14: npm run build ended with 2\nsee the log\n"
                + "@정유나 7aa1d02 Pin notices to the top\nhttp://localhost:7070/executions/"
                + id);
    assertThat(texts(DEV, Language.KO).getLast())
        .startsWith(
            "sample-dev-api 파이프라인이 Build 단계에서 실패했어요: buildspec.yml:14: npm run build ended with 2\n");
    Message message = rooms.read(DEV, Language.EN, 0, 10).getLast();
    assertThat(Json.write(message))
        .contains("\"kind\":\"failed\"", "\"pipeline\":\"sample-dev-api\"", "\"at\":");
  }

  @Test
  void failing_tests_are_told_with_their_counts() {
    outcomes.put(
        "Test",
        new ActionOutcome.Failed("TestsFailed", "2 of 14 tests failed: a.b, c.d", Map.of()));
    start();
    push("sample-dev-api");
    awaitKinds(DEV, Kind.STARTED, Kind.FAILED);
    assertThat(texts(DEV, Language.EN).getLast())
        .startsWith("sample-dev-api failed in Test: 2 of 14 tests failed: a.b, c.d\n");
  }

  @Test
  void an_invalid_samdan_yml_fails_in_source() {
    start();
    pipelines.startFailed(
        "sample-dev-api",
        Trigger.push("yuna", "refs/heads/dev"),
        revision("dev"),
        null,
        "samdan.yml:12: error: no");
    awaitKinds(DEV, Kind.STARTED, Kind.FAILED);
    assertThat(texts(DEV, Language.EN).getLast())
        .startsWith("sample-dev-api failed in Source: samdan.yml:12: error: no\n");
  }

  @Test
  void an_approval_is_asked_for_and_its_answer_told_with_the_persons_name() {
    start();
    push("sample-prod-api");
    awaitKinds(PROD, Kind.STARTED, Kind.APPROVAL_WANTED);
    assertThat(texts(PROD, Language.EN).getLast())
        .startsWith(
            "sample-prod-api asks for approval: 7aa1d02 is ready for prod.\nPin notices to the top\n"
                + "정유나 asks you to approve it.\n");
    assertThat(texts(PROD, Language.KO).getLast())
        .startsWith("sample-prod-api 파이프라인이 승인을 기다려요: 7aa1d02 버전을 prod 환경에 반영할까요?\n");
    pipelines.approve("sample-prod-api", "QA에서 확인했습니다.", "haneul");
    awaitKinds(PROD, Kind.STARTED, Kind.APPROVAL_WANTED, Kind.APPROVED, Kind.SUCCEEDED);
    assertThat(texts(PROD, Language.KO).get(2))
        .startsWith("이하늘 님이 sample-prod-api 파이프라인의 7aa1d02 버전을 승인했어요.\n“QA에서 확인했습니다.”\n");
  }

  @Test
  void a_rejection_is_told_once_and_not_as_a_failure() {
    start();
    push("sample-prod-api");
    awaitKinds(PROD, Kind.STARTED, Kind.APPROVAL_WANTED);
    pipelines.reject("sample-prod-api", "not today", "haneul");
    push("sample-prod-api");
    awaitKinds(
        PROD,
        Kind.STARTED,
        Kind.APPROVAL_WANTED,
        Kind.REJECTED,
        Kind.STARTED,
        Kind.APPROVAL_WANTED);
    assertThat(texts(PROD, Language.EN).get(2))
        .startsWith("sample-prod-api: rejected by 이하늘: “not today”\nNothing was changed.\n");
  }

  @Test
  void a_stop_and_a_retry_are_told() {
    buildMayEnd = new CountDownLatch(1);
    start();
    UUID id = push("sample-dev-api");
    await().until(() -> building.getCount() == 0);
    pipelines.stop(id, true, "wrong branch", "haneul");
    awaitKinds(DEV, Kind.STARTED, Kind.STOPPED);
    assertThat(texts(DEV, Language.EN).getLast())
        .startsWith(
            "sample-dev-api #1 was stopped by 이하늘: “wrong branch”\nWhat was running has ended.\n");
    pipelines.retry("sample-dev-api", "haneul");
    awaitKinds(DEV, Kind.STARTED, Kind.STOPPED, Kind.RETRIED);
    assertThat(texts(DEV, Language.KO).getLast())
        .startsWith("이하늘 님이 sample-dev-api #1 실행의 Build 단계를 다시 시작했어요.\n");
    pipelines.stop(id, true, "", "haneul");
  }

  @Test
  void nothing_is_told_twice_even_by_two_controls_and_nothing_is_lost_while_none_lives() {
    pipelines.start();
    push("sample-dev-api");
    await()
        .until(() ->
            pipelines.eventsAfter(0, 500).stream()
                .anyMatch(e -> e.kind().name().equals("ExecutionSucceeded")));
    rooms.start();
    try (Rooms other = rooms()) {
      other.start();
      awaitKinds(DEV, Kind.STARTED, Kind.SUCCEEDED);
      push("sample-dev-api");
      awaitKinds(DEV, Kind.STARTED, Kind.SUCCEEDED, Kind.STARTED, Kind.SUCCEEDED);
    }
    rooms.close();
    rooms = rooms();
    push("sample-dev-api");
    rooms.start();
    awaitKinds(
        DEV,
        Kind.STARTED,
        Kind.SUCCEEDED,
        Kind.STARTED,
        Kind.SUCCEEDED,
        Kind.STARTED,
        Kind.SUCCEEDED);
  }

  private void start() {
    pipelines.start();
    rooms.start();
  }

  private Rooms rooms() {
    Announcements announcements =
        new Announcements(database, identity, applications, pipelines, "http://localhost:7070");
    return new Rooms(database, applications, announcements, Outbox.Retry.DEFAULT);
  }

  private UUID push(String pipeline) {
    String branch = pipeline.contains("prod") ? "main" : "dev";
    return pipelines.start(
        pipeline, Trigger.push("yuna", "refs/heads/" + branch), revision(branch), null);
  }

  private static SourceRevision revision(String branch) {
    return new SourceRevision(
        "sample",
        branch,
        COMMIT,
        "Pin notices to the top\n\nFor all.",
        "정유나",
        "yuna@example.com",
        Instant.parse("2026-11-24T01:00:00Z"));
  }

  private void awaitKinds(String room, Kind... kinds) {
    await()
        .atMost(java.time.Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(rooms.read(room, Language.EN, 0, 50))
                .extracting(Message::kind)
                .containsExactly(kinds));
  }

  private List<String> texts(String room, Language language) {
    return rooms.read(room, language, 0, 50).stream().map(Message::text).toList();
  }

  private static PipelineDeclaration declaration(String name, String branch, boolean approval) {
    ActionDeclaration source =
        ActionDeclaration.of("Source", "Source/AWS/CodeStarSourceConnection")
            .withConfiguration(
                Map.of(
                    "ConnectionArn", "samdan", "FullRepositoryId", "sample", "BranchName", branch))
            .withOutputs("SourceArtifact")
            .withNamespace("SourceVariables");
    ActionDeclaration build = codeBuild("Build", "Build/AWS/CodeBuild");
    StageDeclaration first = StageDeclaration.of("Source", source);
    StageDeclaration second = StageDeclaration.of("Build", build);
    if (approval) {
      StageDeclaration asked =
          StageDeclaration.of("Approve", ActionDeclaration.of("Approve", "Approval/AWS/Manual"));
      return PipelineDeclaration.of(name, List.of(first, asked, second));
    }
    StageDeclaration test = StageDeclaration.of("Test", codeBuild("Test", "Test/AWS/CodeBuild"));
    return PipelineDeclaration.of(name, List.of(first, second, test));
  }

  private static ActionDeclaration codeBuild(String name, String type) {
    return ActionDeclaration.of(name, type)
        .withConfiguration(Map.of("ProjectName", "p"))
        .withInputs("SourceArtifact");
  }

  private static void write(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, "tree");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
