package dev.samdan.build;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Collects the reports that a buildspec names, after its commands, whether they failed or not. */
final class Reports {
  /** Of a group. */
  static final int MOST_ENTRIES = 20_000;

  private static final int MOST_FILES = 2_000;

  /** What all of a build's reports may hold in memory, in characters: of texts and of names. */
  private static final long MOST_TEXT = 16L << 20;

  private final FileSelection selection;
  private final BuildLog log;
  private long texts;
  private long names;

  private Reports(FileSelection selection, BuildLog log) {
    this.selection = selection;
    this.log = log;
  }

  static List<Report> collect(Buildspec spec, FileSelection selection, BuildLog log)
      throws IOException {
    Reports all = new Reports(selection, log);
    List<Report> reports = new ArrayList<>();
    for (Buildspec.ReportGroup group : spec.reports()) {
      reports.add(all.collect(group));
    }
    return reports;
  }

  private Report collect(Buildspec.ReportGroup group) throws IOException {
    Entries entries = new Entries();
    List<String> notes = new ArrayList<>();
    String type = group.format().isCoverage() ? "CODE_COVERAGE" : "TEST";
    log.agent("Preparing to copy " + type + " report " + group.name());
    Map<String, Path> files = files(group, notes);
    int read = 0;
    for (Map.Entry<String, Path> file : files.entrySet()) {
      if (++read > MOST_FILES || entries.cut) {
        entries.cut = true;
        break;
      }
      int before = entries.size();
      try {
        if (group.format().isCoverage()) {
          coverage(group.format(), file.getValue(), entries::add);
        } else {
          cases(group.format(), file.getValue(), entries::add);
        }
      } catch (PlatformException e) {
        entries.forgetFrom(before);
        notes.add(file.getKey() + ": " + e.text());
      }
    }
    notes.addAll(entries.notes());
    notes.forEach(note -> log.agent("Report " + group.name() + ": " + note));
    return new Report(group.name(), group.format(), entries.cases, entries.coverage, notes);
  }

  private Map<String, Path> files(Buildspec.ReportGroup group, List<String> notes)
      throws IOException {
    try {
      Map<String, Path> files =
          selection.find(group.files(), group.baseDirectory(), List.of(), false, false).files();
      if (files.isEmpty()) {
        notes.add("no file matches " + String.join(", ", group.files()));
      }
      return files;
    } catch (PlatformException e) {
      notes.add(e.text());
      return Map.of();
    }
  }

  /** What is kept of a group, taken while its files are read: they may hold far more. */
  private final class Entries {
    private final List<ReportCase> cases = new ArrayList<>();
    private final List<FileCoverage> coverage = new ArrayList<>();
    private boolean cut;
    private int withoutText;

    /** Tests print what they compare, and that may be a secret. */
    void add(ReportCase one) {
      if (!takes(one.className().length() + one.name().length())) {
        return;
      }
      int length = one.message().length() + one.stack().length();
      boolean whole = texts + length <= MOST_TEXT;
      texts += whole ? length : 0;
      withoutText += whole ? 0 : 1;
      cases.add(
          new ReportCase(
              one.className(),
              log.masked(one.name()),
              one.status(),
              one.seconds(),
              whole ? log.masked(one.message()) : "",
              whole ? log.masked(one.stack()) : ""));
    }

    void add(FileCoverage one) {
      if (takes(one.path().length())) {
        coverage.add(one);
      }
    }

    /** Of one kind or the other. */
    int size() {
      return cases.size() + coverage.size();
    }

    /** A file that is broken counts for nothing. */
    void forgetFrom(int size) {
      List<?> entries = cases.isEmpty() ? coverage : cases;
      entries.subList(size, entries.size()).clear();
    }

    private boolean takes(int name) {
      cut = cut || size() >= MOST_ENTRIES || names + name > MOST_TEXT;
      names += cut ? 0 : name;
      return !cut;
    }

    List<String> notes() {
      List<String> notes = new ArrayList<>();
      if (cut) {
        notes.add("only the first " + size() + " entries are kept");
      }
      if (withoutText > 0) {
        notes.add(
            "the messages of "
                + withoutText
                + (withoutText == 1 ? " test are" : " tests are")
                + " not kept: those of a build may take "
                + (MOST_TEXT >> 20)
                + " MB");
      }
      return notes;
    }
  }

  /** Reads the tests of a file; INVALID tells what is wrong with it. */
  static void cases(ReportFormat format, Path file, Consumer<ReportCase> cases) throws IOException {
    switch (format) {
      case JUNITXML -> ReportXml.read(file, JUnitXml.NAME, xml -> JUnitXml.read(xml, cases));
      case TESTNGXML -> ReportXml.read(file, TestNgXml.NAME, xml -> TestNgXml.read(xml, cases));
      case NUNITXML, NUNIT3XML ->
          ReportXml.read(file, NUnitXml.NAME, xml -> NUnitXml.read(xml, cases));
      case VISUALSTUDIOTRX -> ReportXml.read(file, TrxXml.NAME, xml -> TrxXml.read(xml, cases));
      case CUCUMBERJSON -> CucumberJson.read(file, cases);
      case CLOVERXML, COBERTURAXML, JACOCOXML, SIMPLECOV ->
          throw new IllegalArgumentException(format + " tells of no tests");
    }
  }

  /** Reads the source files of a report of coverage; INVALID tells what is wrong with it. */
  static void coverage(ReportFormat format, Path file, Consumer<FileCoverage> files)
      throws IOException {
    switch (format) {
      case JACOCOXML -> ReportXml.read(file, "JaCoCo XML", xml -> CoverageXml.jacoco(xml, files));
      case COBERTURAXML ->
          ReportXml.read(file, "Cobertura XML", xml -> CoverageXml.cobertura(xml, files));
      case CLOVERXML -> ReportXml.read(file, "Clover XML", xml -> CoverageXml.clover(xml, files));
      case SIMPLECOV -> SimpleCov.read(file, files);
      case JUNITXML, TESTNGXML, NUNITXML, NUNIT3XML, VISUALSTUDIOTRX, CUCUMBERJSON ->
          throw new IllegalArgumentException(format + " tells of no coverage");
    }
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
