package dev.samdan.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecyclePolicyTest {
  private static final Instant NOW = Instant.parse("2026-06-30T00:00:00Z");

  /** Named by its age in days. */
  private static StoredImage image(int days, String... tags) {
    Digest digest = Digest.of(("image " + days).getBytes(StandardCharsets.UTF_8));
    return new StoredImage("app", digest, List.of(tags), 1, NOW.minus(Duration.ofDays(days)));
  }

  private static String rule(int priority, String selection) {
    return "{\"rulePriority\": "
        + priority
        + ", \"selection\": {"
        + selection
        + "}, \"action\": {\"type\": \"expire\"}}";
  }

  private static LifecyclePolicy policy(String... rules) {
    return LifecyclePolicy.parse("{\"rules\": [" + String.join(",", rules) + "]}");
  }

  private static List<Long> expired(LifecyclePolicy policy, StoredImage... images) {
    return policy.expiring(List.of(images), NOW).stream()
        .map(e -> Duration.between(e.image().pushedAt(), NOW).toDays())
        .toList();
  }

  @Test
  void images_past_the_count_expire_from_the_oldest() {
    LifecyclePolicy policy =
        policy(
            rule(
                1,
                "\"tagStatus\": \"any\", \"countType\": \"imageCountMoreThan\", \"countNumber\":"
                    + " 2"));

    assertThat(expired(policy, image(3), image(1, "a"), image(9), image(5)))
        .containsExactly(5L, 9L);
    assertThat(expired(policy, image(3), image(1))).isEmpty();
  }

  @Test
  void untagged_images_expire_by_age() {
    LifecyclePolicy policy =
        policy(
            rule(
                1,
                "\"tagStatus\": \"untagged\", \"countType\": \"sinceImagePushed\", \"countUnit\":"
                    + " \"days\", \"countNumber\": 14"));

    assertThat(expired(policy, image(13), image(14), image(15), image(20, "kept")))
        .containsExactly(15L);
  }

  @Test
  void several_patterns_must_all_be_met_by_the_tags() {
    LifecyclePolicy policy =
        policy(
            rule(
                1,
                "\"tagStatus\": \"tagged\", \"tagPatternList\": [\"alpha*\", \"*beta\"],"
                    + " \"countType\": \"imageCountMoreThan\", \"countNumber\": 1"));

    assertThat(
            expired(
                policy,
                image(1, "alpha1", "my-beta"),
                image(2, "alpha2"),
                image(3, "alphabeta"),
                image(4, "beta")))
        .containsExactly(3L);
  }

  @Test
  void a_later_rule_never_expires_what_an_earlier_one_selects() {
    LifecyclePolicy policy =
        policy(
            rule(
                2,
                "\"tagStatus\": \"any\", \"countType\": \"imageCountMoreThan\", \"countNumber\":"
                    + " 1"),
            rule(
                1,
                "\"tagStatus\": \"tagged\", \"tagPrefixList\": [\"prod\"], \"countType\":"
                    + " \"imageCountMoreThan\", \"countNumber\": 2"));

    assertThat(
            expired(
                policy,
                image(1, "prod1"),
                image(2, "prod2"),
                image(3, "prod3"),
                image(4, "dev1"),
                image(5, "dev2")))
        .containsExactly(3L, 5L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | rules must be a list of 1 to 50",
        "not json | the lifecycle policy is not valid",
        "{\"rules\": [{}]} | rules[0].selection must be an object",
        "{\"rules\": [{}]} | rules[0].rulePriority must be a whole number from 1",
        "{\"rules\": [{}]} | rules[0].action.type must be expire",
        "{\"rules\": [{\"selection\": {\"tagStatus\": \"some\"}}]} | selection.tagStatus must be"
            + " tagged, untagged or any",
        "{\"rules\": [{\"selection\": {\"tagStatus\": \"tagged\"}}]} | needs either tagPatternList"
            + " or tagPrefixList",
        "{\"rules\": [{\"selection\": {\"tagStatus\": \"any\", \"tagPrefixList\": [\"a\"]}}]} | tag"
            + " lists go with tagStatus tagged only",
        "{\"rules\": [{\"selection\": {\"countType\": \"imageCountMoreThan\", \"countUnit\":"
            + " \"days\"}}]} | countUnit does not go with imageCountMoreThan",
        "{\"rules\": [{\"selection\": {\"countType\": \"sinceImagePushed\"}}]} | countUnit must be"
            + " days",
        "{\"rules\": [{\"selection\": {\"countType\": \"sinceImagePulled\"}}]} | belongs to the"
            + " archive",
        "{\"rules\": [{\"selection\": {\"tagStatus\": \"tagged\", \"tagPatternList\":"
            + " [\"a*b*c*d*e*\"]}}]} | is not a tag's pattern",
        "{\"rules\": [{\"rulePriority\": 1, \"colour\": 1}]} | rules[0].colour is not known"
      })
  void what_is_wrong_is_all_told(String json, String problem) {
    assertThatThrownBy(() -> LifecyclePolicy.parse(json.strip()))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(problem.strip());
  }

  @Test
  void rules_are_checked_together() {
    String any =
        "\"tagStatus\": \"any\", \"countType\": \"imageCountMoreThan\", \"countNumber\": 1";
    String untagged =
        "\"tagStatus\": \"untagged\", \"countType\": \"imageCountMoreThan\", \"countNumber\": 1";

    assertThatThrownBy(() -> policy(rule(1, any), rule(2, untagged), rule(2, untagged)))
        .hasMessageContaining("rulePriority 2 is given twice")
        .hasMessageContaining("rulePriority 1 selects any image, so it must have the highest")
        .hasMessageContaining("more than one rule selects untagged images");
  }

  @ParameterizedTest
  @CsvSource({
    "*, anything, true",
    "v*, v1, true",
    "v*, w1, false",
    "*-rc, 1.2-rc, true",
    "a*b*c, axxbyyc, true",
    "a*b*c, axxcyyb, false",
    "latest, latest, true",
    "latest, latest2, false"
  })
  void wildcards_stand_for_any_text(String pattern, String text, boolean matches) {
    assertThat(Wildcard.matches(pattern, text)).isEqualTo(matches);
  }
}
