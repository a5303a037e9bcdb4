package sample;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A small pool of connections to the database that PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD name. */
final class Database implements AutoCloseable {
  private final String url;
  private final Properties login;
  private final Semaphore places;
  private final Deque<Connection> idle = new ArrayDeque<>();

  private Database(String url, Properties login, int size) {
    this.url = url;
    this.login = login;
    this.places = new Semaphore(size, true);
  }

  static Database fromEnvironment(int size) {
    Map<String, String> env = System.getenv();
    if (!env.containsKey("PGHOST")) {
      throw new IllegalStateException("PGHOST is not set: the API needs a PostgreSQL database (tiers.data in samdan.yml)");
    }
    Properties login = new Properties();
    login.setProperty("user", env.getOrDefault("PGUSER", "postgres"));
    login.setProperty("password", env.getOrDefault("PGPASSWORD", ""));
    login.setProperty("ApplicationName", "staff-directory");
    login.setProperty("connectTimeout", "3");
    login.setProperty("socketTimeout", "20");
    String url = "jdbc:postgresql://" + env.get("PGHOST") + ":" + env.getOrDefault("PGPORT", "5432") + "/"
        + env.getOrDefault("PGDATABASE", "postgres");
    return new Database(url, login, size);
  }

  interface Work<T> {
    T apply(Connection connection) throws SQLException;
  }

  /** Runs in one transaction. A connection that died meanwhile, as when the server restarted, is replaced once. */
  <T> T inTransaction(Work<T> work) throws SQLException {
    try {
      if (!places.tryAcquire(5, TimeUnit.SECONDS)) {
        throw new SQLException("no connection became free within 5 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while waiting for a connection", e);
    }
    try {
      Connection connection = take();
      if (connection != null) {
        try {
          return run(connection, work);
        } catch (SQLException e) {
          if (!isLost(e)) {
            throw e;
          }
        }
      }
      return run(open(), work);
    } finally {
      places.release();
    }
  }

  private <T> T run(Connection connection, Work<T> work) throws SQLException {
    boolean healthy = false;
    try {
      T result = work.apply(connection);
      connection.commit();
      healthy = true;
      return result;
    } catch (SQLException e) {
      healthy = !isLost(e) && rolledBack(connection);
      throw e;
    } finally {
      if (healthy) {
        synchronized (idle) {
          idle.push(connection);
        }
      } else {
        connection.close();
      }
    }
  }

  private static boolean rolledBack(Connection connection) {
    try {
      connection.rollback();
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** SQLSTATE class 08 is a connection's failure, class 57P the server's shutdown. */
  private static boolean isLost(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.startsWith("57P");
  }

  private Connection take() {
    synchronized (idle) {
      return idle.poll();
    }
  }

  private Connection open() throws SQLException {
    Connection connection = DriverManager.getConnection(url, login);
    connection.setAutoCommit(false);
    return connection;
  }

  @Override
  public void close() {
    for (Connection connection = take(); connection != null; connection = take()) {
      try {
        connection.close();
      } catch (SQLException e) {
        System.err.println("closing a connection: " + e.getMessage());
      }
    }
  }
}
