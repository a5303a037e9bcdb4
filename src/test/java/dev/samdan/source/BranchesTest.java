package dev.samdan.source;

import static dev.samdan.source.GitServer.commit;
import static dev.samdan.source.GitServer.push;
import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BranchesTest {
  private static final Principal MINA = new Principal("mina", "Kim Mina", "en");

  @TempDir Path folder;
  private GitServer server;
  private Path clone;
  private Branches branches;

  @BeforeEach
  void serve() {
    server = new GitServer(folder);
    server.source.createRepository("sample");
    server.applications.create("sample", null);
    branches = new Branches(server.source, server.applications, server.deliveries::moved);
    clone = server.clone("sample", "clone");
    push(clone, "main", Map.of("README.md", "1"));
    run(clone, "git", "tag", "1.2.0").orThrow();
    run(clone, "git", "push", "--quiet", "origin", "1.2.0").orThrow();
    push(clone, "dev", Map.of("dev.txt", "1"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "feature, sign-in, feature/sign-in, dev",
    "bugfix, employee-sync-json, bugfix/employee-sync-json, dev",
    "refactor, sign-in, refactor/sign-in, dev",
    "docs, monitoring-tools, docs/monitoring-tools, dev",
    "test, sign-in, test/sign-in, dev",
    "conf, datadog-agent-env, conf/datadog-agent-env, dev",
    "hotfix, , hotfix-1.2.1, main",
    "hotfix, 1.2.1, hotfix-1.2.1, main"
  })
  void a_branch_of_each_kind_is_made_at_its_base(
      String kind, String summary, String name, String base) {
    Branches.Started started = branches.start("sample", kind, summary, MINA);

    assertThat(started.name()).isEqualTo(name);
    assertThat(started.base()).isEqualTo(base);
    assertThat(server.source.tips("sample"))
        .containsEntry(name, server.source.tips("sample").get(base));
  }

  @Test
  void what_is_started_can_be_fetched_worked_on_and_pushed() {
    branches.start("sample", "feature", "sign-in", MINA);

    run(clone, "git", "fetch", "--quiet", "origin").orThrow();
    run(clone, "git", "switch", "--quiet", "feature/sign-in").orThrow();
    commit(clone, "feature/sign-in", Map.of("a.txt", "1"));
    run(clone, "git", "push").orThrow();

    assertThat(branches.list("sample", MINA))
        .filteredOn(b -> b.name().equals("feature/sign-in"))
        .singleElement()
        .satisfies(branch -> {
          assertThat(branch.kind()).isEqualTo("feature");
          assertThat(branch.base()).isEqualTo("dev");
          assertThat(branch.ahead()).isEqualTo(1);
          assertThat(branch.behind()).isZero();
          assertThat(branch.problems()).isEmpty();
        });
  }

  @Test
  void a_branch_that_is_there_or_breaks_a_rule_is_not_made() {
    branches.start("sample", "feature", "sign-in", MINA);

    refused("feature", "sign-in", "there is a branch feature/sign-in already");
    refused("feature", "sign in", "is a name of no kind of branch");
    refused("hotfix", "2.0.0", "does not follow the newest tag, 1.2.0");
    refused("spike", "x", "spike is not a kind of branch; there are feature, bugfix");
    refused("feature", null, "a feature branch needs a summary");
  }

  private void refused(String kind, String summary, String message) {
    assertThatThrownBy(() -> branches.start("sample", kind, summary, MINA))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(message);
  }

  @Test
  void the_list_shows_the_fixed_branches_first_and_what_is_wrong_with_the_others() {
    run(clone, "git", "switch", "--quiet", "main").orThrow();
    server.pushPastTheRules("sample", clone, "main", Map.of("only-main.txt", "1"));
    // Made behind the rules' back, as an import may.
    run(
            folder.resolve("home/git/sample.git"),
            "git",
            "update-ref",
            "refs/heads/feature/x",
            server.source.tips("sample").get("main"))
        .orThrow();

    List<BranchView> all = branches.list("sample", MINA);

    assertThat(all).extracting(BranchView::name).containsExactly("main", "dev", "feature/x");
    assertThat(all).extracting(BranchView::kind).containsExactly("fixed", "fixed", "feature");
    assertThat(all.get(1).base()).isEqualTo("main");
    assertThat(all.get(1).ahead()).isEqualTo(1);
    assertThat(all.get(2).problems().getFirst().message())
        .contains("holds a commit of main that dev has not");
  }

  @Test
  void a_check_beforehand_says_what_the_push_would_say() {
    run(clone, "git", "switch", "--quiet", "main").orThrow();
    server.pushPastTheRules("sample", clone, "main", Map.of("only-main.txt", "1"));
    commit(clone, "feature/x", Map.of("x.txt", "1"));

    Branches.Check wrong = branches.check("sample", "feature/x", history(), MINA);
    Branches.Check hotfix = branches.check("sample", "hotfix-1.2.1", history(), MINA);
    Branches.Check name = branches.check("sample", "x", history(), MINA);

    assertThat(wrong.problems().getFirst().message())
        .contains("holds a commit of main that dev has not");
    assertThat(wrong.problems().getFirst().commands()).contains("git fetch origin");
    assertThat(hotfix.problems()).isEmpty();
    assertThat(name.problems().getFirst().commands()).contains("git branch -m x feature/x");
  }

  private Set<String> history() {
    return new HashSet<>(run(clone, "git", "rev-list", "HEAD").orThrow().lines().toList());
  }
}
