package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.pipeline.ExecutionView;
import dev.samdan.source.GitServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How commits come into the target where samdan.yml chose it, and a refactoring's tests. */
class MergeWaysTest {
  private static final String CHOSEN =
      Forge.SAMDAN_YML
          + "branches: {merge: squash, bugfix: {merge: rebase}, docs: {merge: merge}}\n";

  @TempDir static Path folder;
  private static Forge forge;

  @BeforeAll
  static void open() {
    forge = new Forge(folder, CHOSEN);
  }

  @AfterAll
  static void close() {
    forge.close();
  }

  @BeforeEach
  void nothing_fails() {
    forge.failing.clear();
  }

  /** A branch of two commits by two people, with a merge of dev between them. */
  private static void twoCommits(String branch) {
    forge.branch(branch, "dev", Map.of(branch + "/one.md", "1"));
    commitToDev(branch);
    forge.git("checkout", "--quiet", branch);
    forge.git("merge", "--quiet", "--no-edit", "origin/dev");
    forge.git("config", "user.name", "Lee Haneul");
    forge.git("config", "user.email", "haneul@example.com");
    forge.commit(Map.of(branch + "/two.md", "2"));
    forge.git("config", "user.name", "Kim Mina");
    forge.git("config", "user.email", "mina@example.com");
    forge.git("push", "--quiet", "origin", branch);
    // The target goes on, so that nothing can be moved forward as it is.
    commitToDev(branch + "-later");
  }

  private static void commitToDev(String name) {
    forge.git("fetch", "--quiet", "origin");
    forge.git("checkout", "--quiet", "-B", "dev", "origin/dev");
    forge.commit(Map.of("beside/" + name + ".md", "1"));
    forge.git("push", "--quiet", "origin", "dev");
  }

  /** What came into dev since then: a line a commit, oldest first. */
  private static List<String> came(String since, String format) {
    forge.git("fetch", "--quiet", "--prune", "origin");
    return forge
        .git("log", "--reverse", "--first-parent", "--format=" + format, since + "..origin/dev")
        .lines()
        .toList();
  }

  @Test
  void squashed_it_is_one_commit_by_who_began_it_that_says_what_was_in_it() {
    twoCommits("feature/squashed");
    String before = forge.tip("dev");
    PullRequestRow row = forge.pull("feature/squashed");
    PullRequests.Merged merged = forge.merge(row.number());

    assertThat(came(before, "%H")).containsExactly(merged.commit());
    assertThat(came(before, "%P|%an|%ae|%cn"))
        .containsExactly(before + "|Kim Mina|mina@example.com|Kim Mina");
    assertThat(forge.git("log", "-1", "--format=%B", merged.commit()))
        .startsWith(row.title() + " (#" + row.number() + ")\n\n")
        .contains("* Change feature/squashed/one.md\n", "* Change feature/squashed/two.md");
    assertThat(forge.file("dev", "feature/squashed/one.md")).isEqualTo("1");
    assertThat(forge.file("dev", "feature/squashed/two.md")).isEqualTo("2");
    assertThat(forge.exists("feature/squashed")).isFalse();
    assertThat(merged.branchDeleted()).isTrue();
    assertThat(ended(row.number())).isEqualTo("merged squash");
  }

  @Test
  void rebased_each_commit_is_anew_on_top_by_who_wrote_it_and_merges_among_them_are_gone() {
    twoCommits("bugfix/rebased");
    String before = forge.tip("dev");
    PullRequestRow row = forge.pull("bugfix/rebased");
    PullRequests.Merged merged = forge.merge(row.number());

    assertThat(came(before, "%an|%ae|%cn|%s"))
        .containsExactly(
            "Kim Mina|mina@example.com|Kim Mina|Change bugfix/rebased/one.md",
            "Lee Haneul|haneul@example.com|Kim Mina|Change bugfix/rebased/two.md");
    assertThat(forge.git("rev-list", "--merges", before + ".." + merged.commit())).isEmpty();
    assertThat(forge.git("rev-parse", merged.commit() + "~2")).isEqualTo(before);
    assertThat(forge.file("dev", "bugfix/rebased/two.md")).isEqualTo("2");
    assertThat(forge.exists("bugfix/rebased")).isFalse();
    assertThat(ended(row.number())).isEqualTo("merged rebase");
  }

