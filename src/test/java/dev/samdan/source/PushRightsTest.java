package dev.samdan.source;

import static dev.samdan.source.GitServer.commit;
import static dev.samdan.source.GitServer.push;
import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.audit.AuditEntry;
import dev.samdan.audit.AuditFilter;
import dev.samdan.identity.Principal;
import dev.samdan.identity.Right;
import dev.samdan.identity.Role;
import dev.samdan.identity.Scope;
import dev.samdan.source.GitServer.Ended;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may push what, over the real git. */
class PushRightsTest {
  private static final String DECLARATION =
      """
      application: sample
      tiers:
        web: {source: web}
      environments:
        dev: {branch: dev}
        prod: {branch: main}
      """;

  @TempDir Path folder;
  private GitServer server;
  private Path clone;

  @BeforeEach
  void start() {
    server = new GitServer(folder);
    server.applications.create("sample", null);
    server.source.createRepository("sample");
    clone = server.clone("sample", "clone");
    push(clone, "main", Map.of("samdan.yml", DECLARATION, "web/index.html", "1"));
    push(clone, "dev", Map.of("web/index.html", "2"));
    server.identity.ensureUser("yuna", "정유나");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_viewer_fetches_and_pushes_nothing() {
    String url = as(Role.VIEWER, Scope.ALL);
    assertThat(run(folder, "git", "ls-remote", url).exit()).isZero();
    commit(clone, "feature/x", Map.of("web/index.html", "3"));
    Ended pushed = run(clone, "git", "push", url, "feature/x");
    assertThat(pushed.exit()).isNotZero();
    assertThat(pushed.output()).contains("403");
    assertThat(newest().outcome()).isEqualTo("refused");
    assertThat(newest().detail()).contains("that takes the role developer, and yours is viewer");
  }

  @Test
  void nobody_without_a_role_fetches() {
    assertThat(run(folder, "git", "ls-remote", as(null, Scope.ALL)).output()).contains("403");
  }

  @Test
  void a_developer_pushes_everywhere_but_to_production() {
    String url = as(Role.DEVELOPER, Scope.ALL);
    commit(clone, "dev", Map.of("web/index.html", "3"));
    assertThat(run(clone, "git", "push", url, "dev").exit()).isZero();
    assertThat(newest())
        .matches(
            e -> e.who().equals("yuna") && e.door().equals("git") && e.outcome().equals("done"))
        .matches(e -> e.detail().startsWith("refs/heads/dev "));
    Ended merged = run(clone, "git", "push", url, "dev:main");
    assertThat(merged.exit()).isNotZero();
    assertThat(merged.output())
        .contains("main takes commits of those who are maintainer. Kim Mina can change that");
    assertThat(newest().outcome()).isEqualTo("refused");
    run(clone, "git", "tag", "1.0.0").orThrow();
    run(clone, "git", "push", url, "1.0.0").orThrow();
    assertThat(run(clone, "git", "push", url, ":1.0.0").output()).contains("tag 1.0.0 exists");
  }

  @Test
  void a_maintainer_too_brings_commits_to_production_by_pull_requests_only() {
    commit(clone, "dev", Map.of("web/index.html", "3"));
    assertThat(run(clone, "git", "push", as(Role.MAINTAINER, Scope.ALL), "dev:main").output())
        .contains("main takes pull requests only");
  }

  @Test
  void production_is_not_taken_to_another_branch_by_a_push() {
    String url = as(Role.DEVELOPER, Scope.ALL);
    String stolen = DECLARATION.replace("prod: {branch: main}", "prod: {branch: feature/mine}");
    commit(clone, "feature/mine", Map.of("samdan.yml", stolen));
    Ended pushed = run(clone, "git", "push", url, "feature/mine");
    assertThat(pushed.exit()).isNotZero();
    assertThat(pushed.output()).contains("would deliver prod, which is production, from there");
    // Nor by saying on dev that another branch is production's, or that developers may.
    String eased = DECLARATION + "branches:\n  main: {merge: developer, approve: developer}\n";
    run(clone, "git", "checkout", "-q", "dev").orThrow();
    commit(clone, "dev", Map.of("samdan.yml", eased));
    run(clone, "git", "push", url, "dev").orThrow();
    assertThat(run(clone, "git", "push", url, "dev:main").output()).contains("not allowed");
    run(clone, "git", "push", folder.resolve("home/git/sample.git").toString(), "dev:main")
        .orThrow();
    server.deliveries.catchUp("sample");
    commit(clone, "dev", Map.of("web/index.html", "4"));
    assertThat(run(clone, "git", "push", url, "dev:main").output())
        .contains("main takes pull requests only");
  }

  @Test
  void production_is_not_taken_to_a_branch_that_is_made_from_devs_file() {
    String stolen =
        DECLARATION.replace("prod: {branch: main}", "prod: {branch: feature/mine, approval: none}")
            + "branches: {main: {name: main}}\n";
    commit(clone, "dev", Map.of("samdan.yml", stolen));
    run(clone, "git", "push", as(Role.DEVELOPER, Scope.ALL), "dev").orThrow();
    Branches branches = new Branches(server.source, server.applications, server.deliveries::moved);
    branches.start("sample", "feature", "mine", new Principal("yuna", "정유나", "ko"));
    // Whoever pushes next has not made that branch.
    push(clone, "dev", Map.of("web/index.html", "3"));
    assertThat(productionsBranch()).isEqualTo("main");
    // Where production's own branch names it, anybody may move it there.
    run(clone, "git", "checkout", "-q", "main").orThrow();
    server.pushPastTheRules("sample", clone, "main", Map.of("samdan.yml", stolen));
    assertThat(productionsBranch()).isEqualTo("main");
    run(clone, "git", "push", folder.resolve("home/git/sample.git").toString(), "dev:feature/mine")
        .orThrow();
    server.source.open("sample").getRefDatabase().refresh();
    server.deliveries.moved("sample", "yuna");
    assertThat(productionsBranch()).isEqualTo("feature/mine");
  }

  private String productionsBranch() {
    return server.applications.environment("sample", "prod").orElseThrow().branch();
  }

  @Test
  void who_may_push_to_dev_where_others_may_not_is_declared() {
    String declared = DECLARATION + "branches:\n  dev: {direct-push: maintainer}\n";
    push(clone, "dev", Map.of("samdan.yml", declared));
    commit(clone, "dev", Map.of("web/index.html", "5"));
    assertThat(run(clone, "git", "push", as(Role.DEVELOPER, Scope.ALL), "dev").output())
        .contains("takes pull requests only");
    run(clone, "git", "push", as(Role.MAINTAINER, Scope.ALL), "dev").orThrow();
  }

  @Test
  void a_limited_token_gets_no_further_than_its_scope() {
    commit(clone, "dev", Map.of("web/index.html", "6"));
    Scope reading = new Scope("sample", Set.of(Right.READ), false);
    assertThat(run(clone, "git", "ls-remote", as(Role.ADMIN, reading)).exit()).isZero();
    assertThat(run(clone, "git", "push", as(Role.ADMIN, reading), "dev").output()).contains("403");
    Scope pushing = new Scope("sample", Set.of(Right.PUSH), false);
    assertThat(run(clone, "git", "push", as(Role.ADMIN, pushing), "dev:main").output())
        .contains("not allowed");
    run(clone, "git", "push", as(Role.ADMIN, pushing), "dev").orThrow();
    Scope registry = new Scope(null, null, true);
    assertThat(run(clone, "git", "ls-remote", as(Role.ADMIN, registry)).output()).contains("403");
  }

  private String as(@Nullable Role role, Scope scope) {
    server.identity.setRole("yuna", "sample", role);
    return server.url("sample", server.identity.issueToken("yuna", "test", scope, null));
  }

  private AuditEntry newest() {
    return server.audit.list(new AuditFilter("sample", null, null), null, 1).entries().getFirst();
  }
}
