package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** {@code samdan branch}, {@code samdan pr} and {@code samdan release}, typed in a clone. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StrategyVerbsTest {
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
  @Order(1)
  void a_branch_is_started_checked_and_listed() {
    String started = clone.samdan("branch", "start", "feature", "sign-in");
    assertThat(started).contains("feature/sign-in is made from dev").contains("it goes into dev");
    clone.works("git", "fetch", "--quiet", "origin");
    clone.works("git", "switch", "--quiet", "feature/sign-in");
    clone.commit("docs/sign-in.md", "one\ntwo\n");

    assertThat(clone.samdan("branch", "check"))
        .isEqualTo("feature/sign-in (feature) would be taken.\n");
    assertThat(clone.samdan("branch", "list"))
        .containsPattern("feature/sign-in +feature +dev +\\+0 -0 .* ok");
    assertThat(clone.refuses("branch", "start", "feature")).contains("needs a summary");
    assertThat(clone.refuses("branch", "start", "spike", "x"))
        .contains("spike is not a kind of branch; there are feature, bugfix");
  }

  @Test
  @Order(2)
  void the_hook_asks_before_a_push_and_says_what_mends_it() {
    assertThat(clone.samdan("branch", "hook")).contains("pre-push asks 'samdan branch check'");
    clone.works("git", "switch", "--quiet", "--create", "sign-in", "origin/dev");
    clone.commit("docs/wrong.md", "1");
    Installation.Ran stopped = clone.run("git", "push", "--set-upstream", "origin", "sign-in");
    assertThat(stopped.status()).isNotZero();
    assertThat(stopped.err())
        .contains("sign-in is a name of no kind of branch. The nearest is feature/sign-in")
        .contains("failed to push")
        .doesNotContain("remote:");
    // What counts is the name that it gets, not the one that it has here.
    assertThat(clone.run("git", "push", "origin", "HEAD:refs/heads/wrong").err())
        .contains("wrong is a name of no kind of branch")
        .doesNotContain("remote:");
    clone.works("git", "push", "--quiet", "origin", "HEAD:refs/heads/docs/right");
    clone.works("git", "push", "--quiet", "origin", ":docs/right");
    // Another server has its own rules.
    clone.works("git", "init", "--quiet", "--bare", "../elsewhere.git");
    clone.works("git", "push", "--quiet", "../elsewhere.git", "sign-in");

    clone.works("git", "switch", "--quiet", "feature/sign-in");
    clone.works("git", "branch", "--quiet", "-D", "sign-in");
    clone.works("git", "push", "--quiet");
    assertThat(clone.samdan("branch", "hook", "--json")).contains("\"file\"");
    clone.works("sh", "-c", "echo '#!/bin/sh' > .git/hooks/pre-push");
    assertThat(clone.refuses("branch", "hook"))
        .contains("is there already: call 'samdan branch check' in it, or move it away");
    clone.works("rm", ".git/hooks/pre-push");
  }

  @Test
  @Order(3)
  void a_pull_request_is_opened_talked_about_and_merged() {
    String opened = clone.samdan("pr", "create", "--title", "Sign in", "--text", "With a passkey");
    assertThat(opened).contains("#1 asks to merge feature/sign-in into dev: Sign in");
    assertThat(clone.samdan("pr", "list")).containsPattern("#1 +Sign in +feature/sign-in +dev");
    assertThat(clone.samdan("pr", "diff", "1")).contains("docs/sign-in.md").contains("+two");
    assertThat(
            clone.samdan("pr", "comment", "1", "Why?", "--path", "docs/sign-in.md", "--line", "2"))
        .contains("is kept");
    assertThat(clone.samdan("pr", "show", "1"))
        .contains("With a passkey", "Before it can be merged:", "on docs/sign-in.md:2: Why?");
    assertThat(clone.refuses("pr", "review", "1"))
        .contains("give one of --approve and --request-changes");
    assertThat(clone.refuses("pr", "review", "1", "--approve"))
        .contains("your own pull request is approved by somebody else");
    assertThat(clone.refuses("pr", "create")).contains("#1 asks to merge feature/sign-in into dev");

    assertThat(clone.samdan("pr", "merge", "1"))
        .contains("#1 is merged into dev at ", "The branch was deleted.");
    assertThat(clone.refuses("pr", "merge", "1")).contains("site#1 is merged already");
    assertThat(clone.refuses("pr", "show", "9")).contains("no pull request #9: samdan pr list");
    assertThat(clone.works("git", "ls-remote", "origin", "feature/sign-in")).isEmpty();
    JsonNode list = samdan.json("pr", "list", "--app", "site", "--state", "merged");
    assertThat(list.path("pullRequests").path(0).path("number").asInt()).isEqualTo(1);
  }

  @Test
  @Order(4)
  void a_draft_waits_is_closed_and_comes_back() {
    clone.works("git", "fetch", "--quiet", "origin");
    clone.works("git", "switch", "--quiet", "--create", "docs/more", "origin/dev");
    clone.commit("docs/more.md", "1");
    clone.works("git", "push", "--quiet", "--set-upstream", "origin", "docs/more");
    clone.samdan("pr", "create", "--draft");
    assertThat(clone.refuses("pr", "merge", "2")).contains("samdan pr ready 2");
    assertThat(clone.samdan("pr", "close", "2")).contains("#2 is closed");
    assertThat(clone.samdan("pr", "reopen", "2")).contains("#2 is open again");
    assertThat(clone.refuses("pr", "reopen", "2")).contains("is not closed");
    assertThat(clone.samdan("pr", "check", "2")).contains("The checks of #2 run");
  }

  @Test
  @Order(5)
  void a_release_is_shown_and_made() {
    assertThat(clone.samdan("release", "--show"))
        .contains("brings 2 commits to main", "#1 Sign in", "Tiers: unchanged")
        .contains("Delivered and tested from dev: passed");
    JsonNode before = samdan.json("release", "--show", "--app", "site");
    assertThat(before.path("commitCount").asInt()).isEqualTo(2);

    assertThat(clone.samdan("release")).containsPattern("#3 is merged into main at [0-9a-f]{8}");
    clone.works("git", "fetch", "--quiet", "origin");
    assertThat(clone.works("git", "show", "origin/main:docs/sign-in.md")).isEqualTo("one\ntwo\n");
    assertThat(clone.refuses("release")).contains("dev has nothing that main has not");
  }

  /** A direct push of main is refused; what is printed then leads to a hotfix that is done. */
  @Test
  @Order(6)
  void what_a_refused_push_prints_can_be_typed() {
    clone.works("git", "switch", "--quiet", "main");
    clone.works("git", "pull", "--quiet");
    clone.commit("docs/main.md", "1");
    Installation.Ran refused = clone.run("git", "push", "origin", "main");
    assertThat(refused.err()).contains("main takes pull requests only");
    clone.types(refused.err());
    JsonNode open = samdan.json("pr", "list", "--app", "site").path("pullRequests").path(0);
    assertThat(open.path("source").asString()).isEqualTo("hotfix-0.0.1");
    assertThat(clone.samdan("pr", "show", open.path("number").asString())).contains("into main");
  }
}
