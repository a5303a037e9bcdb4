package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import dev.samdan.pullrequest.PullRequestRow.Standing;
import dev.samdan.source.Diff;
import dev.samdan.source.GitServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pull requests over the real git, against the real server. */
class PullRequestsTest {
  @TempDir Path folder;
  private Forge forge;

  @BeforeEach
  void open() {
    forge = new Forge(folder);
  }

  @AfterEach
  void close() {
    forge.close();
  }

  @Test
  void a_feature_is_checked_merged_delivered_and_its_branch_deleted() {
    forge.branch("feature/sign-in", "dev", Map.of("api/sign_in.py", "def sign_in(): ...\n"));
    PullRequestRow made = forge.pull("feature/sign-in");

    assertThat(made.target()).isEqualTo("dev");
    assertThat(made.title()).isEqualTo("Change api/sign_in.py");
    PullRequestView view = forge.checked(made.number());
    assertThat(view.checks())
        .extracting(Check::name)
        .containsExactly("branch", "unit-tests-api", "trial", "files", "conflicts", "review");
    assertThat(view.brings().pipelines()).containsExactly("sample-dev-api");
    assertThat(view.row().standing()).isEqualTo(Standing.READY);

    String before = forge.tip("dev");
    PullRequests.Merged merged = forge.merge(made.number());

    assertThat(forge.tip("dev")).isEqualTo(merged.commit());
    assertThat(forge.git("ls-remote", "origin", "refs/heads/feature/sign-in")).isEmpty();
    forge.git("fetch", "--quiet", "origin");
    assertThat(forge.git("log", "-1", "--format=%P", "origin/dev"))
        .isEqualTo(before + " " + made.head());
    assertThat(forge.executions(e -> e.commit().equals(merged.commit())))
        .extracting(e -> e.pipeline())
        .containsExactly("sample-dev-api");
    assertThat(forge.said("dev")).anyMatch(s -> s.contains("merged #" + made.number()));
    assertThat(forge.pulls.show("sample", made.number(), forge.mina).row().state())
        .isEqualTo("merged");
  }

  @Test
  void a_review_that_is_asked_for_waits_for_that_person_until_they_judge() {
    forge.branch("feature/page", "dev", Map.of("web/page.html", "1"));
    int number = forge.pull("feature/page").number();
    assertThat(forge.pulls.reviewsWanted("haneul")).isEmpty();
    assertThatThrownBy(() -> forge.pulls.ask("sample", number, "mina", forge.mina))
        .hasMessageContaining("ask somebody else");
    assertThatThrownBy(() -> forge.pulls.ask("sample", number, "nobody", forge.mina))
        .hasMessageContaining("there is no user nobody");

    forge.pulls.ask("sample", number, "haneul", forge.mina);
    assertThat(forge.pulls.reviewsWanted("haneul"))
        .singleElement()
        .satisfies(wanted -> {
          assertThat(wanted.number()).isEqualTo(number);
          assertThat(wanted.askedBy()).isEqualTo("Kim Mina");
        });
    assertThat(forge.pulls.show("sample", number, forge.mina).asked())
        .containsExactly("Lee Haneul");

    forge.pulls.review(
        "sample", number, null, Review.Verdict.CHANGES_REQUESTED, "why?", false, forge.haneul);
    assertThat(forge.pulls.reviewsWanted("haneul")).isEmpty();
    assertThat(forge.pulls.show("sample", number, forge.mina).asked()).isEmpty();
    forge.pulls.ask("sample", number, "haneul", forge.mina);
    assertThat(forge.pulls.reviewsWanted("haneul")).hasSize(1);
    forge.pulls.close("sample", number, forge.mina);
    assertThat(forge.pulls.reviewsWanted("haneul")).isEmpty();
  }

