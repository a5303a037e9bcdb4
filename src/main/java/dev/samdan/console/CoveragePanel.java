package dev.samdan.console;

import dev.samdan.build.FileCoverage;
import dev.samdan.build.Report;
import java.util.List;

/**
 * What a report of coverage says.
 *
 * @param share whole percent of the lines that ran, for the bar
 * @param files those with the most lines that did not
 */
public record CoveragePanel(
    String name, String lines, String branches, int share, List<File> files) {
  private static final int SHOWN = 5;

  /** A source file and how many of its lines did not run. */
  public record File(String path, String missed) {}

  static List<CoveragePanel> of(Words words, List<Report> reports) {
    return reports.stream()
        .filter(r -> !r.coverage().isEmpty())
        .map(r ->
            new CoveragePanel(
                r.name(),
                words.say("coverage.lines", percent(r.lineCoverage())),
                hasBranches(r) ? words.say("coverage.branches", percent(r.branchCoverage())) : "",
                (int) r.lineCoverage(),
                r.leastCovered(SHOWN).stream()
                    .map(f -> new File(f.path(), words.say("coverage.missed", f.linesMissed())))
                    .toList()))
        .toList();
  }

  private static boolean hasBranches(Report report) {
    return report.coverage().stream()
        .anyMatch((FileCoverage f) -> f.branchesCovered() + f.branchesMissed() > 0);
  }

  private static String percent(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
