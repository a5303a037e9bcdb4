package dev.samdan.preflight;

import dev.samdan.base.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What was found so far, in the words of the person who reads it. */
final class Findings {
  /** Of errors, and of warnings: nobody reads more, and files are large that people push. */
  private static final int MOST = 200;

  private final boolean korean;
  private final List<Problem> problems = new ArrayList<>();

  Findings(boolean korean) {
    this.korean = korean;
  }

  /** Where something stands, from 1; 0 for the whole file. */
  record Place(String file, int line, int column) {}

  /** A delivery of this commit fails, or does something else than what is written. */
  void error(Place at, String english, String inKorean) {
    add(Problem.Severity.ERROR, at, english, inKorean);
  }

  /** A delivery may fail, as far as can be told without running the build. */
  void warning(Place at, String english, String inKorean) {
    add(Problem.Severity.WARNING, at, english, inKorean);
  }

  /** A file that is named and not there; {@code near} is the one that may have been meant. */
  void missing(Place at, String key, String file, Optional<String> near) {
    error(
        at,
        key
            + ": there is no "
            + file
            + near.map(n -> "; is it " + n + "?").orElse("; commit it, or name the one there is"),
        key
            + ": "
            + file
            + " 파일이 없습니다. "
            + near.map(n -> n + " 아닌가요?").orElse("커밋하거나 있는 파일의 이름을 쓰세요"));
  }

  private void add(Problem.Severity severity, Place at, String english, String inKorean) {
    Problem problem =
        new Problem(at.file(), at.line(), at.column(), severity, korean ? inKorean : english);
    if (hasRoom(severity) && !problems.contains(problem)) {
      problems.add(problem);
    }
  }

  private boolean hasRoom(Problem.Severity severity) {
    return problems.stream().filter(p -> p.severity() == severity).count() < MOST;
  }

  /** What a reader of one file found, in its own words. */
  void addAll(List<Problem> found) {
    for (Problem problem : found) {
      if (hasRoom(problem.severity())) {
        problems.add(problem);
      }
    }
  }

  List<Problem> all() {
    return Collections.unmodifiableList(problems);
  }
}