  @Test
  void what_the_strategy_wants_reviewed_waits_for_everybody_but_its_author(@TempDir Path another) {
    try (Forge strict =
        new Forge(another, Forge.SAMDAN_YML + "branches: {feature: {review: required}}\n")) {
      strict.branch("feature/page", "dev", Map.of("web/page.html", "1"));
      int number = strict.pull("feature/page").number();
      assertThat(strict.pulls.reviewsWanted("mina")).isEmpty();
      assertThat(strict.pulls.reviewsWanted("haneul"))
          .singleElement()
          .satisfies(wanted -> assertThat(wanted.askedBy()).isNull());
      strict.pulls.review(
          "sample", number, null, Review.Verdict.APPROVED, "", false, strict.haneul);
      assertThat(strict.pulls.reviewsWanted("haneul")).isEmpty();
    }
  }

  @Test
  void files_stay_viewed_for_the_person_who_looked_at_them() {
    forge.branch("feature/page", "dev", Map.of("web/page.html", "1"));
    int number = forge.pull("feature/page").number();
    forge.pulls.view("sample", number, "web/page.html", "one", forge.mina);
    forge.pulls.view("sample", number, "web/page.html", "two", forge.mina);
    assertThat(forge.pulls.viewed("sample", number, forge.mina))
        .isEqualTo(Map.of("web/page.html", "two"));
    assertThat(forge.pulls.viewed("sample", number, forge.haneul)).isEmpty();
    forge.pulls.view("sample", number, "web/page.html", null, forge.mina);
    assertThat(forge.pulls.viewed("sample", number, forge.mina)).isEmpty();
  }

  @Test
  void a_push_option_opens_it_and_later_pushes_are_followed() {
    forge.git("checkout", "--quiet", "-b", "feature/by-option", "origin/dev");
    forge.commit(Map.of("web/page.html", "1"));
    String said =
        GitServer.run(
                forge.clone,
                "git",
                "push",
                "-o",
                "pr=A page",
                "-o",
                "pr.text=It shows more",
                "-u",
                "origin",
                "feature/by-option")
            .orThrow();
    assertThat(said).contains("asks to merge it into dev: http://localhost:7070/");
    PullRequestRow row =
        forge.pulls.list(PullRequestFilter.open("sample"), 10, forge.mina).getFirst();
    assertThat(row.title()).isEqualTo("A page");

    String head = forge.commit(Map.of("web/page.html", "2"));
    assertThat(GitServer.run(forge.clone, "git", "push").orThrow())
        .contains("#" + row.number() + " has these commits");
    PullRequestView view = forge.pulls.show("sample", row.number(), forge.mina);
    assertThat(view.row().head()).isEqualTo(head);
    assertThat(view.text()).isEqualTo("It shows more");
    assertThat(view.timeline())
        .extracting(PullRequestEvent::kind)
        .containsExactly(PullRequestEvent.Kind.OPENED, PullRequestEvent.Kind.PUSHED);
  }

  @Test
  void a_conflict_is_named_by_file_and_merging_is_refused_with_what_mends_it() {
    forge.branch("feature/a", "dev", Map.of("api/app.py", "ONE\ntwo\nthree\n"));
    forge.branch("feature/b", "dev", Map.of("api/app.py", "Uno\ntwo\nthree\n"));
    int a = forge.pull("feature/a").number();
    int b = forge.pull("feature/b").number();
    forge.merge(a);

    PullRequestRow row = forge.checked(b).row();
    assertThat(row.conflicts()).containsExactly("api/app.py");
    assertThat(row.standing()).isEqualTo(Standing.CONFLICTS);
    assertThatThrownBy(() -> forge.pulls.merge("sample", b, null, null, forge.mina))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("cannot be merged yet")
        .hasMessageContaining("api/app.py")
        .hasMessageContaining("git merge origin/dev");

    forge.git("checkout", "--quiet", "feature/b");
    forge.git("fetch", "--quiet", "origin");
    assertThat(GitServer.run(forge.clone, "git", "merge", "origin/dev").exit()).isNotZero();
    forge.commit(Map.of("api/app.py", "ONE, Uno\ntwo\nthree\n"));
    forge.git("push", "--quiet", "origin", "feature/b");
    forge.merge(b);
    assertThat(forge.file("dev", "api/app.py")).startsWith("ONE, Uno");
  }

