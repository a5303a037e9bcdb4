package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pullrequest.HotfixView.Step;
import dev.samdan.source.GitServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hotfix from main to production, its tag, and back into dev. */
class HotfixTest {
  private static final String APPROVED =
      """
      application: sample
      tiers:
        api: {source: api}
      environments:
        dev: {branch: dev, room: dev}
        prod: {branch: main, room: prod, approval: required}
      """;

  @TempDir Path folder;
  private Forge forge;

  @BeforeEach
  void open() {
    forge = new Forge(folder, APPROVED.replace("required", "none"));
  }

  @AfterEach
  void close() {
    forge.close();
  }

  private int hotfix(String version, Map<String, String> files) {
    forge.branch("hotfix-" + version, "main", files);
    return forge.pull("hotfix-" + version).number();
  }

  private boolean hasTag(String version) {
    return forge.history.tags("sample").containsKey(version);
  }

  private static boolean done(HotfixView hotfix) {
    return hotfix.step() == Step.DONE;
  }

  @Test
  void merged_delivered_tagged_back_in_dev_and_gone() {
    forge.branch("feature/other", "dev", Map.of("README.md", "2"));
    forge.merge(forge.pull("feature/other").number());
    int number = hotfix("1.2.1", Map.of("api/app.py", "mended\n"));
    PullRequests.Merged merged = forge.merge(number);

    HotfixView done = forge.awaitHotfix("1.2.1", HotfixTest::done);
    assertThat(merged.target()).isEqualTo("main");
    assertThat(done.tagged()).isTrue();
    assertThat(forge.history.tags("sample")).containsEntry("1.2.1", merged.commit());
    assertThat(forge.file("dev", "api/app.py")).isEqualTo("mended\n");
    assertThat(forge.file("dev", "README.md")).isEqualTo("2");
    assertThat(forge.exists("hotfix-1.2.1")).isFalse();
    assertThat(forge.executions(e -> e.pipeline().equals("sample-dev-api")).getFirst().commit())
        .isEqualTo(forge.tip("dev"));
    assertThat(forge.pulls.show("sample", done.returnNumber(), forge.mina).row().purpose())
        .isEqualTo(Purpose.RETURN);
    assertThat(forge.said("prod"))
        .contains(
            "Hotfix 1.2.1 is delivered and tagged.",
            "Hotfix 1.2.1 is back in dev. The branch was deleted.");
  }

  @Test
  void a_failed_delivery_makes_no_tag_until_it_succeeds() {
    forge.failing.add("sample-prod-api/Deploy");
    forge.merge(hotfix("1.2.1", Map.of("api/app.py", "mended\n")));

    HotfixView failed = forge.awaitHotfix("1.2.1", h -> h.step() == Step.NOT_DELIVERED);
    assertThat(failed.problem()).contains("sample-prod-api #2 Failed");
    assertThat(hasTag("1.2.1")).isFalse();
    assertThat(forge.exists("hotfix-1.2.1")).isTrue();
    assertThat(forge.said("prod")).contains("Hotfix 1.2.1 is not delivered, so there is no tag.");

    forge.failing.clear();
    forge.pipelines.retry("sample-prod-api", "mina");
    forge.awaitHotfix("1.2.1", HotfixTest::done);
    assertThat(hasTag("1.2.1")).isTrue();
  }

  @Test
  void a_second_hotfix_after_a_failed_one_delivers_both() {
    forge.failing.add("sample-prod-api/Deploy");
    PullRequests.Merged first = forge.merge(hotfix("1.2.1", Map.of("api/app.py", "half mended\n")));
    forge.awaitHotfix("1.2.1", h -> h.step() == Step.NOT_DELIVERED);

    forge.failing.clear();
    PullRequests.Merged second = forge.merge(hotfix("1.2.2", Map.of("api/app.py", "mended\n")));
    forge.awaitHotfix("1.2.1", HotfixTest::done);
    forge.awaitHotfix("1.2.2", HotfixTest::done);
    assertThat(forge.history.tags("sample"))
        .containsEntry("1.2.1", first.commit())
        .containsEntry("1.2.2", second.commit());
    assertThat(forge.file("dev", "api/app.py")).isEqualTo("mended\n");
  }

  @Test
  void of_two_at_once_the_one_that_comes_too_late_is_named_anew() {
    int first = hotfix("1.2.1", Map.of("api/a.py", "1"));
    int second = hotfix("1.2.2", Map.of("api/b.py", "1"));
    forge.merge(second);
    forge.awaitHotfix("1.2.2", HotfixTest::done);

    assertThatThrownBy(() -> forge.merge(first))
        .hasMessageContaining("1.2.2 is there already, so this version comes too late")
        .hasMessageContaining("samdan branch start hotfix");
    assertThat(forge.pulls.show("sample", first, forge.mina).row().state()).isEqualTo("open");
  }

