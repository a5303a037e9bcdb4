package dev.samdan.build;

/**
 * One test of a report.
 *
 * @param seconds how long it took; 0 where the file does not say
 * @param message the failure's one line; empty where it passed
 * @param stack the failure's text, with its stack; empty where it passed
 */
public record ReportCase(
    String className, String name, Status status, double seconds, String message, String stack) {
  /** JUnit's four ends; an error is a test that broke, a failure one that found something. */
  public enum Status {
    PASSED,
    FAILED,
    ERROR,
    SKIPPED
  }

  /** {@code class.name}, or the name alone where the file gives no class. */
  public String fullName() {
    return className.isEmpty() ? name : className + "." + name;
  }

  public boolean isFailure() {
    return status == Status.FAILED || status == Status.ERROR;
  }
}
