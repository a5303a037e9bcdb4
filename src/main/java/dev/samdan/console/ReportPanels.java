package dev.samdan.console;

import dev.samdan.build.Build;
import dev.samdan.build.Report;
import dev.samdan.build.ReportCase;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the test report of a build. */
final class ReportPanels {
  private static final int FAILURES = 50;
  private static final int PASSED = 200;
  private static final int SLOWEST = 3;

  /** Frames that say nothing about the code under test. */
  private static final Pattern FRAMEWORK =
      Pattern.compile(
          "^\\s*(at )?(java\\.base/|jdk\\.|sun\\.|org\\.junit\\.|org\\.assertj\\.|org\\.hamcrest\\."
              + "|org\\.testng\\.|org\\.apache\\.maven\\.|org\\.gradle\\.|.*/site-packages/(_?pytest|pluggy)/"
              + "|.*/node_modules/(jest|mocha|vitest)).*");

  private final ConsoleRooms rooms;
  private final Words words;

  ReportPanels(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** Null where the build reported nothing; {@code search} chooses among those that passed. */
  @Nullable ReportPanel of(Build build, String author, String search) {
    List<Report> reports = rooms.builds().reports(build.id());
    if (reports.stream().allMatch(r -> r.format().isCoverage())) {
      return null;
    }
    List<ReportCase> cases = reports.stream().flatMap(r -> r.cases().stream()).toList();
    Counts counts = Counts.of(reports);
    long total = Math.max(1, counts.total());
    Map<String, String> since =
        counts.bad() == 0 ? Map.of() : rooms.builds().failingSince(build.id());
    List<ReportCase> failures = cases.stream().filter(ReportCase::isFailure).toList();
    String wanted = search.toLowerCase(Locale.ROOT);
    return new ReportPanel(
        words.count("report.total", counts.total(), seconds(counts.seconds())),
        counts.passed(),
        counts.failed(),
        counts.errors(),
        counts.skipped(),
        (int) (100 * counts.bad() / total),
        (int) (100 * counts.skipped() / total),
        failures.stream()
            .limit(FAILURES)
            .map(c -> failure(c, since.get(c.fullName()), build, author))
            .toList(),
        Math.max(0, failures.size() - FAILURES),
        cases.stream()
            .sorted(Comparator.comparingDouble(ReportCase::seconds).reversed())
            .limit(SLOWEST)
            .map(this::slow)
            .toList(),
        cases.stream()
            .filter(c -> c.status() == ReportCase.Status.PASSED)
            .filter(c -> c.fullName().toLowerCase(Locale.ROOT).contains(wanted))
            .limit(PASSED)
            .map(this::slow)
            .toList(),
        search,
        reports.stream().flatMap(r -> r.notes().stream()).toList());
  }

  private ReportPanel.Slow slow(ReportCase c) {
    return new ReportPanel.Slow(c.name(), seconds(c.seconds()));
  }

  private ReportPanel.Case failure(
      ReportCase c, @Nullable String since, Build build, String author) {
    boolean error = c.status() == ReportCase.Status.ERROR;
    String first = c.className().substring(c.className().lastIndexOf('.') + 1);
    String where = (first.isEmpty() ? "" : first + ", ") + seconds(c.seconds());
    String whole = c.stack().strip();
    String stack =
        whole
            .lines()
            .filter(l -> !FRAMEWORK.matcher(l).matches())
            .collect(Collectors.joining("\n"));
    String began =
        since == null
            ? ""
            : build.commit().startsWith(since)
                ? words.say("report.since.this", author)
                : words.say("report.since", Brief.commit(since));
    return new ReportPanel.Case(
        c.name(),
        began.isEmpty() ? where : where + ". " + began,
        error ? words.say("report.error") : "",
        c.message(),
        stack.equals(c.message()) ? "" : stack,
        stack.equals(whole) ? "" : whole);
  }

  private String seconds(double seconds) {
    return words.duration(Duration.ofMillis((long) (seconds * 1000)));
  }
}