  @Test
  void a_kind_may_have_a_merge_commit_where_the_others_have_none() {
    twoCommits("docs/merged");
    String before = forge.tip("dev");
    PullRequestRow row = forge.pull("docs/merged");
    String commit = forge.merge(row.number()).commit();

    assertThat(came(before, "%H %P")).containsExactly(commit + " " + before + " " + row.head());
    assertThat(ended(row.number())).isEqualTo("merged commit");
  }

  @Test
  void a_hotfix_and_a_release_stay_the_commits_they_are() {
    forge.branch("hotfix-1.0.0", "main", Map.of("docs/hotfix.md", "1"));
    String main = forge.tip("main");
    PullRequestRow hotfix = forge.pull("hotfix-1.0.0");
    String merged = forge.merge(hotfix.number()).commit();
    assertThat(parents(merged)).isEqualTo(main + " " + hotfix.head());
    forge.awaitHotfix("1.0.0", h -> h.step() == HotfixView.Step.DONE);
    forge.git("fetch", "--quiet", "origin");
    assertThat(forge.git("branch", "--remotes", "--contains", hotfix.head()))
        .contains("origin/dev");

    String dev = forge.tip("dev");
    String released = forge.pulls.release("sample", "a test", forge.mina).commit();
    assertThat(parents(released)).isEqualTo(merged + " " + dev);
  }

  private static String parents(String commit) {
    forge.git("fetch", "--quiet", "origin");
    return forge.git("log", "-1", "--format=%P", commit);
  }

  /** The pipelines of the target run what came into it, not what was checked. */
  @Test
  void what_was_checked_is_the_head_and_what_is_delivered_is_the_new_commit() {
    forge.branch("feature/delivered", "dev", Map.of("web/page.html", "new"));
    PullRequestRow row = forge.pull("feature/delivered");
    assertThat(forge.checked(row.number()).checks())
        .filteredOn(c -> c.name().equals("unit-tests-web"))
        .singleElement()
        .satisfies(c -> assertThat(c.state()).isEqualTo(Check.State.PASSED));
    String commit = forge.merge(row.number()).commit();

    assertThat(commit).isNotEqualTo(row.head());
    assertThat(forge.executions(e -> e.commit().equals(row.head())))
        .extracting(ExecutionView::pipeline)
        .containsExactly("sample-pr-web");
    assertThat(forge.executions(e -> e.commit().equals(commit)))
        .extracting(ExecutionView::pipeline)
        .containsExactly("sample-dev-web");
  }

  @Test
  void commits_that_conflict_one_by_one_are_refused_with_the_rebase_that_mends_it() {
    forge.branch("bugfix/there-and-back", "dev", Map.of("README.md", "there"));
    forge.commit(Map.of("README.md", "1", "docs/more.md", "1"));
    forge.git("push", "--quiet", "origin", "bugfix/there-and-back");
    forge.git("checkout", "--quiet", "-B", "dev", "origin/dev");
    forge.commit(Map.of("README.md", "elsewhere"));
    forge.git("push", "--quiet", "origin", "dev");
    int number = forge.pull("bugfix/there-and-back").number();
    String before = forge.tip("dev");

    assertThat(forge.checked(number).row().conflicts()).isEmpty();
    assertThatThrownBy(() -> forge.merge(number))
        .hasMessageContaining("conflicts in README.md")
        .hasMessageContaining("git rebase origin/dev");
    assertThat(forge.tip("dev")).isEqualTo(before);
    assertThat(forge.pulls.show("sample", number, forge.mina).row().state()).isEqualTo("open");

    forge.git("checkout", "--quiet", "bugfix/there-and-back");
    forge.git("fetch", "--quiet", "origin");
    forge.git("-c", "core.editor=true", "rebase", "--quiet", "-X", "ours", "origin/dev");
    forge.git("push", "--quiet", "--force-with-lease", "origin", "bugfix/there-and-back");
    forge.merge(number);
    assertThat(forge.file("dev", "docs/more.md")).isEqualTo("1");
  }

