package dev.samdan.build;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects the reports that a buildspec names, after its commands, whether they failed or not. */
final class Reports {
  private static final int MOST_CASES = 20_000;
  private static final int MOST_FILES = 2_000;

  private Reports() {}

  static List<Report> collect(Buildspec spec, FileSelection selection, BuildLog log)
      throws IOException {
    List<Report> reports = new ArrayList<>();
    for (Buildspec.ReportGroup group : spec.reports()) {
      reports.add(collect(group, selection, log));
    }
    return reports;
  }

  private static Report collect(Buildspec.ReportGroup group, FileSelection selection, BuildLog log)
      throws IOException {
    List<ReportCase> cases = new ArrayList<>();
    List<FileCoverage> coverage = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Map<String, Path> files =
        selection.find(group.files(), group.baseDirectory(), List.of(), false, false).files();
    String type = group.format().isCoverage() ? "CODE_COVERAGE" : "TEST";
    log.agent("Preparing to copy " + type + " report " + group.name());
    if (files.isEmpty()) {
      notes.add("no file matches " + String.join(", ", group.files()));
    }
    int read = 0;
    for (Map.Entry<String, Path> file : files.entrySet()) {
      int kept = cases.size() + coverage.size();
      if (++read > MOST_FILES || kept >= MOST_CASES) {
        notes.add("only the first " + kept + " entries are kept");
        break;
      }
      try {
        if (group.format().isCoverage()) {
          coverage.addAll(first(coverage(group.format(), file.getValue()), kept));
        } else {
          cases.addAll(first(cases(group.format(), file.getValue()), kept));
        }
      } catch (PlatformException e) {
        notes.add(file.getKey() + ": " + e.text());
      }
    }
    notes.forEach(note -> log.agent("Report " + group.name() + ": " + note));
    return new Report(
        group.name(),
        group.format(),
        cases.stream().map(one -> masked(one, log)).toList(),
        coverage,
        notes);
  }

  /** Tests print what they compare, and that may be a secret. */
  private static ReportCase masked(ReportCase one, BuildLog log) {
    return new ReportCase(
        one.className(),
        log.masked(one.name()),
        one.status(),
        one.seconds(),
        log.masked(one.message()),
        log.masked(one.stack()));
  }

  private static <T> List<T> first(List<T> found, int kept) {
    return found.subList(0, Math.min(found.size(), MOST_CASES - kept));
  }

  /** The tests of a file; INVALID tells what is wrong with it. */
  static List<ReportCase> cases(ReportFormat format, Path file) throws IOException {
    return switch (format) {
      case JUNITXML -> ReportXml.read(file, JUnitXml.NAME, JUnitXml::read);
      case TESTNGXML -> ReportXml.read(file, TestNgXml.NAME, TestNgXml::read);
      case NUNITXML, NUNIT3XML -> ReportXml.read(file, NUnitXml.NAME, NUnitXml::read);
      case VISUALSTUDIOTRX -> ReportXml.read(file, TrxXml.NAME, TrxXml::read);
      case CUCUMBERJSON -> CucumberJson.read(file);
      case CLOVERXML, COBERTURAXML, JACOCOXML, SIMPLECOV ->
          throw new IllegalArgumentException(format + " tells of no tests");
    };
  }

  /** The source files of a report of coverage; INVALID tells what is wrong with it. */
  static List<FileCoverage> coverage(ReportFormat format, Path file) throws IOException {
    return switch (format) {
      case JACOCOXML -> ReportXml.read(file, "JaCoCo XML", CoverageXml::jacoco);
      case COBERTURAXML -> ReportXml.read(file, "Cobertura XML", CoverageXml::cobertura);
      case CLOVERXML -> ReportXml.read(file, "Clover XML", CoverageXml::clover);
      case SIMPLECOV -> SimpleCov.read(file);
      case JUNITXML, TESTNGXML, NUNITXML, NUNIT3XML, VISUALSTUDIOTRX, CUCUMBERJSON ->
          throw new IllegalArgumentException(format + " tells of no coverage");
    };
  }

  /** {@code 2 of 14 tests failed: a.b, c.d}; empty where none did. */
  static String failures(List<Report> reports) {
    List<String> failed =
        reports.stream().flatMap(r -> r.failures().stream()).map(ReportCase::fullName).toList();
    if (failed.isEmpty()) {
      return "";
    }
    long all = reports.stream().mapToLong(r -> r.cases().size()).sum();
    String names = String.join(", ", failed.subList(0, Math.min(5, failed.size())));
    String more = failed.size() > 5 ? " and " + (failed.size() - 5) + " more" : "";
    return failed.size()
        + " of "
        + all
        + (all == 1 ? " test failed: " : " tests failed: ")
        + names
        + more;
  }

  /**
   * {@code 14 tests passed}, {@code 13 tests passed, 1 skipped}; empty where there are no tests.
   */
  static String passes(List<Report> reports) {
    long all = reports.stream().mapToLong(r -> r.cases().size()).sum();
    long passed = reports.stream().mapToLong(Report::passed).sum();
    long skipped = reports.stream().mapToLong(Report::skipped).sum();
    if (all == 0) {
      return "";
    }
    return passed
        + (passed == 1 ? " test passed" : " tests passed")
        + (skipped > 0 ? ", " + skipped + " skipped" : "");
  }
}
