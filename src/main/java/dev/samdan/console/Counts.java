package dev.samdan.console;

import dev.samdan.build.Report;
import dev.samdan.build.ReportCase;
import java.util.List;

/** How the tests of some reports ended. */
record Counts(long passed, long failed, long errors, long skipped, double seconds) {
  static Counts of(List<Report> reports) {
    long passed = 0;
    long failed = 0;
    long errors = 0;
    long skipped = 0;
    double seconds = 0;
    for (Report report : reports) {
      for (ReportCase each : report.cases()) {
        seconds += each.seconds();
        switch (each.status()) {
          case PASSED -> passed++;
          case FAILED -> failed++;
          case ERROR -> errors++;
          case SKIPPED -> skipped++;
        }
      }
    }
    return new Counts(passed, failed, errors, skipped, seconds);
  }

  long bad() {
    return failed + errors;
  }

  long total() {
    return passed + failed + errors + skipped;
  }
}
