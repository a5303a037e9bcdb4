package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * {@code kill -9} of control at each step of a hotfix: in its merge, before its delivery, between
 * delivery, tag and the way back. The next control finishes it at once, and nothing is done twice.
 */
@Tag("soak")
class HotfixKillTest {
  /** About as long as the verb that merges takes, in milliseconds. */
  private static final int MERGE = 1_500;

  private static Installation samdan;
  private static SiteClone clone;

  @BeforeAll
  static void up() {
    samdan = Installation.up();
    clone = SiteClone.of(samdan);
  }

  @AfterAll
  static void nothing_is_left_behind() {
    if (samdan != null) {
      samdan.close();
    }
  }

  @Test
  void a_hotfix_ends_after_control_was_killed_at_any_of_its_steps() {
    long seed = Long.getLong("samdan.seed", System.nanoTime());
    System.out.println("HotfixKillTest: -Dsamdan.seed=" + seed);
    Random random = new Random(seed);
    for (String step : List.of("delivering", "delivered", "returning", "merge", "merge", "merge")) {
      kill(step, random.nextInt(MERGE));
    }
  }

  private static void kill(String step, int delay) {
    JsonNode started = samdan.json("branch", "start", "hotfix", "--app", "site");
    String branch = started.path("name").asString();
    String version = branch.replace("hotfix-", "");
    clone.works("git", "fetch", "--quiet", "origin");
    clone.works("git", "switch", "--quiet", branch);
    String head = clone.commit("web/" + version + ".html", version);
    clone.works("git", "push", "--quiet");
    String number =
        samdan.json("pr", "create", "--app", "site", "--source", branch).path("number").asString();
    await("the checks of #" + number)
        .atMost(SiteClone.PATIENCE)
        .until(() ->
            samdan
                .api("/applications/site/pull-requests/" + number)
                .path("row")
                .path("standing")
                .asString()
                .equals("ready"));
    String what =
        "hotfix "
            + version
            + ", killed at "
            + step
            + (step.equals("merge") ? " + " + delay + " ms" : "");
    System.out.println("HotfixKillTest: " + what);
    long pid = samdan.json("status").path("control").path("pid").asLong();

    CompletableFuture<Installation.Ran> merge =
        CompletableFuture.supplyAsync(() -> samdan.samdan("pr", "merge", number, "--app", "site"));
    if (step.equals("merge")) {
      await().pollDelay(Duration.ofMillis(delay)).until(() -> true);
    } else {
      await(what)
          .atMost(SiteClone.PATIENCE)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> List.of(step, "done").contains(stepOf(version)));
    }
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    merge.join();
    assertThat(samdan.start().status()).as("%s\n%s", what, samdan.controlLog()).isZero();

    if (stateOf(number).equals("open")) {
      // It was killed before the merge was noted: nothing of it is there, and it is merged anew.
      assertThat(samdan.samdan("pr", "merge", number, "--app", "site").status()).as(what).isZero();
    }
    await(what).atMost(SiteClone.PATIENCE).until(() -> stepOf(version).equals("done"));
    promised(version, head, what);
  }

  private static String stateOf(String number) {
    return samdan
        .api("/applications/site/pull-requests/" + number)
        .path("row")
        .path("state")
        .asString();
  }

  private static JsonNode hotfix(String version) {
    for (JsonNode hotfix : samdan.api("/applications/site/hotfixes").path("hotfixes")) {
      if (hotfix.path("version").asString().equals(version)) {
        return hotfix;
      }
    }
    return tools.jackson.databind.node.MissingNode.getInstance();
  }

  private static String stepOf(String version) {
    return hotfix(version).path("step").asString("");
  }

  /** Merged once, delivered once, tagged where it was merged, back once, and its branch gone. */
  private static void promised(String version, String head, String what) {
    JsonNode done = hotfix(version);
    String merged = done.path("mergeCommit").asString();
    clone.works("git", "fetch", "--quiet", "--prune", "--tags", "origin");
    assertThat(clone.works("git", "rev-parse", version + "^{commit}").strip())
        .as(what)
        .isEqualTo(merged);
    assertThat(clone.works("git", "log", "-1", "--format=%P", merged)).as(what).contains(head);
    for (String branch : List.of("origin/main", "origin/dev")) {
      clone.works("git", "merge-base", "--is-ancestor", head, branch);
    }
    assertThat(
            clone
                .works(
                    "git", "log", "--merges", "--format=%s", "--grep=back into dev", "origin/dev")
                .lines()
                .filter(line -> line.contains(" " + version + " ")))
        .as(what)
        .hasSize(1);
    assertThat(clone.works("git", "ls-remote", "origin", "hotfix-" + version)).as(what).isEmpty();
    JsonNode delivered =
        samdan.api("/executions?pipeline=site-prod-web&commit=" + merged).path("executions");
    assertThat(delivered.size()).as("%s: %s", what, delivered.toPrettyString()).isEqualTo(1);
    assertThat(delivered.path(0).path("status").asString()).as(what).isEqualTo("Succeeded");
    assertThat(samdan.edge("site.localhost", "/" + version + ".html").body())
        .as(what)
        .isEqualTo(version);
  }
}
