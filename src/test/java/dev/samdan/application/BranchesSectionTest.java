package dev.samdan.application;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BranchesSectionTest {
  private static final String TIERS = "application: sample\ntiers: {web: {source: web}}\n";

  private static BranchPolicy policy(String yaml) {
    ApplicationFile.Parsed parsed = ApplicationFile.parse("samdan.yml", TIERS + yaml);
    assertThat(parsed.problems()).isEmpty();
    return java.util.Objects.requireNonNull(parsed.declaration()).branches();
  }

  @Test
  void nothing_said_is_the_usual_strategy() {
    assertThat(policy("")).isEqualTo(BranchPolicy.USUAL);
  }

  @Test
  void main_and_dev_are_what_production_and_development_follow() {
    BranchPolicy policy =
        policy("environments: {dev: {branch: develop}, prod: {branch: master}}\n");

    assertThat(policy.production()).isEqualTo("master");
    assertThat(policy.integration()).isEqualTo("develop");
    assertThat(policy.kind("hotfix").orElseThrow().base()).isEqualTo("master");
    assertThat(policy.kind("feature").orElseThrow().target()).isEqualTo("develop");
  }

  @Test
  void all_of_it_can_be_changed_and_kinds_added() {
    BranchPolicy policy =
        policy(
            """
            branches:
              main: {name: trunk}
              dev: {name: next, direct-push: refuse}
              feature: {name: "work/{summary}", review: required}
              spike: {into: next, review: omitted}
              hotfix: {name: "fix-{version}"}
              refactor: {keep-tests: false}
              largest-file: 5MB
              signed-tags: true
            """);

    assertThat(policy.production()).isEqualTo("trunk");
    assertThat(policy.directPush()).isFalse();
    assertThat(policy.largestFile()).isEqualTo(5 << 20);
    assertThat(policy.signedTags()).isTrue();
    assertThat(policy.kindOf("work/sign-in").orElseThrow())
        .isEqualTo(
            new BranchPolicy.Kind(
                "feature",
                "next",
                "next",
                "work/{summary}",
                BranchPolicy.Review.REQUIRED,
                false,
                BranchPolicy.Merge.COMMIT));
    assertThat(policy.kindOf("spike/queue").orElseThrow().review())
        .isEqualTo(BranchPolicy.Review.OMITTED);
    assertThat(policy.kindOf("fix-{1.2.1}").orElseThrow().base()).isEqualTo("trunk");
    assertThat(policy.kind("refactor").orElseThrow().keepsTests()).isFalse();
  }

  @Test
  void how_a_kind_is_merged_is_its_own_word_else_everybodys_and_a_hotfix_stays_what_it_is() {
    BranchPolicy policy =
        policy(
            """
            branches:
              merge: rebase
              docs: {merge: merge}
              conf: {merge: squash}
              spike: {}
            """);
    assertThat(policy.kinds())
        .extracting(kind -> kind.name() + " " + kind.merge())
        .containsExactly(
            "feature REBASE",
            "bugfix REBASE",
            "refactor REBASE",
            "docs COMMIT",
            "test REBASE",
            "conf SQUASH",
            "hotfix COMMIT",
            "spike REBASE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "branches: {dev: {direct-push: no}} | samdan.yml:3:31: branches.dev.direct-push: no is"
            + " neither accept nor refuse",
        "branches: {feature: {from: trunk}} | samdan.yml:3:28: branches.feature.from: trunk is"
            + " neither main nor dev",
        "branches: {feature: {name: feature}} | samdan.yml:3:28: branches.feature.name: feature is"
            + " not a branch's name with one {summary} or {version} in it, such as"
            + " feature/{summary}",
        "branches: {largest-file: 5} | samdan.yml:3:26: branches.largest-file: 5 is not a size,"
            + " such as 50MB (KB, MB, GB)",
        "branches: {test: {review: never}} | samdan.yml:3:27: branches.test.review: never is none"
            + " of omitted, optional and required",
        "branches: {merge: ff} | samdan.yml:3:19: branches.merge: ff is none of merge, squash and",
        "branches: {conf: {merge: ff}} | samdan.yml:3:26: branches.conf.merge: ff is none of"
            + " merge,",
        "branches: {hotfix: {merge: squash}} | samdan.yml:3:28: branches.hotfix.merge: must be"
            + " merge",
        "branches: {Feature: {}} | samdan.yml:3:12: branches: Feature is not a kind of branch",
        "branches: {feature: {revue: optional}} | samdan.yml:3:22: branches.feature.revue: ",
        "branches: {dev: {name: main}} | samdan.yml:3:17: branches.dev: main is main's name too"
      })
  void what_is_wrong_is_told_with_its_place(String yaml, String message) {
    ApplicationFile.Parsed parsed = ApplicationFile.parse("samdan.yml", TIERS + yaml + "\n");
    assertThat(parsed.errors()).contains(message.strip());
  }
}
