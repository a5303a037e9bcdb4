package dev.samdan.source;

import static dev.samdan.source.GitServer.commit;
import static dev.samdan.source.GitServer.push;
import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.application.Environment;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveriesTest {
  private static final String FILE =
      """
      application: sample
      tiers:
        web: {source: web}
        api:
          source: api
          base: {dockerfile: docker/Dockerfile-base, rebuild-on: [requirements.txt]}
      """;
  private static final Map<String, String> TREE =
      Map.of(
          "samdan.yml",
          FILE,
          "web/index.html",
          "1",
          "api/main.py",
          "1",
          "api/requirements.txt",
          "1",
          "api/docker/Dockerfile-base",
          "FROM scratch",
          "README.md",
          "1");

  @TempDir Path folder;
  private GitServer server;
  private Path clone;

  @BeforeEach
  void serve() {
    server = new GitServer(folder);
    server.source.createRepository("sample");
    server.applications.create("sample", null);
    clone = server.clone("sample", "clone");
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void a_new_branch_starts_everything_of_its_environment_in_one_group() {
    String output = push(clone, "dev", TREE);
    assertThat(output)
        .contains(
            "remote: dev moved. sample-base, sample-dev-api and sample-dev-web start:"
                + " http://localhost:7070/sample");
    List<ExecutionView> executions = server.executions();
    assertThat(executions)
        .extracting(ExecutionView::pipeline)
        .containsExactlyInAnyOrder("sample-base", "sample-dev-api", "sample-dev-web");
    assertThat(executions)
        .extracting(ExecutionView::groupId)
        .hasSameSizeAs(executions)
        .containsOnly(executions.getFirst().groupId());
    assertThat(executions)
        .allMatch(e -> e.commit().equals(head()) && e.triggeredBy().equals("mina"));
    assertThat(server.applications.environments("sample"))
        .extracting(Environment::name)
        .containsExactly("dev");
    assertThat(server.applications.declarationAt("sample", head())).isPresent();
  }

  @Test
  void the_person_who_pushes_reads_what_the_files_disagree_about() {
    String output = push(clone, "dev", TREE);
    assertThat(output.lines().map(String::strip))
        .contains(
            "remote: The files have 2 findings:",
            "remote: samdan.yml:4:3: error: tiers.api.build: there is no api/buildspec.yml;"
                + " commit it, or name the one there is")
        .anyMatch(l -> l.contains("tiers.web.build: there is no web/buildspec.yml"));
    assertThat(server.executions()).hasSize(3);
  }

  @Test
  void nothing_is_said_of_files_where_nothing_starts() {
    deliver("dev", TREE);
    server.bases.add(head());
    assertThat(push(clone, "dev", Map.of("README.md", "3"))).doesNotContain("finding");
  }

  @Test
  void a_push_starts_the_tiers_whose_files_changed_once_for_all_its_commits() {
    deliver("dev", TREE);
    server.bases.add(head());
    commit(clone, "dev", Map.of("api/main.py", "2"));
    commit(clone, "dev", Map.of("api/main.py", "3"));
    assertThat(deliver("dev", Map.of("api/main.py", "4"))).containsExactly("sample-dev-api");
    assertThat(deliver("dev", Map.of("web/index.html", "2"))).containsExactly("sample-dev-web");
    assertThat(deliver("dev", Map.of("README.md", "2"))).isEmpty();
    assertThat(push(clone, "dev", Map.of("README.md", "3")))
        .contains("dev moved. No tier changed, so nothing starts.");
  }

  @Test
  void the_base_image_is_built_when_its_files_changed_or_none_was_ever_built() {
    deliver("dev", TREE);
    assertThat(deliver("dev", Map.of("api/main.py", "2")))
        .containsExactly("sample-base", "sample-dev-api");
    server.bases.add(
        server
            .source
            .lastCommitTouching("sample", "dev", List.of("api/requirements.txt"))
            .orElseThrow());
    assertThat(deliver("dev", Map.of("api/main.py", "3"))).containsExactly("sample-dev-api");
    assertThat(deliver("dev", Map.of("api/requirements.txt", "2")))
        .containsExactly("sample-base", "sample-dev-api");
    server.bases.add(head());
    assertThat(deliver("dev", Map.of("api/docker/Dockerfile-base", "FROM x")))
        .containsExactly("sample-base", "sample-dev-api");
  }

  @Test
  void a_branch_that_no_environment_follows_starts_nothing_and_says_nothing() {
    assertThat(push(clone, "feature/x", TREE)).doesNotContain("remote: feature");
    assertThat(server.executions()).isEmpty();
  }

  @Test
  void a_deleted_branch_starts_nothing_and_made_again_it_starts_everything() {
    deliver("dev", TREE);
    int before = server.executions().size();
    server.deleteBranch("sample", "dev");
    assertThat(server.executions()).hasSize(before);
    run(clone, "git", "push", "-q", "origin", "dev").orThrow();
    assertThat(newest()).containsExactly("sample-base", "sample-dev-api", "sample-dev-web");
  }

  @Test
  void the_file_of_the_pushed_commit_defines_its_branchs_environments() {
    deliver("dev", TREE);
    assertThat(deliver("main", Map.of("README.md", "main")))
        .containsExactly("sample-base", "sample-prod-api", "sample-prod-web");
    assertThat(server.pipelines.declaration("sample-prod-api").stages().get(1).name())
        .isEqualTo("Approve");
    String qa = FILE + "environments: {dev: , qa: {branch: dev}}\n";
    assertThat(deliver("dev", Map.of("samdan.yml", qa, "README.md", "3")))
        .containsExactly("sample-base", "sample-qa-api", "sample-qa-web");
  }

  @Test
  void a_changed_declaration_starts_its_tier() {
    deliver("dev", TREE);
    assertThat(deliver("dev", Map.of("samdan.yml", FILE + "    port: 9000\n")))
        .contains("sample-dev-api")
        .doesNotContain("sample-dev-web");
  }

  @Test
  void an_invalid_file_is_kept_and_fails_the_last_valid_pipelines_with_file_and_line() {
    deliver("dev", TREE);
    String output =
        push(clone, "dev", Map.of("samdan.yml", FILE + "    port: 80800\n", "api/main.py", "2"));
    assertThat(output)
        .contains("dev is kept, but its declaration is not valid")
        .contains("samdan.yml:7:11: tiers.api.port: 80800 is not a port (1 to 65535)");
    assertThat(newest()).containsExactly("sample-dev-api", "sample-dev-web");
    server.pipelines.register(
        SourceProvider.TYPE, new SourceProvider(server.source, server.applications));
    server.pipelines.start();
    await()
        .untilAsserted(() -> {
          ExecutionView failed = server.pipelines.execution(server.executions().getFirst().id());
          assertThat(failed.status()).isEqualTo(ExecutionStatus.Failed);
          assertThat(failed.stages().getFirst().actions().getFirst().error())
              .startsWith("samdan.yml:7:11: ");
        });
    assertThat(server.source.tips("sample")).containsEntry("dev", head());
    assertThat(deliver("dev", Map.of("samdan.yml", FILE)))
        .containsExactly("sample-base", "sample-dev-api");
  }

  @Test
  void an_invalid_file_without_a_pipeline_is_told_to_the_room() {
    push(clone, "dev", Map.of("samdan.yml", "application: sample\n"));
    assertThat(server.executions()).isEmpty();
    assertThat(server.invalidFiles)
        .singleElement()
        .satisfies(file -> {
          assertThat(file.application()).isEqualTo("sample");
          assertThat(file.errors())
              .isEqualTo("samdan.yml:1:1: tiers: neither web nor api is declared");
          assertThat(file.commit().id()).isEqualTo(head());
        });
    push(clone, "feature/other", Map.of("samdan.yml", "x: y\n"));
    assertThat(server.invalidFiles).hasSize(1);
  }

  @Test
  void a_pipeline_of_the_repository_replaces_the_derived_one() {
    String json =
        """
        {"pipeline": {"name": "sample-dev-web", "roleArn": "arn:aws:iam::1:role/x", "version": 1, "stages": [
          {"name": "Source", "actions": [{"name": "Code", "actionTypeId":
            {"category": "Source", "owner": "AWS", "provider": "CodeStarSourceConnection", "version": "1"},
            "configuration": {"ConnectionArn": "samdan", "FullRepositoryId": "sample", "BranchName": "dev"},
            "outputArtifacts": [{"name": "Src"}]}]},
          {"name": "Ship", "actions": [{"name": "Ship", "actionTypeId":
            {"category": "Deploy", "owner": "AWS", "provider": "S3", "version": "1"},
            "configuration": {"BucketName": "sample-dev-web", "Extract": "true"},
            "inputArtifacts": [{"name": "Src"}]}]}]}}
        """;
    push(clone, "dev", TREE);
    push(clone, "dev", Map.of("pipelines/sample-dev-web.json", json, "web/index.html", "2"));
    assertThat(server.pipelines.declaration("sample-dev-web").stages().get(1).name())
        .isEqualTo("Ship");
    String output =
        push(clone, "dev", Map.of("pipelines/sample-dev-web.json", "{\"pipeline\": {}}"));
    assertThat(output).contains("pipelines/sample-dev-web.json:1:");
  }

  @Test
  void a_move_that_nobody_recorded_is_found_at_start_and_only_the_newest_tip_starts() {
    deliver("dev", TREE);
    int before = server.executions().size();
    run(clone, "git", "remote", "set-url", "origin", server.urlWithoutDeliveries("sample"))
        .orThrow();
    push(clone, "dev", Map.of("api/main.py", "2"));
    push(clone, "dev", Map.of("api/main.py", "3"));
    assertThat(server.executions()).hasSize(before);
    server.restart();
    assertThat(newest()).containsExactly("sample-base", "sample-dev-api");
    assertThat(server.executions().getFirst().commit()).isEqualTo(head());
    int then = server.executions().size();
    server.restart();
    assertThat(server.executions()).hasSize(then);
  }

  @Test
  void a_start_that_was_cut_short_goes_on_without_starting_anything_twice() {
    deliver("dev", TREE);
    List<ExecutionView> before = server.executions();
    server.database.useHandle(
        handle -> handle.execute("update ref_trigger set outcome = 'recorded', handled_at = null"));
    server.pipelines.delete("sample-dev-web");
    server.restart();
    List<ExecutionView> after = server.executions();
    assertThat(after).hasSameSizeAs(before);
    assertThat(after).extracting(ExecutionView::groupId).containsOnly(before.getFirst().groupId());
    assertThat(newest()).containsExactly("sample-base", "sample-dev-api", "sample-dev-web");
  }

  @Test
  void a_push_whose_pipelines_cannot_start_is_kept_and_they_start_as_soon_as_they_can() {
    server.failures.set(2);
    assertThat(push(clone, "dev", TREE))
        .contains("The push is kept. Its pipelines cannot start right now");
    await().untilAsserted(() -> assertThat(server.executions()).hasSize(3));
    assertThat(newest()).containsExactly("sample-base", "sample-dev-api", "sample-dev-web");
    assertThat(deliver("dev", Map.of("web/index.html", "2")))
        .contains("sample-dev-web")
        .doesNotContain("sample-dev-api");
  }

  @Test
  void a_branch_that_cannot_be_handled_holds_up_no_other() {
    server.failures.set(1_000);
    push(clone, "dev", TREE);
    String other = FILE.replaceFirst(" +base: .*\n", "");
    push(clone, "main", Map.of("samdan.yml", other));
    assertThat(server.executions())
        .extracting(ExecutionView::pipeline)
        .containsExactlyInAnyOrder("sample-prod-api", "sample-prod-web");
    server.failures.set(0);
    await()
        .untilAsserted(() ->
            assertThat(server.executions())
                .extracting(ExecutionView::pipeline)
                .contains("sample-dev-api", "sample-dev-web"));
  }

  @Test
  void a_push_that_pull_requests_cannot_follow_yet_says_so_and_what_did_start() {
    AtomicInteger failures = new AtomicInteger(2);
    Set<String> followed = ConcurrentHashMap.newKeySet();
    server.deliveries.follow((repository, push) -> {
      if (failures.getAndDecrement() > 0) {
        throw new IllegalStateException("the store is not there");
      }
      followed.add(repository);
      return List.of();
    });
    commit(clone, "dev", TREE);
    assertThat(run(clone, "git", "push", "-o", "pr", "origin", "dev").output())
        .contains("Its pull requests are brought up to it in a moment")
        .contains("What was asked for with -o was not done", "samdan pr create")
        .contains("sample-dev-api and sample-dev-web start")
        .doesNotContain("cannot start right now");
    await().untilAsserted(() -> assertThat(followed).contains("sample"));
    assertThat(newest()).containsExactly("sample-base", "sample-dev-api", "sample-dev-web");
  }

  @Test
  void a_repository_that_is_forgotten_and_made_again_starts_everything() {
    deliver("dev", TREE);
    server.source.delete("sample");
    server.deliveries.forget("sample");
    server.source.createRepository("sample");
    run(clone, "git", "push", "-q", "origin", "dev").orThrow();
    assertThat(newest()).containsExactly("sample-base", "sample-dev-api", "sample-dev-web");
    assertThat(server.executions()).hasSize(6);
  }

  @Test
  void a_tier_may_live_in_a_repository_of_its_own() {
    String file = FILE.replace("web: {source: web}", "web: {source: ., repository: sample-web}");
    push(clone, "dev", Map.of("samdan.yml", file, "api/main.py", "1"));
    assertThat(newest()).containsExactly("sample-dev-api");
    Path web = server.clone("sample-web", "web");
    assertThat(push(web, "dev", Map.of("index.html", "1")))
        .contains("dev moved. sample-dev-web starts:");
    ExecutionView execution = server.executions().getFirst();
    assertThat(execution.repository()).isEqualTo("sample-web");
    assertThat(server.applications.declarationAt("sample", execution.commit())).isPresent();
    assertThat(push(web, "dev", Map.of("index.html", "2")))
        .contains("dev moved. sample-dev-web starts:");
    assertThat(deliver("dev", Map.of("api/main.py", "2"))).containsExactly("sample-dev-api");
    assertThat(
            deliver(
                "dev", Map.of("samdan.yml", file.replace("source: .,", "source: ., spa: false,"))))
        .containsExactly("sample-dev-web");
  }

  @Test
  void a_tier_elsewhere_says_that_the_declaration_does_not_hold() {
    String file = FILE.replace("web: {source: web}", "web: {source: ., repository: sample-web}");
    push(clone, "dev", Map.of("samdan.yml", file, "api/main.py", "1"));
    server.database.useHandle(
        handle -> handle.execute("update declaration set text = text || 'tires: {}'"));
    Path web = server.clone("sample-web", "web");
    assertThat(push(web, "dev", Map.of("index.html", "1")))
        .contains("dev is kept, but its declaration is not valid")
        .contains("tires: unknown key; did you mean 'tiers'?");
  }

  @Test
  void a_person_reads_their_own_language() {
    server.identity.chooseLanguage("mina", "ko");
    assertThat(push(clone, "dev", TREE))
        .contains("dev 브랜치가 바뀌었습니다. 파이프라인을 시작합니다: sample-base, sample-dev-api");
  }

  /** Pushes and answers the pipelines that started, sorted. */
  private List<String> deliver(String branch, Map<String, String> files) {
    int before = server.executions().size();
    push(clone, branch, files);
    return server.executions().size() == before ? List.of() : newest();
  }

  /** The pipelines of the newest group, sorted. */
  private List<String> newest() {
    List<ExecutionView> executions = server.executions();
    return executions.stream()
        .filter(e -> Objects.equals(e.groupId(), executions.getFirst().groupId()))
        .map(ExecutionView::pipeline)
        .sorted()
        .toList();
  }

  private String head() {
    return run(clone, "git", "rev-parse", "HEAD").orThrow().strip();
  }
}
