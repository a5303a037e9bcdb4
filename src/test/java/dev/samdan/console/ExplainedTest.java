package dev.samdan.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.deploy.Explanation;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The card of a failed deployment, in the reader's language. */
class ExplainedTest {
  private static final Words EN = Words.of("en");
  private static final Words KO = Words.of("ko");

  static Stream<String> rules() {
    return Explanation.LikelyCause.RULES.stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void each_cause_and_its_remedy_are_told_in_both_languages(String rule) {
    Explanation explanation = of("health", "headline", rule, null);

    DeploymentPage.Cause korean = Objects.requireNonNull(Explained.cause(KO, explanation));
    assertThat(korean.text()).containsPattern("[가-힣]").endsWith(".");
    assertThat(korean.remedy()).containsPattern("[가-힣]");
    assertThat(EN.say("cause." + rule)).doesNotContainPattern("[가-힣]").endsWith(".");
    DeploymentPage.Cause english = Objects.requireNonNull(Explained.cause(EN, explanation));
    assertThat(english.text()).isEqualTo("as it was written");
  }

  @Test
  void a_task_that_did_not_start_says_why_in_both_languages() {
    Explanation explanation =
        of("start", "The task could not start: no space left", "disk-full", null);
    assertThat(Explained.headline(EN, explanation))
        .isEqualTo("The task could not start: no space left");
    assertThat(Explained.headline(KO, explanation)).isEqualTo("태스크를 시작할 수 없었어요: no space left");
  }

  @Test
  void an_engine_that_ended_is_not_taken_for_a_port_that_never_opened() {
    Explanation explanation =
        of("health", "…", "engine-away", new Explanation.Probe("GET", "/", 8080, "200-399", 30));
    assertThat(Explained.headline(EN, explanation))
        .isEqualTo("The Docker engine ended, and green was not healthy within 30 s.");
    assertThat(Explained.headline(KO, explanation))
        .isEqualTo("Docker 엔진이 멈췄고 그린이 30초 안에 정상이 되지 못했어요.");
  }

  private static Explanation of(
      String check, String headline, String rule, Explanation.@Nullable Probe probe) {
    return new Explanation(
        check,
        headline,
        "task",
        "staff:1",
        probe,
        null,
        null,
        new Explanation.LikelyCause(rule, "as it was written", "remedy", null),
        List.of(),
        0);
  }
}
