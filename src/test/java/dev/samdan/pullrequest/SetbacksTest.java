package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.PlatformException;
import dev.samdan.source.GitServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pull requests when a note is lost, a check was stopped, a push came between, or git forgot. */
class SetbacksTest {
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

  private int pull(String branch) {
    forge.branch(branch, "dev", Map.of("api/" + branch.replace('/', '_') + ".py", "1\n"));
    return forge.pull(branch).number();
  }

  private void store(String statement) {
    forge.database.useHandle(handle -> handle.execute(statement));
  }

  private String bare(String... command) {
    return GitServer.run(folder.resolve("home/git/sample.git"), command).orThrow();
  }

  @Test
  void a_merge_that_could_not_be_noted_is_delivered_and_noted_later() {
    int number = pull("feature/a");
    forge.checked(number);
    store(
        """
        create function refuse() returns trigger language plpgsql
        as 'begin raise exception ''no note''; end'
        """);
    store(
        """
        create trigger refuse before update on pull_request for each row
        when (new.state = 'merged') execute function refuse()
        """);

    assertThatThrownBy(() -> forge.merge(number)).hasMessageContaining("no note");

    String tip = forge.tip("dev");
    assertThat(forge.executions(e -> e.commit().equals(tip)))
        .extracting(e -> e.pipeline())
        .containsExactly("sample-dev-api");
    store("drop trigger refuse on pull_request");
    await()
        .until(() -> forge.pulls.show("sample", number, forge.mina).row().state().equals("merged"));
  }

  @Test
  void checks_that_were_stopped_run_again_when_it_is_opened_again() {
    forge.checked(pull("feature/a"));
    forge.pipelines.disableTransition("sample-pr-api", "Build", "a test", "mina");
    int number = pull("feature/b");
    await()
        .until(() -> !forge.executions(e -> e.commit().equals(forge.tip("feature/b"))).isEmpty());
    forge.pulls.close("sample", number, forge.mina);
    forge.pipelines.enableTransition("sample-pr-api", "Build", "mina");

    forge.pulls.reopen("sample", number, forge.mina);

    forge.merge(number);
  }

  @Test
  void a_failed_check_whose_artifacts_are_gone_is_started_anew() {
    forge.failing.add("sample-pr-api/Build");
    int number = pull("feature/a");
    forge.checked(number);
    store("update execution set artifacts_removed = true where pipeline = 'sample-pr-api'");
    forge.failing.clear();

    forge.pulls.check("sample", number, forge.mina);

    forge.merge(number);
  }

  @Test
  void a_check_that_is_no_longer_kept_names_its_remedy_which_works() {
    int number = pull("feature/a");
    forge.checked(number);
    store("delete from execution where pipeline = 'sample-pr-api'");

    assertThatThrownBy(() -> forge.pulls.merge("sample", number, null, null, forge.mina))
        .hasMessageContaining("samdan pr check " + number);
    forge.pulls.check("sample", number, forge.mina);

    forge.merge(number);
  }

  @Test
  void what_was_pushed_after_the_look_is_neither_approved_nor_merged() {
    int number = pull("feature/a");
    String seen = forge.checked(number).row().head();
    String pushed = forge.commit(Map.of("api/more.py", "1\n"));
    forge.git("push", "--quiet", "origin", "feature/a");
    forge.checked(number);

    assertThatThrownBy(() ->
            forge.pulls.review(
                "sample", number, seen, Review.Verdict.APPROVED, "", false, forge.haneul))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.code()).isEqualTo(PlatformException.Code.CONFLICT))
        .hasMessageContaining("look again");
    assertThatThrownBy(() -> forge.pulls.merge("sample", number, seen, null, forge.mina))
        .hasMessageContaining("a push came meanwhile");
    assertThat(forge.pulls.show("sample", number, forge.mina).reviews()).isEmpty();

    forge.pulls.review("sample", number, pushed, Review.Verdict.APPROVED, "", false, forge.haneul);
    var unused = forge.pulls.merge("sample", number, pushed.substring(0, 8), null, forge.mina);
  }

  @Test
  void a_closed_one_keeps_its_commits_where_no_client_sees_them() {
    int number = pull("feature/a");
    String head = forge.checked(number).row().head();
    String ref = "refs/samdan/pull/" + number;

    forge.git("push", "--quiet", "origin", ":feature/a");

    assertThat(bare("git", "for-each-ref", "--format=%(objectname) %(refname)").lines())
        .contains(head + " " + ref);
    assertThat(forge.git("ls-remote", "origin")).doesNotContain("refs/samdan");
    GitServer.Ended push = GitServer.run(forge.clone, "git", "push", "origin", "HEAD:" + ref);
    assertThat(push.exit()).isNotZero();
    assertThat(push.output()).contains("kept by Samdan itself");
  }

  @Test
  void one_whose_commits_git_has_no_more_is_still_shown() {
    int number = pull("feature/a");
    forge.checked(number);
    forge.pulls.close("sample", number, forge.mina);
    store("update pull_request set head = repeat('d', 40) where number = " + number);

    PullRequestView view = forge.pulls.show("sample", number, forge.mina);

    assertThat(view.commits()).isEmpty();
    assertThat(view.brings().tiers()).isEmpty();
    assertThat(forge.pulls.diff("sample", number).files()).isEmpty();
  }

  @Test
  void a_repository_that_cannot_be_read_keeps_control_from_nothing_else() throws IOException {
    forge.source.createRepository("broken");
    Files.writeString(folder.resolve("home/git/broken.git/packed-refs"), "no refs\n");
    assertThatThrownBy(() -> forge.source.tips("broken"))
        .isInstanceOf(java.io.UncheckedIOException.class);

    forge.restartPulls();

    forge.merge(pull("feature/a"));
  }
}
