package dev.samdan.deploy;

import java.sql.SQLException;
import java.sql.SQLTransientException;

/** Whether a failure only means that the control store does not answer for the moment. */
final class Outage {
  private Outage() {}

  /** Connection trouble or a server going down (PostgreSQL error classes 08 and 57P). */
  static boolean is(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLTransientException) {
        return true;
      }
      if (cause instanceof SQLException sql
          && sql.getSQLState() != null
          && (sql.getSQLState().startsWith("08") || sql.getSQLState().startsWith("57P"))) {
        return true;
      }
    }
    return false;
  }
}
