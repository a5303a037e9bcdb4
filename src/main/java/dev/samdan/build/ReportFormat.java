package dev.samdan.build;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The formats of reports that CodeBuild knows (AWS CodeBuild user guide, "reports/file-format").
 * Their names are read in any case, for real files write {@code JunitXml}.
 */
public enum ReportFormat {
  JUNITXML,
  CUCUMBERJSON,
  TESTNGXML,
  NUNITXML,
  NUNIT3XML,
  VISUALSTUDIOTRX,
  CLOVERXML,
  COBERTURAXML,
  JACOCOXML,
  SIMPLECOV;

  /** Whether it tells of covered lines; else it tells of tests. */
  public boolean isCoverage() {
    return switch (this) {
      case JUNITXML, CUCUMBERJSON, TESTNGXML, NUNITXML, NUNIT3XML, VISUALSTUDIOTRX -> false;
      case CLOVERXML, COBERTURAXML, JACOCOXML, SIMPLECOV -> true;
    };
  }

  static Optional<ReportFormat> parse(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT);
    return Stream.of(values()).filter(f -> f.name().equals(name)).findFirst();
  }

  static List<String> names() {
    return Stream.of(values()).map(Enum::name).toList();
  }
}