  /** Its tag would come later than the higher one, whose commit it holds. */
  @Test
  void one_that_is_merged_already_makes_a_lower_one_late_before_it_has_its_tag() {
    int first = hotfix("1.2.1", Map.of("api/a.py", "1"));
    int second = hotfix("1.2.2", Map.of("api/b.py", "1"));
    forge.failing.add("sample-prod-api/Deploy");
    forge.merge(second);
    forge.awaitHotfix("1.2.2", h -> h.step() == Step.NOT_DELIVERED);

    assertThatThrownBy(() -> forge.merge(first))
        .hasMessageContaining("1.2.2 is there already, so this version comes too late");
    forge.failing.clear();
    forge.pipelines.retry("sample-prod-api", "mina");
    forge.awaitHotfix("1.2.2", HotfixTest::done);
    assertThat(hasTag("1.2.1")).isFalse();
  }

  @Test
  void a_conflict_with_dev_stays_open_is_told_once_and_goes_on_when_it_is_mended() {
    forge.branch("feature/same", "dev", Map.of("api/app.py", "by dev\n"));
    forge.merge(forge.pull("feature/same").number());
    forge.merge(hotfix("1.2.1", Map.of("api/app.py", "by the hotfix\n")));

    HotfixView stuck =
        forge.awaitHotfix("1.2.1", h -> h.step() == Step.RETURNING && !h.conflicts().isEmpty());
    assertThat(stuck.conflicts()).containsExactly("api/app.py");
    assertThat(stuck.tagged()).isTrue();
    String told = "Hotfix 1.2.1 is not back in dev yet: #" + stuck.returnNumber() + " conflicts.";
    await().untilAsserted(() -> assertThat(forge.said("dev")).contains(told));
    forge.restartPulls();
    assertThat(GitServer.run(forge.clone, "git", "push", "origin", ":hotfix-1.2.1").output())
        .contains("was delivered and is not on dev yet");

    forge.git("fetch", "--quiet", "origin");
    forge.git("checkout", "--quiet", "hotfix-1.2.1");
    assertThat(GitServer.run(forge.clone, "git", "merge", "origin/dev").exit()).isNotZero();
    forge.commit(Map.of("api/app.py", "by both\n"));
    forge.git("push", "--quiet", "origin", "hotfix-1.2.1");

    forge.awaitHotfix("1.2.1", HotfixTest::done);
    assertThat(forge.file("dev", "api/app.py")).isEqualTo("by both\n");
    assertThat(forge.file("main", "api/app.py")).isEqualTo("by the hotfix\n");
    assertThat(forge.said("dev")).filteredOn(told::equals).hasSize(1);
  }

  @Test
  void a_rejected_approval_makes_no_tag() {
    forge.git("checkout", "--quiet", "-B", "dev", "origin/dev");
    forge.commit(Map.of("samdan.yml", APPROVED, "api/app.py", "asks first\n"));
    forge.git("push", "--quiet", "origin", "dev");
    forge.awaitDelivered("dev");
    forge.pulls.release("sample", null, forge.mina);
    approve("sample-prod-api", true);
    forge.awaitDelivered("prod");

    forge.merge(hotfix("1.2.1", Map.of("api/app.py", "mended\n")));
    approve("sample-prod-api", false);
    HotfixView rejected = forge.awaitHotfix("1.2.1", h -> h.step() == Step.NOT_DELIVERED);
    assertThat(rejected.problem()).contains("rejected");
    assertThat(hasTag("1.2.1")).isFalse();
  }

  private void approve(String pipeline, boolean yes) {
    UUID token =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () ->
                    forge.pipelines.waitingApprovals("sample").stream()
                        .filter(a -> a.pipeline().equals(pipeline))
                        .map(a -> a.token())
                        .findFirst()
                        .orElse(null),
                found -> found != null);
    forge.pipelines.answer(token, yes, "", "haneul");
  }

  /** Whatever was done when control died is found, and not done twice. */
  @Test
  void a_new_control_goes_on_at_every_step() {
    forge.failing.add("sample-prod-api/Deploy");
    int number = hotfix("1.2.1", Map.of("api/app.py", "mended\n"));
    forge.merge(number);
    forge.awaitHotfix("1.2.1", h -> h.step() == Step.NOT_DELIVERED);
    forge.restartPulls();
    forge.failing.clear();
    forge.pipelines.retry("sample-prod-api", "mina");
    HotfixView done = forge.awaitHotfix("1.2.1", HotfixTest::done);

    for (Step step :
        new Step[] {Step.DELIVERING, Step.NOT_DELIVERED, Step.DELIVERED, Step.RETURNING}) {
      forge.pulls.close();
      forge.database.useHandle(handle ->
          handle.execute(
              "update hotfix set state = ?, problem = case ? when 'not-delivered' then 'x' end",
              step.text(),
              step.text()));
      forge.restartPulls();
      HotfixView again = forge.awaitHotfix("1.2.1", HotfixTest::done);
      assertThat(again.returnNumber()).isEqualTo(done.returnNumber());
    }
    assertThat(forge.pulls.list(new PullRequestFilter("sample", "all", null, null), 10, forge.mina))
        .hasSize(2);
    ExecutionView production =
        forge.executions(e -> e.pipeline().equals("sample-prod-api")).getFirst();
    assertThat(production.status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(production.number()).isEqualTo(2);
  }
}
