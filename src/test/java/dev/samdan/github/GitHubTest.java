package dev.samdan.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.rooms.Language;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitHubTest {
  @TempDir Path folder;
  private Installation samdan;

  @BeforeEach
  void install() {
    samdan = new Installation(folder);
  }

  @AfterEach
  void close() {
    samdan.close();
  }

  private Map<String, String> states(String commit) {
    return samdan.gitHubItself.states(commit);
  }

  private void connectAndFetch() {
    samdan.push("dev", "web/index.html", "1");
    samdan.connect();
    samdan.gitHub.start();
    await().untilAsserted(() -> assertThat(samdan.executions()).hasSize(1));
  }

  @Test
  void a_push_at_github_starts_the_pipelines_and_each_outcome_is_a_status_of_the_commit() {
    connectAndFetch();
    samdan.push("dev", "web/index.html", "2");
    assertThat(samdan.hook("push", Installation.pushed("dev")).statusCode()).isEqualTo(202);
    await().untilAsserted(() -> assertThat(samdan.executions()).hasSize(2));
    assertThat(samdan.executions().getFirst().triggeredBy()).isEqualTo("octocat");
    await()
        .untilAsserted(() ->
            assertThat(states(""))
                .containsEntry("samdan/sample-dev-web", "pending")
                .containsEntry("samdan/branch-strategy", "success"));
    // No build is registered here, so the source action works and the next one fails.
    samdan.pipelines.start();
    await()
        .untilAsserted(() -> {
          assertThat(samdan.executions().getFirst().status()).isEqualTo(ExecutionStatus.Failed);
          assertThat(states("")).containsEntry("samdan/sample-dev-web", "failure");
        });
    assertThat(samdan.executions().getFirst().stages().getFirst().status().name())
        .isEqualTo("Succeeded");
    assertThat(samdan.gitHub.deliveries("sample", 10))
        .extracting(HookDelivery::status)
        .containsExactly("done");
  }

  @Test
  void a_wrong_branch_is_a_failed_status_and_a_message_in_both_languages() {
    connectAndFetch();
    samdan.push("features/x", "web/index.html", "2");
    samdan.hook("create", Installation.pushed("features/x"));
    await()
        .untilAsserted(
            () -> assertThat(states("")).containsEntry("samdan/branch-strategy", "failure"));
    // The status is sent before the room is told.
    await()
        .untilAsserted(() ->
            assertThat(samdan.told(Language.EN))
                .anySatisfy(text -> assertThat(text).contains("octocat pushed what breaks")));
    assertThat(samdan.told(Language.KO))
        .anySatisfy(text -> assertThat(text).contains("octocat 님의 푸시가 브랜치 전략에 맞지 않아요"));
  }

  @Test
  void a_recorded_delivery_is_done_by_the_next_control_and_once() {
    connectAndFetch();
    samdan.gitHub.close();
    samdan.push("dev", "web/index.html", "2");
    samdan.hook("push", Installation.pushed("dev"));
    assertThat(samdan.executions()).hasSize(1);
    samdan.restart();
    await().untilAsserted(() -> assertThat(samdan.executions()).hasSize(2));
    samdan.restart();
    samdan.hook("push", Installation.pushed("dev"));
    await()
        .untilAsserted(() ->
            assertThat(samdan.gitHub.deliveries("sample", 10))
                .extracting(HookDelivery::status)
                .containsOnly("done")
                .hasSize(2));
    assertThat(samdan.executions()).hasSize(2);
  }

  @Test
  void a_delivery_whose_fetch_fails_is_tried_again_until_it_works() {
    connectAndFetch();
    samdan.remote.goDown();
    samdan.hook("push", Installation.pushed("dev"));
    await()
        .untilAsserted(() ->
            assertThat(samdan.gitHub.deliveries("sample", 1).getFirst().attempts())
                .isGreaterThan(1));
    samdan.push("dev", "web/index.html", "2");
    samdan.remote.comeBack();
    await().untilAsserted(() -> assertThat(samdan.executions()).hasSize(2));
    await()
        .untilAsserted(() ->
            assertThat(samdan.gitHub.deliveries("sample", 1).getFirst().status())
                .isEqualTo("done"));
  }

  @Test
  void an_app_makes_check_runs_and_one_whose_answer_was_lost_is_not_made_twice() {
    samdan.push("dev", "web/index.html", "1");
    samdan.gitHubItself.troubles.add(new FakeGitHub.Trouble(502, Map.of(), true));
    samdan.connectAsApp();
    samdan.gitHub.start();
    await()
        .untilAsserted(() -> {
          assertThat(samdan.executions()).hasSize(1);
          String commit = samdan.executions().getFirst().commit();
          assertThat(states(commit))
              .containsEntry("samdan/sample-dev-web", "in_progress")
              .containsEntry("samdan/branch-strategy", "success");
        });
    assertThat(samdan.gitHubItself.statuses).isEmpty();
    assertThat(samdan.gitHubItself.checkRuns).hasSize(2);
    samdan.pipelines.start();
    await()
        .untilAsserted(() ->
            assertThat(states(samdan.executions().getFirst().commit()))
                .containsEntry("samdan/sample-dev-web", "failure"));
    assertThat(samdan.gitHubItself.checkRuns).hasSize(2);
  }

  @Test
  void a_rate_limit_and_an_outage_hold_reports_back_and_lose_none() {
    samdan.gitHubItself.troubles.add(
        new FakeGitHub.Trouble(
            403,
            Map.of(
                "X-RateLimit-Remaining",
                "0",
                "X-RateLimit-Reset",
                String.valueOf(java.time.Instant.now().getEpochSecond() + 2)),
            false));
    samdan.gitHubItself.troubles.add(
        new FakeGitHub.Trouble(429, Map.of("Retry-After", "1"), false));
    samdan.gitHubItself.troubles.add(FakeGitHub.Trouble.of(503));
    connectAndFetch();
    await()
        .atMost(java.time.Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(states(""))
                .containsEntry("samdan/sample-dev-web", "pending")
                .containsEntry("samdan/branch-strategy", "success"));
    assertThat(samdan.told(Language.EN))
        .anySatisfy(text -> assertThat(text).startsWith("Nothing can be reported to team/app"))
        .anySatisfy(text -> assertThat(text).startsWith("Results are reported to team/app"));
  }

  @Test
  void a_report_that_github_refuses_for_itself_holds_no_other_back() {
    samdan.gitHubItself.troubles.add(FakeGitHub.Trouble.of(422));
    connectAndFetch();
    await().untilAsserted(() -> assertThat(states("")).hasSize(1));
  }

  @Test
  void a_pull_request_is_held_against_the_strategy_and_told_as_a_status() {
    connectAndFetch();
    String commit = samdan.push("feature/x", "web/index.html", "2");
    String pull = Installation.pull(7, "feature/x", commit, "main", "team/app");
    samdan.hook("pull_request", event("opened", pull));
    await().untilAsserted(() -> assertThat(states("")).containsEntry(Pulls.CONTEXT, "failure"));
    samdan.hook("pull_request", event("edited", pull.replace("\"main\"", "\"dev\"")));
    await().untilAsserted(() -> assertThat(states("")).containsEntry(Pulls.CONTEXT, "success"));
  }

  @Test
  void the_base_of_a_pull_request_is_checked_whichever_branch_it_was_made_from() {
    connectAndFetch();
    samdan.push("dev", "web/index.html", "2");
    samdan.remote.git("team/app", "checkout", "-q", "-b", "main");
    String only = samdan.push("main", "web/only-main.html", "1");
    samdan.remote.git("team/app", "checkout", "-q", "-b", "feature/wrong");
    String wrong = samdan.push("feature/wrong", "web/index.html", "3");
    samdan.hook("push", Installation.pushed("main"));
    String pull = Installation.pull(7, "feature/wrong", wrong, "dev", "team/app");
    samdan.hook("pull_request", event("opened", pull));
    await().untilAsserted(() -> assertThat(states(wrong)).containsEntry(Pulls.CONTEXT, "failure"));
    assertThat(samdan.gitHubItself.statuses)
        .anySatisfy(status ->
            assertThat(status.toString()).contains("feature/wrong holds a commit of main"));

    // Once dev has it, it is no stranger any more.
    samdan.remote.git("team/app", "checkout", "-q", "dev");
    samdan.remote.git("team/app", "merge", "-q", "--no-edit", only);
    samdan.remote.git("team/app", "push", "-q", "origin", "dev");
    samdan.hook("push", Installation.pushed("dev"));
    await().untilAsserted(() -> assertThat(states(wrong)).containsEntry(Pulls.CONTEXT, "success"));
  }

  private static String event(String action, String pull) {
    return "{\"action\": \""
        + action
        + "\", \"pull_request\": "
        + pull
        + ", \"repository\": {\"full_name\": \"team/app\"}, \"sender\": {\"login\": \"octocat\"}}";
  }

  @Test
  void a_pull_request_from_a_fork_is_fetched_while_it_is_open() throws Exception {
    connectAndFetch();
    String commit = samdan.push("feature/fork", "web/index.html", "2");
    samdan.remote.git("team/app", "push", "-q", "origin", "feature/fork:refs/pull/8/head");
    samdan.remote.git("team/app", "push", "-q", "origin", ":feature/fork");
    String pull = Installation.pull(8, "feature/fork", commit, "dev", "stranger/app");
    samdan.hook("pull_request", event("opened", pull));
    await().untilAsserted(() -> assertThat(states("")).containsEntry(Pulls.CONTEXT, "success"));
    assertThat(refs()).contains("refs/pull/8/head");
    samdan.hook("pull_request", event("closed", pull.replace("\"open\"", "\"closed\"")));
    await().untilAsserted(() -> assertThat(refs()).doesNotContain("refs/pull/8/head"));
  }

  private String refs() throws java.io.IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "for-each-ref")
            .directory(folder.resolve("home/git/sample.git").toFile())
            .start();
    return new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void a_pull_request_whose_webhook_was_lost_is_found() {
    samdan.push("dev", "web/index.html", "1");
    String commit = samdan.push("feature/x", "web/index.html", "2");
    samdan.gitHubItself.pulls =
        "[" + Installation.pull(9, "feature/x", commit, "dev", "team/app") + "]";
    samdan.connect();
    samdan.gitHub.start();
    await().untilAsserted(() -> assertThat(states("")).containsEntry(Pulls.CONTEXT, "success"));
    assertThat(samdan.gitHubItself.requests)
        .anySatisfy(r -> assertThat(r).contains("/repos/team/app/pulls"));
  }

  @Test
  void what_is_wrong_with_an_order_is_told() {
    samdan.push("dev", "web/index.html", "1");
    assertThatThrownBy(() -> samdan.gitHub.show("sample"))
        .hasMessageContaining("samdan app connect");
    assertThatThrownBy(() -> new ConnectOrder(null, "ftp://x", null, null))
        .hasMessageContaining("not the root of GitHub's API");
    assertThatThrownBy(() -> new ConnectOrder(null, "http://github.example", null, null))
        .hasMessageContaining("unencrypted");
    samdan.connect();
    String id = UUID.randomUUID().toString();
    samdan.gitHub.disconnect("sample");
    assertThat(samdan.hook("push", id, Installation.pushed("dev")).statusCode()).isEqualTo(401);
    assertThatThrownBy(() -> samdan.gitHub.sync("sample", java.time.Duration.ofSeconds(20)))
        .hasMessageContaining("follows no other");
  }

  @Test
  void what_is_kept_goes_to_no_api_that_it_was_not_given_for() {
    samdan.push("dev", "web/index.html", "1");
    samdan.connect();
    try (FakeGitHub other = new FakeGitHub()) {
      for (String appId : new String[] {null, FakeGitHub.APP_ID}) {
        String key = appId == null ? null : other.appKeyPem();
        assertThatThrownBy(() -> samdan.connect(null, other.url(), appId, key))
            .hasMessageContaining("give the token again for this API");
      }
      samdan.gitHub.disconnect("sample");
      samdan.connectAsApp();
      assertThatThrownBy(() -> samdan.connect(null, other.url(), FakeGitHub.APP_ID, null))
          .hasMessageContaining("private key for this server and API is missing");
      samdan.connect(null, samdan.gitHubItself.url(), FakeGitHub.APP_ID, null);
      assertThat(other.requests).isEmpty();
    }
  }
}
