package dev.samdan.build;

import java.util.Comparator;
import java.util.List;

/**
 * A test report of a build: the cases of all files that one entry of the buildspec's {@code
 * reports} names.
 *
 * @param name the report group's name as the buildspec gives it
 * @param notes what could not be read, such as a file that is not JUnit XML; empty as a rule
 */
public record Report(String name, List<ReportCase> cases, List<String> notes) {
  public Report {
    cases = List.copyOf(cases);
    notes = List.copyOf(notes);
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
}
