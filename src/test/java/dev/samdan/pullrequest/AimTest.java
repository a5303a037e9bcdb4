package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.BranchPolicy;
import dev.samdan.application.BranchPolicy.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The strategy's table: each kind of source branch into each target, delivered or not. */
class AimTest {
  private static final String REFUSED = "-";

  private record Row(String source, String target, boolean delivered, String expected) {}

  private static Stream<Row> table() {
    List<Row> rows = new ArrayList<>();
    for (Kind kind : BranchPolicy.USUAL.kinds()) {
      String source = kind.branch(kind.versioned() ? "1.2.1" : "sign-in");
      for (String target : new String[] {null, "main", "dev", "feature/other", "staging"}) {
        String right = kind.target();
        boolean allowed = target == null || target.equals(right);
        String purpose = right.equals("main") ? "hotfix" : "change";
        rows.add(new Row(source, target, false, allowed ? purpose + " into " + right : REFUSED));
        if (kind.versioned()) {
          boolean back = target == null || target.equals("dev");
          rows.add(new Row(source, target, true, back ? "return into dev" : REFUSED));
        }
      }
    }
    rows.add(new Row("dev", null, false, "release into main"));
    rows.add(new Row("dev", "main", false, "release into main"));
    rows.add(new Row("dev", "feature/x", false, REFUSED));
    rows.add(new Row("main", null, false, REFUSED));
    rows.add(new Row("main", "dev", false, REFUSED));
    rows.add(new Row("sign-in", null, false, REFUSED));
    rows.add(new Row("features/sign-in", "dev", false, REFUSED));
    rows.add(new Row("hotfix/1.2.1", "main", false, REFUSED));
    return rows.stream();
  }

  /** Elsewhere people bring hotfixes back themselves. */
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
  void a_pull_request_elsewhere_goes_where_the_strategy_says(
      String source, String target, @Nullable String message) {
    switch (Aim.elsewhere(BranchPolicy.USUAL, source, target)) {
      case Aim.Allowed allowed -> {
        assertThat(message).isNull();
        assertThat(allowed.target()).isEqualTo(target);
      }
      case Aim.Refused refused -> {
        assertThat(refused.english()).isEqualTo(message);
        assertThat(refused.remedies()).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void the_strategy_says_where_a_branch_goes(Row row) {
    String actual =
        switch (Aim.of(BranchPolicy.USUAL, row.source(), row.target(), row.delivered())) {
          case Aim.Allowed allowed -> allowed.purpose().text() + " into " + allowed.target();
          case Aim.Refused refused -> {
            assertThat(refused.english()).contains(row.source());
            assertThat(refused.korean()).contains(row.source());
            assertThat(refused.remedies()).isNotEmpty();
            yield REFUSED;
          }
        };
    assertThat(actual).isEqualTo(row.expected());
  }
}