  @Test
  void a_merge_takes_production_nowhere_for_one_who_may_not_merge_into_it() {
    String stolen =
        Forge.SAMDAN_YML.replace("prod: {branch: main", "prod: {branch: dev")
            + "branches: {main: {name: main}}\n";
    forge.branch("feature/x", "dev", Map.of("samdan.yml", stolen));
    int number = forge.pull("feature/x").number();
    forge.checked(number);

    String commit = forge.pulls.merge("sample", number, null, null, forge.haneul).commit();

    assertThat(forge.applications.environment("sample", "prod").orElseThrow().branch())
        .isEqualTo("main");
    assertThat(forge.executions(e -> e.commit().equals(commit)))
        .extracting(e -> e.pipeline())
        .containsExactlyInAnyOrder("sample-dev-api", "sample-dev-web");
  }

  @Test
  void failed_unit_tests_keep_it_from_being_merged_until_they_pass() {
    forge.failing.add("sample-pr-api/Build");
    forge.branch("bugfix/sync", "dev", Map.of("api/app.py", "1"));
    int number = forge.pull("bugfix/sync").number();

    assertThat(forge.checked(number).row().standing()).isEqualTo(Standing.CHECKS_FAILED);
    assertThatThrownBy(() -> forge.pulls.merge("sample", number, null, null, forge.mina))
        .hasMessageContaining("Unit tests, api: 2 of 9 tests failed")
        .hasMessageContaining("samdan pr check " + number);

    forge.failing.clear();
    forge.pulls.check("sample", number, forge.mina);
    forge.merge(number);
  }

  @Test
  void what_a_person_did_by_hand_is_followed() {
    forge.branch("docs/one", "dev", Map.of("README.md", "2"));
    forge.branch("docs/two", "dev", Map.of("OTHER.md", "1"));
    int merged = forge.pull("docs/one").number();
    int deleted = forge.pull("docs/two").number();

    forge.git("checkout", "--quiet", "-B", "dev", "origin/dev");
    forge.git("merge", "--quiet", "--no-ff", "-m", "By hand", "docs/one");
    forge.git("push", "--quiet", "origin", "dev");
    forge.git("push", "--quiet", "origin", ":docs/two");

    assertThat(forge.pulls.show("sample", merged, forge.mina).row().state()).isEqualTo("merged");
    assertThat(forge.pulls.show("sample", deleted, forge.mina).row().state()).isEqualTo("closed");
  }

  @Test
  void an_approval_is_stale_after_a_push_and_nobody_approves_their_own() {
    forge.branch("feature/x", "dev", Map.of("README.md", "2"));
    int number = forge.pull("feature/x").number();
    assertThatThrownBy(() ->
            forge.pulls.review(
                "sample", number, null, Review.Verdict.APPROVED, "", false, forge.mina))
        .hasMessageContaining("somebody else");

    forge.pulls.review(
        "sample", number, null, Review.Verdict.CHANGES_REQUESTED, "no", false, forge.haneul);
    assertThatThrownBy(() -> forge.merge(number)).hasMessageContaining("asks for changes");
    forge.pulls.review("sample", number, null, Review.Verdict.APPROVED, "", false, forge.haneul);
    assertThat(forge.checked(number).reviews())
        .extracting(Review::stale)
        .containsExactly(true, false);

    forge.commit(Map.of("README.md", "3"));
    forge.git("push", "--quiet", "origin", "feature/x");
    assertThat(forge.checked(number).reviews()).allMatch(Review::stale);
    forge.merge(number);
  }

  @Test
  void comments_stand_on_lines_and_in_threads() {
    forge.branch("feature/x", "dev", Map.of("api/app.py", "one\n2\nthree\n"));
    int number = forge.pull("feature/x").number();
    Diff.File file = forge.pulls.diff("sample", number).files().getFirst();
    assertThat(file.hunks().getFirst().lines())
        .extracting(
            line -> line.kind() + " " + line.oldLine() + " " + line.newLine() + " " + line.text())
        .containsExactly(
            "CONTEXT 1 1 one", "DELETED 2 null two", "ADDED null 2 2", "CONTEXT 3 3 three");

    String head = forge.tip("feature/x");
    long first =
        forge.pulls.comment(
            "sample",
            number,
            "Why 2?",
            new Comment.Place("api/app.py", 2, false, head, false),
            null,
            forge.haneul);
    forge.pulls.comment("sample", number, "Shorter", null, first, forge.mina);
    forge.pulls.resolve("sample", number, first, forge.haneul);
    List<Comment> comments = forge.pulls.show("sample", number, forge.mina).comments();
    assertThat(comments).hasSize(2);
    assertThat(comments.getFirst().resolvedBy()).isEqualTo("haneul");
    assertThatThrownBy(() -> forge.pulls.comment("sample", number, "?", null, 999L, forge.mina))
        .hasMessageContaining("999");
  }

