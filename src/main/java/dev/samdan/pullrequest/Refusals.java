package dev.samdan.pullrequest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says why a pull request is not merged, and what mends each reason. */
final class Refusals {
  private Refusals() {}

  static String of(PullRequest pull, List<Check> standing, @Nullable String language) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "ko".equals(language)
            ? "#" + pull.number() + " 풀 리퀘스트를 아직 병합할 수 없어요:"
            : "#" + pull.number() + " cannot be merged yet:");
    for (Check check : standing) {
      lines.add("  " + check.title() + ": " + check.summary());
      check.details().forEach(detail -> lines.add("      " + detail));
      check.remedies().forEach(remedy -> lines.add("    " + remedy));
    }
    return String.join("\n", lines);
  }
}
