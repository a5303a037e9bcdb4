package dev.samdan.database;

import dev.samdan.base.PlatformException;
import dev.samdan.database.PostgresEngine.Running;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Whether an engine that says it is ready can be reached; it is asked until it answers, but not for
 * ever.
 */
final class Reach {
  // PostgreSQL, "Error Codes": these come from no server, or from one that starts up or shuts down.
  private static final String CONNECTION_FAILURE = "08";
  private static final String CANNOT_CONNECT_NOW = "57P03";
  private static final String INVALID_PASSWORD = "28P01";
  private static final int ATTEMPTS = 4;

  private final Running running;
  private final Path access;
  private int failures;
  private boolean answered;

  Reach(Running running, Path access) {
    this.running = running;
    this.access = access;
  }

  /** Asks once; takes five seconds where nothing comes back. */
  boolean answers() {
    Properties properties = new Properties();
    properties.setProperty("user", running.superuser());
    properties.setProperty("password", running.password());
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "5");
    String url = "jdbc:postgresql://" + running.host() + ":" + running.port() + "/postgres";
    try (var connection = DriverManager.getConnection(url, properties)) {
      answered = connection.isValid(5);
    } catch (SQLException e) {
      answered = isAnswer(e);
    }
    failures += answered ? 0 : 1;
    return answered;
  }

  boolean answered() {
    return answered;
  }

  /** It said that it is ready, and yet did not answer several times. */
  boolean isHopeless() {
    return failures >= ATTEMPTS;
  }

  /** A refusal, such as too many connections, also comes from a server that lives. */
  private boolean isAnswer(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (state.equals(INVALID_PASSWORD)) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "PostgreSQL does not take the password in "
              + access
              + ". Restore that file from a backup of the home",
          e);
    }
    return !state.equals("null")
        && !state.startsWith(CONNECTION_FAILURE)
        && !state.equals(CANNOT_CONNECT_NOW);
  }
}
