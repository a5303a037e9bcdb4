package dev.samdan.build;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A report of a build: the cases or the coverage of all files that one entry of the buildspec's
 * {@code reports} names.
 *
 * @param name the report group's name as the buildspec gives it
 * @param cases the tests; none for a report of coverage
 * @param coverage the source files; none for a report of tests
 * @param notes what could not be read, such as a file of another format; empty as a rule
 */
public record Report(
    String name,
    ReportFormat format,
    List<ReportCase> cases,
    List<FileCoverage> coverage,
    List<String> notes) {
  /** CodeBuild's statuses of a report that has been made. */
  public enum Status {
    SUCCEEDED,
    FAILED,
    /** Nothing could be read. */
    INCOMPLETE
  }

  public Report {
    cases = List.copyOf(cases);
    coverage = List.copyOf(coverage);
    notes = List.copyOf(notes);
  }

  public Status status() {
    if (cases.isEmpty() && coverage.isEmpty()) {
      return Status.INCOMPLETE;
    }
    return failures().isEmpty() ? Status.SUCCEEDED : Status.FAILED;
  }

  public long count(ReportCase.Status status) {
    return cases.stream().filter(c -> c.status() == status).count();
  }

  public long passed() {
    return count(ReportCase.Status.PASSED);
  }

  public long failed() {
    return count(ReportCase.Status.FAILED);
  }

  public long errors() {
    return count(ReportCase.Status.ERROR);
  }

  public long skipped() {
    return count(ReportCase.Status.SKIPPED);
  }

  public double seconds() {
    return cases.stream().mapToDouble(ReportCase::seconds).sum();
  }

  /** The failed and broken cases, in the order of the files. */
  public List<ReportCase> failures() {
    return cases.stream().filter(ReportCase::isFailure).toList();
  }

  /** The slowest cases, slowest first. */
  public List<ReportCase> slowest(int count) {
    return cases.stream()
        .sorted(Comparator.comparingDouble(ReportCase::seconds).reversed())
        .limit(count)
        .toList();
  }

  /** Percent of the lines that ran; 0 where there are none. */
  public double lineCoverage() {
    return percent(FileCoverage::linesCovered, FileCoverage::linesMissed);
  }

  /** Percent of the branches that were taken; 0 where there are none. */
  public double branchCoverage() {
    return percent(FileCoverage::branchesCovered, FileCoverage::branchesMissed);
  }

  private double percent(ToIntFunction<FileCoverage> covered, ToIntFunction<FileCoverage> missed) {
    long hit = coverage.stream().mapToLong(covered::applyAsInt).sum();
    long all = hit + coverage.stream().mapToLong(missed::applyAsInt).sum();
    return all == 0 ? 0 : Math.round(1000.0 * hit / all) / 10.0;
  }

  /** The files with the most lines that did not run. */
  public List<FileCoverage> leastCovered(int count) {
    return coverage.stream()
        .filter(f -> f.linesMissed() > 0)
        .sorted(Comparator.comparingInt(FileCoverage::linesMissed).reversed())
        .limit(count)
        .toList();
  }
}