  /** The tests as they were before run against the change, whatever it makes of them. */
  @Test
  void a_refactoring_is_held_against_the_tests_that_were_there() {
    String test = "api/tests/test_app.py";
    String wasThere = forge.file("dev", test);
    forge.branch(
        "refactor/app",
        "dev",
        Map.of("api/app.py", "def f(): ...\n", test, "weaker", "api/tests/test_new.py", "1"));
    int number = forge.pull("refactor/app").number();

    ExecutionView run =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () ->
                    forge
                        .executions(e ->
                            e.pipeline().equals("sample-pr-api")
                                && !e.commit().equals(forge.tip("refactor/app")))
                        .stream()
                        .findFirst()
                        .orElse(null),
                found -> found != null && found.status().ended());
    assertThat(forge.file(run.commit(), test)).isEqualTo(wasThere);
    assertThat(forge.file(run.commit(), "api/app.py")).isEqualTo("def f(): ...\n");
    assertThat(forge.file(run.commit(), "api/tests/test_new.py")).isEqualTo("1");
    Check check = baseTests(number);
    assertThat(check.state()).isEqualTo(Check.State.FAILED);
    assertThat(check.summary()).isEqualTo("an existing test is edited or deleted");
    assertThat(check.details())
        .containsExactly(test, "the tests of dev against this change: 9 tests passed");
    assertThatThrownBy(() -> forge.merge(number))
        .hasMessageContaining("git checkout origin/dev -- " + test)
        .hasMessageContaining("--approve --allow-test-changes");

    // The first remedy as it is printed.
    forge.git("fetch", "--quiet", "origin");
    GitServer.run(forge.clone, "bash", "-c", check.remedies().getFirst()).orThrow();
    forge.commit(Map.of("api/app.py", "def g(): ...\n"));
    forge.git("push", "--quiet", "origin", "refactor/app");
    assertThat(baseTests(number).state()).isEqualTo(Check.State.PASSED);
    forge.merge(number);
    assertThat(forge.file("dev", test)).isEqualTo(wasThere);
  }

  @Test
  void a_reviewer_allows_a_refactoring_to_delete_a_test_and_only_that_word_does() {
    String test = "web/tests/test_page.py";
    forge.git("fetch", "--quiet", "origin");
    forge.git("checkout", "--quiet", "-B", "dev", "origin/dev");
    forge.commit(Map.of(test, "1"));
    forge.git("push", "--quiet", "origin", "dev");
    forge.git("checkout", "--quiet", "-B", "refactor/page", "dev");
    forge.git("rm", "--quiet", test);
    forge.commit(Map.of("web/page.html", "refactored"));
    forge.git("push", "--quiet", "origin", "refactor/page");
    int number = forge.pull("refactor/page").number();

    assertThat(baseTests(number).state()).isEqualTo(Check.State.FAILED);
    forge.pulls.review("sample", number, null, Review.Verdict.APPROVED, "", false, forge.haneul);
    assertThatThrownBy(() -> forge.merge(number)).hasMessageContaining("Existing tests stay");
    forge.pulls.review("sample", number, null, Review.Verdict.APPROVED, "", true, forge.haneul);
    assertThat(baseTests(number).summary()).endsWith(", as a reviewer allowed");
    forge.merge(number);
    assertThat(forge.source.readFile("sample", "dev", test)).isEmpty();
  }

  private static Check baseTests(int number) {
    return forge.checked(number).checks().stream()
        .filter(c -> c.name().equals("base-tests"))
        .findFirst()
        .orElseThrow();
  }

  private static String ended(int number) {
    PullRequestView view = forge.pulls.show("sample", number, forge.mina);
    return view.row().state()
        + " "
        + view.timeline().stream()
            .filter(e -> e.kind() == PullRequestEvent.Kind.MERGED)
            .findFirst()
            .orElseThrow()
            .facts()
            .get("how");
  }
}
