package dev.samdan.base;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A finding in a file that a person wrote, printed {@code file:line:column: severity: message}.
 *
 * @param line from 1; 0 where the whole file is meant
 * @param column from 1; 0 where the whole line is meant
 */
public record Problem(String file, int line, int column, Severity severity, String message) {
  /** An error stops what reads the file, a warning does not. */
  public enum Severity {
    ERROR,
    WARNING
  }

  public static Problem error(String file, int line, int column, String message) {
    return new Problem(file, line, column, Severity.ERROR, message);
  }

  public static Problem warning(String file, int line, int column, String message) {
    return new Problem(file, line, column, Severity.WARNING, message);
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  @Override
  public String toString() {
    String at =
        line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    return at + ": " + (isError() ? "error: " : "warning: ") + message;
  }

  /**
   * All errors at once as one INVALID exception, a line each; returns quietly where there are none.
   */
  public static void throwErrors(List<Problem> problems) {
    String errors =
        problems.stream()
            .filter(Problem::isError)
            .map(Problem::toString)
            .collect(Collectors.joining("\n"));
    if (!errors.isEmpty()) {
      throw PlatformException.invalid(errors);
    }
  }
}
