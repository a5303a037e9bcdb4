package dev.samdan.source;

import dev.samdan.base.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the person who pushed reads, in their language. */
final class PushMessages {
  private static final int MOST_FINDINGS = 20;

  private final boolean korean;
  private final Function<String, String> page;

  PushMessages(@Nullable String language, Function<String, String> page) {
    this.korean = "ko".equals(language);
    this.page = page;
  }

  /** Nothing is said about a branch that no environment follows. */
  List<String> of(Delivered delivered) {
    String branch = delivered.branch();
    if (!delivered.valid()) {
      List<String> lines = new ArrayList<>();
      lines.add(
          korean
              ? branch + " 브랜치를 받았지만 선언이 올바르지 않아 배포하지 않습니다:"
              : branch + " is kept, but its declaration is not valid, so nothing is delivered:");
      lines.addAll(delivered.errors());
      return lines;
    }
    if (!delivered.followed()) {
      return List.of();
    }
    if (delivered.started().isEmpty()) {
      return List.of(
          korean
              ? branch + " 브랜치가 바뀌었습니다. 바뀐 티어가 없어 시작하는 파이프라인이 없습니다."
              : branch + " moved. No tier changed, so nothing starts.");
    }
    String link = page.apply(delivered.application());
    return List.of(
        korean
            ? branch
                + " 브랜치가 바뀌었습니다. 파이프라인을 시작합니다: "
                + String.join(", ", delivered.started())
                + " "
                + link
            : branch + " moved. " + starts(delivered.started()) + ": " + link);
  }

  /** What a check of the pushed files found; the worst first where there is much of it. */
  List<String> of(List<Problem> findings) {
    if (findings.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    int count = findings.size();
    lines.add(
        korean
            ? "파일에서 살펴볼 것 " + count + "가지:"
            : "The files have " + (count == 1 ? "one finding:" : count + " findings:"));
    findings.stream()
        .sorted(Comparator.comparing(Problem::severity))
        .limit(MOST_FINDINGS)
        .map(Problem::toString)
        .forEach(lines::add);
    if (count > MOST_FINDINGS) {
      int more = count - MOST_FINDINGS;
      lines.add(
          korean
              ? "… 그리고 " + more + "가지 더: samdan validate ."
              : "… and " + more + " more: samdan validate .");
    }
    return lines;
  }

  private static String starts(List<String> pipelines) {
    if (pipelines.size() == 1) {
      return pipelines.getFirst() + " starts";
    }
    return String.join(", ", pipelines.subList(0, pipelines.size() - 1))
        + " and "
        + pipelines.getLast()
        + " start";
  }

  /**
   * @param asked whether the push asked for something with {@code -o}
   */
  List<String> followedLater(boolean asked) {
    List<String> lines = new ArrayList<>();
    lines.add(
        korean
            ? "푸시를 받았습니다. 풀 리퀘스트에는 잠시 뒤에 반영합니다."
            : "The push is kept. Its pull requests are brought up to it in a moment.");
    if (asked) {
      lines.add(
          korean
              ? "푸시 옵션(-o)은 처리하지 못했습니다. 풀 리퀘스트를 열려면:"
              : "What was asked for with -o was not done. To open a pull request:");
      lines.add("    samdan pr create");
    }
    return lines;
  }

  String later() {
    return korean
        ? "푸시를 받았습니다. 지금은 파이프라인을 시작할 수 없어 잠시 뒤에 다시 시도합니다."
        : "The push is kept. Its pipelines cannot start right now; they are started as soon as it"
            + " is possible.";
  }
}
