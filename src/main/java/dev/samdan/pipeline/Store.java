package dev.samdan.pipeline;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/** Tells the control store's absence from other failures. */
final class Store {
  private Store() {}

  /**
   * Whether a connection to the store broke or could not be had: what was tried may be tried again.
   */
  static boolean isAway(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof SQLTransientConnectionException
          || (t instanceof SQLException e && isConnection(e.getSQLState()))) {
        return true;
      }
    }
    return false;
  }

  /** What went wrong, in one line for the log. */
  static String reason(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage())
        .lines()
        .findFirst()
        .orElse(root.getClass().getSimpleName());
  }

  /** SQLSTATE class 08 (connection) and 57P (the server goes down or is starting). */
  private static boolean isConnection(@Nullable String state) {
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }
}
