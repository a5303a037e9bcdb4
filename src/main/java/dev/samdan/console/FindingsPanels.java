package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.preflight.Preflight;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Makes what the preflight says of a commit, as a push is told. */
final class FindingsPanels {
  private static final int MOST_FILES = 100_000;

  private final ConsoleRooms rooms;
  private final Words words;

  FindingsPanels(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** Empty where the repository is no application's own, or git has the commit no more. */
  Optional<FindingsPanel> of(String repository, String commit) {
    if (rooms.applications().find(repository).isEmpty()) {
      return Optional.empty();
    }
    try {
      List<String> paths = rooms.source().files(repository, commit, MOST_FILES);
      return paths.size() == MOST_FILES
          ? Optional.empty()
          : Optional.of(
              panel(
                  repository,
                  commit,
                  Preflight.check(
                      path -> rooms.source().readFile(repository, commit, path),
                      paths,
                      words.tag())));
    } catch (PlatformException e) {
      return Optional.empty();
    }
  }

  private FindingsPanel panel(String repository, String commit, List<Problem> found) {
    long errors = found.stream().filter(Problem::isError).count();
    State state =
        errors > 0
            ? new State("fail", "fail", words.count("findings.errors", errors), "error")
            : found.isEmpty()
                ? new State("", "done", words.say("findings.none"), "agree")
                : new State("", "warn", words.count("findings.warnings", found.size()), "warning");
    return new FindingsPanel(
        state,
        found.stream()
            .sorted(Comparator.comparing(problem -> !problem.isError()))
            .map(problem -> line(repository, commit, problem))
            .toList());
  }

  private FindingsPanel.Line line(String repository, String commit, Problem problem) {
    String place =
        problem.line() == 0
            ? problem.file()
            : problem.column() == 0
                ? problem.file() + ":" + problem.line()
                : problem.file() + ":" + problem.line() + ":" + problem.column();
    return new FindingsPanel.Line(
        problem.isError()
            ? new State("fail", "fail", words.say("findings.error"), "error")
            : new State("", "warn", words.say("findings.warning"), "warning"),
        place,
        code(repository, commit, problem),
        problem.message());
  }

  private String code(String repository, String commit, Problem problem) {
    if (problem.line() == 0) {
      return "";
    }
    return rooms
        .source()
        .readFile(repository, commit, problem.file())
        .flatMap(bytes ->
            new String(bytes, StandardCharsets.UTF_8).lines().skip(problem.line() - 1L).findFirst())
        .map(String::strip)
        .orElse("");
  }
}