  @Test
  void of_merges_at_the_same_moment_none_is_lost() throws Exception {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      forge.branch("docs/n" + i, "dev", Map.of("docs/n" + i + ".md", "1"));
      numbers.add(forge.pull("docs/n" + i).number());
    }
    numbers.forEach(forge::checked);
    try (ExecutorService together = Executors.newFixedThreadPool(7)) {
      List<Callable<Object>> all = new ArrayList<>();
      numbers.forEach(n -> all.add(() -> forge.pulls.merge("sample", n, null, null, forge.mina)));
      // A push into the same branch races them.
      all.add(() -> {
        forge.git("checkout", "--quiet", "-B", "dev", "origin/dev");
        forge.commit(Map.of("docs/pushed.md", "1"));
        return GitServer.run(forge.clone, "git", "push", "origin", "dev").exit() == 0;
      });
      List<Future<Object>> ends = together.invokeAll(all);
      boolean pushed = (Boolean) ends.getLast().get();
      for (Future<Object> end : ends) {
        end.get();
      }
      for (int i = 0; i < 6; i++) {
        assertThat(forge.file("dev", "docs/n" + i + ".md")).isEqualTo("1");
      }
      assertThat(forge.source.readFile("sample", "dev", "docs/pushed.md").isPresent())
          .isEqualTo(pushed);
    }
  }

  @Test
  void a_release_shows_what_is_in_it_and_goes_once_it_was_delivered_in_dev() {
    forge.branch("feature/x", "dev", Map.of("api/app.py", "1"));
    int number = forge.pull("feature/x").number();
    forge.failing.add("sample-dev-api/Deploy");
    forge.merge(number);
    forge.awaitDelivered("dev");

    ReleaseContents next = forge.pulls.nextRelease("sample", forge.mina);
    assertThat(next.pullRequests())
        .extracting(ReleaseContents.Included::number)
        .containsExactly(number);
    assertThat(next.commitCount()).isEqualTo(2);
    assertThat(next.brings().pipelines()).containsExactly("sample-prod-api");
    assertThat(next.delivered().state()).isEqualTo(Check.State.FAILED);
    assertThatThrownBy(() -> forge.pulls.release("sample", null, forge.mina))
        .hasMessageContaining("Delivered and tested from dev: not delivered")
        .hasMessageContaining("samdan release --override REASON");

    PullRequests.Merged merged = forge.pulls.release("sample", "the outage is worse", forge.mina);
    assertThat(forge.tip("main")).isEqualTo(merged.commit());
    assertThat(forge.exists("dev")).isTrue();
    assertThat(forge.pulls.show("sample", merged.number(), forge.mina).timeline())
        .filteredOn(e -> e.kind() == PullRequestEvent.Kind.OVERRIDDEN)
        .singleElement()
        .satisfies(e -> assertThat(e.facts()).containsEntry("reason", "the outage is worse"));
    assertThatThrownBy(() -> forge.pulls.release("sample", null, forge.mina))
        .hasMessageContaining("has nothing that main has not");
  }

  /** What is merged here would be gone after the next fetch. */
  @Test
  void nothing_is_merged_in_a_repository_that_follows_another() {
    forge.branch("docs/one", "dev", Map.of("README.md", "2"));
    int number = forge.pull("docs/one").number();
    String before = forge.tip("dev");
    follow("remote.origin.url", "https://example.com/team/app.git");
    follow("remote.origin.mirror", "true");

    assertThatThrownBy(() -> forge.merge(number))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.code()).isEqualTo(PlatformException.Code.FORBIDDEN))
        .hasMessageContaining("sample follows https://example.com/team/app.git")
        .hasMessageContaining("merge there");
    assertThatThrownBy(() ->
            forge.pulls.merge(
                "sample", number, null, null, new Principal("haneul", "Lee Haneul", "ko")))
        .hasMessageContaining("그곳에서 병합하면 저절로 넘어와요");
    assertThat(forge.tip("dev")).isEqualTo(before);
    assertThat(forge.pulls.show("sample", number, forge.mina).row().state()).isEqualTo("open");

    follow("remote.origin.mirror", "false");
    forge.merge(number);
  }

  private void follow(String key, String value) {
    GitServer.run(folder.resolve("home/git/sample.git"), "git", "config", key, value).orThrow();
  }

  @Test
  void what_is_refused_is_said_in_the_readers_language() {
    Principal korean = new Principal("mina", "Kim Mina", "ko");
    forge.branch("feature/x", "dev", Map.of("README.md", "2"));
    int number = forge.pull("feature/x").number();
    assertThatThrownBy(() -> order("feature/x", null, korean))
        .hasMessageContaining("#" + number + " 풀 리퀘스트가 이미 feature/x 브랜치를 dev 브랜치에");
    assertThatThrownBy(() -> order("feature/none", null, korean))
        .hasMessageContaining("sample 저장소에 feature/none 브랜치가 없어요: git push -u origin feature/none");
    assertThatThrownBy(() -> order("feature/x", "main", korean))
        .hasMessageContaining("main 브랜치가 아니라 dev 브랜치에 병합해요")
        .hasMessageContaining("samdan pr create --source feature/x");
    forge.pulls.close("sample", number, korean);
    assertThatThrownBy(() -> forge.pulls.merge("sample", number, null, null, korean))
        .hasMessageContaining("이미 closed 상태예요");
  }

  private PullRequestRow order(String source, @Nullable String target, Principal by) {
    return forge.pulls.create(
        new PullRequests.Order("sample", source, target, null, null, false), by);
  }

  @Test
  void the_graph_shows_lanes_joins_and_numbers() {
    forge.branch("feature/merged", "dev", Map.of("README.md", "2"));
    int merged = forge.pull("feature/merged").number();
    forge.merge(merged);
    forge.branch("feature/open", "dev", Map.of("OTHER.md", "2"));
    int open = forge.pull("feature/open").number();

    BranchGraph graph = forge.pulls.graph("sample", forge.mina);
    assertThat(graph.lanes())
        .extracting(lane -> lane.branch().name())
        .containsExactly("main", "dev", "feature/open");
    BranchGraph.Lane lane = graph.lanes().getLast();
    assertThat(lane.forkedFrom()).isEqualTo("dev");
    assertThat(lane.nodes()).hasSize(1);
    assertThat(lane.pullRequest()).isNotNull();
    assertThat(lane.pullRequest().number()).isEqualTo(open);
    assertThat(graph.joins())
        .extracting(BranchGraph.Join::into, BranchGraph.Join::number)
        .contains(org.assertj.core.api.Assertions.tuple("dev", merged));
  }

  @Test
  void a_second_one_for_the_same_branch_and_one_with_nothing_in_it_are_refused() {
    forge.branch("feature/x", "dev", Map.of("README.md", "2"));
    int number = forge.pull("feature/x").number();
    assertThatThrownBy(() -> forge.pull("feature/x"))
        .hasMessageContaining("#" + number + " asks to merge feature/x into dev already");
    forge.git("push", "--quiet", "origin", "origin/dev:refs/heads/feature/empty");
    assertThatThrownBy(() -> forge.pull("feature/empty"))
        .hasMessageContaining("feature/empty has nothing that dev has not");
    assertThatThrownBy(() -> forge.pull("feature/none"))
        .hasMessageContaining("sample has no branch feature/none");
    assertThatThrownBy(() ->
            forge.pulls.create(
                new PullRequests.Order("sample", "feature/x", "main", null, null, false),
                forge.mina))
        .hasMessageContaining("feature/x goes into dev, not into main");
  }
}
