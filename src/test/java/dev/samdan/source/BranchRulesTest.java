package dev.samdan.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.BranchPolicy;
import dev.samdan.source.RefChange.Move;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BranchRulesTest {
  private static BranchRules rules(List<String> branches, String... tags) {
    return rules(BranchPolicy.USUAL, branches, tags);
  }

  private static BranchRules rules(BranchPolicy policy, List<String> branches, String... tags) {
    Set<Version> versions =
        Stream.of(tags).flatMap(t -> Version.ofTag(t).stream()).collect(Collectors.toSet());
    Set<String> closed = policy.directPush() ? Set.of("main") : Set.of("main", "dev");
    return new BranchRules(
        policy,
        new BranchRules.Situation(
            Set.copyOf(branches), Set.of("main", "dev", "staging"), closed, versions));
  }

  private static RefChange branch(String name, Move move) {
    return new RefChange("refs/heads/" + name, move, 0, true, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "main",
        "dev",
        "staging",
        "feature/sign-in",
        "feature/로그인",
        "bugfix/employee-sync-json",
        "refactor/sign-in",
        "docs/monitoring-tools",
        "test/sign-in",
        "conf/datadog-agent-env",
        "hotfix-1.2.1",
        "hotfix-{1.2.1}"
      })
  void names_of_the_strategy_are_taken(String name) {
    assertThat(rules(List.of("main", "dev"), "1.2.0").check(branch(name, Move.CREATE))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sign-in, feature/sign-in",
    "features/sign-in, feature/sign-in",
    "feat/sign-in, feature/sign-in",
    "fix/sync, bugfix/sync",
    "doc/tools, docs/tools",
    "feature/a b, feature/a-b",
    "feature/, feature/feature",
    "develop, feature/develop",
    "feature/one/two, feature/one-two",
    "hotfix/1.2.1, hotfix-1.2.1",
    "hotfix, hotfix-1.2.1"
  })
  void a_name_of_no_kind_is_refused_with_the_nearest_one(String name, String suggestion) {
    assertThat(rules(List.of("main"), "1.2.0").check(branch(name, Move.CREATE)))
        .contains(new Refusal.WrongName(name, suggestion));
  }

  @ParameterizedTest
  @EnumSource(Move.class)
  void a_branch_that_always_exists_only_grows(Move move) {
    for (String name : List.of("main", "dev", "staging")) {
      Optional<Refusal> refusal = rules(List.of(name)).check(branch(name, move));
      switch (move) {
        case CREATE -> assertThat(refusal).isEmpty();
        case FORWARD -> assertThat(refusal.isPresent()).as(name).isEqualTo(name.equals("main"));
        case REWRITE -> assertThat(refusal).contains(new Refusal.Rewritten(name));
        case DELETE -> assertThat(refusal).contains(new Refusal.Deleted(name));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Move.class)
  void a_branch_that_comes_and_goes_may_be_rewritten_and_deleted(Move move) {
    assertThat(rules(List.of("dev")).check(branch("feature/x", move))).isEmpty();
  }

  @Test
  void dev_takes_pull_requests_only_where_it_says_so() {
    BranchPolicy usual = BranchPolicy.USUAL;
    BranchPolicy strict =
        new BranchPolicy("main", "dev", false, usual.largestFile(), false, usual.kinds());
    BranchRules rules = rules(strict, List.of("main", "dev"));

    assertThat(rules.check(branch("dev", Move.FORWARD)))
        .contains(new Refusal.DirectPush("dev", "feature/summary"));
    assertThat(rules.check(branch("dev", Move.CREATE))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // newest tag, branch, the branch that is suggested
        "-, hotfix-7.0.0, -",
        "-, hotfix-0.0.1, -",
        "1.2.0, hotfix-1.2.1, -",
        "v1.2.0, hotfix-1.2.1, -",
        "1.2.9, hotfix-1.2.10, -",
        "1.2.0, hotfix-1.2.2, hotfix-1.2.1",
        "1.2.0, hotfix-1.3.0, hotfix-1.2.1",
        "1.2.0, hotfix-1.1.9, hotfix-1.2.1",
        "1.2.0, hotfix-1.2.0, hotfix-1.2.1",
        "1.2.0, hotfix-1.2, hotfix-1.2.1",
        "1.2.0, hotfix-1.2.01, hotfix-1.2.1",
        "1.2.0, hotfix-v1.2.1, hotfix-1.2.1",
        "-, hotfix-{x}, hotfix-0.0.1"
      })
  void a_hotfix_follows_the_newest_tag(String tag, String branch, String suggestion) {
    BranchRules rules = tag == null ? rules(List.of("main")) : rules(List.of("main"), tag, "0.9.0");
    if (tag == null) {
      rules = rules(List.of("main"));
    }
    Optional<Refusal> refusal = rules.check(branch(branch, Move.CREATE));
    assertThat(refusal.map(BranchRulesTest::suggestion).orElse(null)).isEqualTo(suggestion);
  }

  private static String suggestion(Refusal refusal) {
    return switch (refusal) {
      case Refusal.NotAVersion r -> r.suggestion();
      case Refusal.VersionTaken r -> r.suggestion();
      case Refusal.VersionOrder r -> r.suggestion();
      default -> refusal.toString();
    };
  }

  @Test
  void a_second_hotfix_takes_the_version_after_the_one_on_its_way() {
    BranchRules rules = rules(List.of("main", "hotfix-1.2.1"), "1.2.0");

    assertThat(rules.check(branch("hotfix-1.2.2", Move.CREATE))).isEmpty();
    assertThat(rules.check(branch("hotfix-{1.2.1}", Move.CREATE)))
        .contains(new Refusal.SameBranch("hotfix-{1.2.1}", "hotfix-1.2.1"));
    assertThat(rules.check(branch("hotfix-1.2.1", Move.FORWARD))).isEmpty();
  }

  @Test
  void commits_of_the_other_fixed_branch_tell_a_wrong_base() {
    BranchPolicy.Kind feature = BranchPolicy.USUAL.kind("feature").orElseThrow();
    BranchPolicy.Kind hotfix = BranchPolicy.USUAL.kind("hotfix").orElseThrow();
    BranchRules rules = rules(List.of("main", "dev"), "1.2.0");

    assertThat(rules.check(new RefChange("refs/heads/feature/x", Move.CREATE, 2, true, false)))
        .contains(new Refusal.Strangers("feature/x", feature, "main", 2));
    assertThat(rules.check(new RefChange("refs/heads/hotfix-1.2.1", Move.CREATE, 1, true, false)))
        .contains(new Refusal.Strangers("hotfix-1.2.1", hotfix, "dev", 1));
  }

  @Test
  void a_new_hotfix_contains_the_newest_commit_of_main_and_an_old_one_need_not() {
    BranchRules rules = rules(List.of("main", "dev"));
    RefChange old = new RefChange("refs/heads/hotfix-1.2.1", Move.CREATE, 0, false, false);
    RefChange grown = new RefChange("refs/heads/hotfix-1.2.1", Move.FORWARD, 0, false, false);
    RefChange feature = new RefChange("refs/heads/feature/x", Move.CREATE, 0, false, false);

    assertThat(rules.check(old)).containsInstanceOf(Refusal.NotFromTip.class);
    assertThat(rules.check(grown)).isEmpty();
    assertThat(rules.check(feature)).isEmpty();
  }

  @Test
  void tags_are_signed_where_the_strategy_asks_for_it() {
    BranchPolicy usual = BranchPolicy.USUAL;
    BranchPolicy signing =
        new BranchPolicy("main", "dev", true, usual.largestFile(), true, usual.kinds());
    RefChange plain = new RefChange("refs/tags/1.2.0", Move.CREATE, 0, true, false);
    RefChange signed = new RefChange("refs/tags/1.2.0", Move.CREATE, 0, true, true);

    assertThat(rules(List.of()).check(plain)).isEmpty();
    assertThat(rules(signing, List.of()).check(plain)).contains(new Refusal.UnsignedTag("1.2.0"));
    assertThat(rules(signing, List.of()).check(signed)).isEmpty();
  }
}
