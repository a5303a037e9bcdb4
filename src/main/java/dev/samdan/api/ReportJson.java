package dev.samdan.api;

import dev.samdan.build.Report;
import java.util.LinkedHashMap;
import java.util.Map;

/** A report as the API shows it. */
final class ReportJson {
  private ReportJson() {}

  static Map<String, Object> of(Report report) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", report.name());
    shown.put("type", report.format().isCoverage() ? "CODE_COVERAGE" : "TEST");
    shown.put("format", report.format());
    shown.put("status", report.status());
    shown.put("notes", report.notes());
    if (report.format().isCoverage()) {
      shown.put("lineCoverage", report.lineCoverage());
      shown.put("branchCoverage", report.branchCoverage());
      shown.put("files", report.coverage());
    } else {
      shown.put("passed", report.passed());
      shown.put("failed", report.failed());
      shown.put("errors", report.errors());
      shown.put("skipped", report.skipped());
      shown.put("cases", report.cases());
    }
    return shown;
  }
}
