package dev.samdan.source;

import static dev.samdan.source.GitServer.commit;
import static dev.samdan.source.GitServer.push;
import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.source.GitServer.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The strategy held by the real server against the real git. */
class BranchStrategyTest {
  @TempDir Path folder;
  private GitServer server;
  private Path clone;

  @BeforeEach
  void serve() {
    server = new GitServer(folder);
    server.source.createRepository("sample");
    server.applications.create("sample", null);
    clone = server.clone("sample", "clone");
    push(clone, "main", Map.of("README.md", "1"));
    git("checkout", "--quiet", "-b", "dev");
    git("push", "--quiet", "origin", "dev");
    push(clone, "dev", Map.of("dev.txt", "1"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void a_wrong_name_is_refused_with_commands_that_mend_it_when_they_are_typed() throws IOException {
    git("checkout", "--quiet", "-b", "features/sign-in", "dev");
    commit(clone, "features/sign-in", Map.of("a.txt", "1"));
    Ended refused = run(clone, "git", "push", "--set-upstream", "origin", "features/sign-in");

    assertThat(refused.exit()).isNotZero();
    assertThat(refused.output())
        .contains("remote: features/sign-in is a name of no kind of branch")
        .contains("[remote rejected] features/sign-in -> features/sign-in (name of no kind)");
    assertThat(incoming()).isZero();
    assertThat(packs()).doesNotContain(head());

    mend(refused);
    assertThat(server.source.tips("sample")).containsKey("feature/sign-in");
  }

  @Test
  void nothing_of_a_refused_push_stays() throws IOException {
    commit(clone, "nonsense", Map.of("secret.txt", "do not keep me"));
    String refused = head();
    long before = files();

    assertThat(run(clone, "git", "push", "origin", "nonsense", "dev:feature/fine").exit())
        .isNotZero();

    assertThat(files()).isEqualTo(before);
    assertThat(server.source.hasCommit("sample", refused)).isFalse();
    assertThat(server.source.tips("sample")).containsOnlyKeys("main", "dev");
  }

  @Test
  void a_feature_made_from_main_is_refused_where_main_has_what_dev_has_not() {
    git("checkout", "--quiet", "main");
    server.pushPastTheRules("sample", clone, "main", Map.of("only-main.txt", "1"));
    git("checkout", "--quiet", "-b", "feature/x", "main");
    commit(clone, "feature/x", Map.of("x.txt", "1"));
    Ended refused = run(clone, "git", "push", "-u", "origin", "feature/x");

    assertThat(refused.output())
        .contains("feature/x holds a commit of main that dev has not")
        .contains("git rebase --onto origin/dev origin/main feature/x");
    mend(refused);
    assertThat(server.source.tips("sample")).containsKey("feature/x");
    assertThat(run(clone, "git", "log", "--format=%s", "origin/dev..feature/x").output().strip())
        .isEqualTo("Change x.txt");
  }

  @Test
  void a_hotfix_starts_at_the_tip_of_main_and_takes_the_next_version() {
    git("tag", "1.2.0", "main");
    git("push", "--quiet", "origin", "1.2.0");
    git("checkout", "--quiet", "main");
    git("branch", "hotfix-1.2.1");
    server.pushPastTheRules("sample", clone, "main", Map.of("newer.txt", "1"));
    Ended late = run(clone, "git", "push", "-u", "origin", "hotfix-1.2.1");
    assertThat(late.output()).contains("does not contain the newest commit of main");
    mend(late);

    git("branch", "hotfix-{2.0.0}", "main");
    Ended order = run(clone, "git", "push", "-u", "origin", "hotfix-{2.0.0}");
    assertThat(order.output()).contains("does not follow the newest tag, 1.2.0");
    mend(order);

    assertThat(server.source.tips("sample")).containsKeys("hotfix-1.2.1", "hotfix-1.2.2");
  }

  @Test
  void history_of_dev_is_kept() {
    String tip = server.source.tips("sample").get("dev");
    git("commit", "--quiet", "--amend", "-m", "other");
    assertThat(run(clone, "git", "push", "--force", "origin", "dev").output())
        .contains("the history of dev is never rewritten");
    assertThat(run(clone, "git", "push", "origin", ":dev").output())
        .contains("dev always exists and is not deleted");
    assertThat(server.source.tips("sample").get("dev")).isEqualTo(tip);
  }

  @Test
  void a_file_beyond_the_limit_is_named_even_in_an_older_commit_of_the_push() throws IOException {
    push(
        clone,
        "dev",
        Map.of(
            "samdan.yml",
            "application: sample\ntiers: {web: {source: web}}\nbranches: {largest-file: 100KB}\n"));
    Files.createDirectories(clone.resolve("web"));
    Files.write(clone.resolve("web/video.mp4"), new byte[200 << 10]);
    commit(clone, "dev", Map.of("b.txt", "1"));
    git("rm", "--quiet", "web/video.mp4");
    git("commit", "--quiet", "-m", "remove it");
    assertThat(run(clone, "git", "push", "origin", "dev").output())
        .contains("web/video.mp4 is 200 KB, larger than 100 KB (branches.largest-file)");
  }

  @Test
  void refusals_are_in_korean_for_those_who_chose_it() {
    server.identity.chooseLanguage("mina", "ko");
    commit(clone, "nonsense", Map.of("a.txt", "1"));
    assertThat(run(clone, "git", "push", "origin", "nonsense").output())
        .contains("nonsense은(는) 어떤 종류의 브랜치 이름도 아닙니다. 가장 가까운 이름은 feature/nonsense입니다:")
        .contains("git branch -m nonsense feature/nonsense");
  }

  private void git(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    run(clone, command).orThrow();
  }

  /** Types what the refusal said. */
  private void mend(Ended refused) {
    for (String line : refused.output().lines().toList()) {
      String text = line.replaceFirst("^remote: ?", "");
      if (text.startsWith("    git ")) {
        run(clone, "sh", "-c", text.strip()).orThrow();
      }
    }
  }

  private String head() {
    return run(clone, "git", "rev-parse", "HEAD").orThrow().strip();
  }

  private Path objects() {
    return folder.resolve("home/git/sample.git/objects");
  }

  private long incoming() throws IOException {
    try (Stream<Path> entries = Files.list(objects())) {
      return entries.filter(e -> e.getFileName().toString().startsWith("incoming")).count();
    }
  }

  private long files() throws IOException {
    try (Stream<Path> entries = Files.walk(objects())) {
      return entries.filter(Files::isRegularFile).count();
    }
  }

  private String packs() {
    return run(
            folder.resolve("home/git/sample.git"),
            "git",
            "cat-file",
            "--batch-all-objects",
            "--batch-check")
        .output();
  }
}
