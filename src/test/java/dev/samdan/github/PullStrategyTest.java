package dev.samdan.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.BranchPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullStrategyTest {
  @ParameterizedTest
  @CsvSource({
    "feature/x, dev, ",
    "feature/x, main, 'feature/x goes into dev, not into main.'",
    "conf/x, dev, ",
    "hotfix-1.2.1, main, ",
    "hotfix-1.2.1, dev, ",
    "hotfix-1.2.1, feature/x, 'hotfix-1.2.1 goes into main, not into feature/x.'",
    "dev, main, ",
    "dev, feature/x, 'dev goes into main, not into feature/x.'",
    "main, dev, ",
    "main, feature/x, 'main goes into dev, not into feature/x.'",
    "features/x, dev, features/x is a name of no kind of branch.",
    "patch-1, main, patch-1 is a name of no kind of branch."
  })
  void a_pull_request_goes_where_the_strategy_says(String source, String target, String message) {
    var findings = PullStrategy.of(BranchPolicy.USUAL, source, target);
    if (message == null) {
      assertThat(findings).isEmpty();
    } else {
      assertThat(findings)
          .singleElement()
          .satisfies(f -> {
            assertThat(f.message()).isEqualTo(message);
            assertThat(f.remedies()).isNotEmpty();
          });
    }
  }
}
