package dev.samdan.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.samdan.base.PlatformException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The control store: a pool of connections, migrated when opened. */
public final class Database implements AutoCloseable {
  private static final int CONNECTIONS = 16;
  private static final String NO_SUCH_DATABASE = "3D000";

  private final Connection details;
  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final ScopedValue<Companion> companion = ScopedValue.newInstance();

  private Database(Connection details, HikariDataSource pool) {
    this.details = details;
    this.pool = pool;
    this.jdbi = StorableText.in(Jdbi.create(pool));
  }

  /** Where the store is. Its text never shows the password. */
  public record Connection(String host, int port, String database, String user, String password) {
    /** The store named {@code samdan} on the embedded engine. */
    public static Connection of(PostgresEngine.Running engine) {
      return new Connection(
          engine.host(), engine.port(), "samdan", engine.superuser(), engine.password());
    }

    /**
     * The store that {@code SAMDAN_DATABASE_URL} names: {@code
     * postgresql://user:password@host:port/database}.
     */
    public static Connection parse(String url) {
      try {
        URI uri = new URI(url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url);
        boolean ours = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
        String[] person = String.valueOf(uri.getRawUserInfo()).split(":", 2);
        String path = String.valueOf(uri.getPath());
        if (!ours || uri.getHost() == null || uri.getRawUserInfo() == null || path.length() < 2) {
          throw malformed();
        }
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        String password = person.length < 2 ? "" : decoded(person[1]);
        return new Connection(uri.getHost(), port, path.substring(1), decoded(person[0]), password);
      } catch (URISyntaxException e) {
        throw malformed();
      }
    }

    // Without the text itself, which may hold a password.
    private static PlatformException malformed() {
      return PlatformException.invalid(
          "SAMDAN_DATABASE_URL is not of the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
    }

    private static String decoded(String text) {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    Connection toDatabase(String other) {
      return new Connection(host, port, other, user, password);
    }

    java.sql.Connection connect() throws SQLException {
      return DriverManager.getConnection(
          "jdbc:postgresql://" + host + ":" + port + "/" + urlEncoded(), properties());
    }

    private String urlEncoded() {
      return java.net.URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    private Properties properties() {
      Properties properties = new Properties();
      properties.setProperty("user", user);
      properties.setProperty("password", password);
      properties.setProperty("ApplicationName", "samdan");
      properties.setProperty("connectTimeout", "5");
      properties.setProperty("tcpKeepAlive", "true");
      return properties;
    }

    @Override
    public String toString() {
      return user + "@" + host + ":" + port + "/" + database;
    }
  }

  /** Connects, creates the database where it is missing, and migrates it. */
  public static Database open(Connection details) {
    createWhereMissing(details);
    HikariConfig config = new HikariConfig();
    config.setPoolName("store");
    config.setJdbcUrl(
        "jdbc:postgresql://" + details.host() + ":" + details.port() + "/" + details.urlEncoded());
    config.setDataSourceProperties(details.properties());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(Duration.ofSeconds(10).toMillis());
    config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    config.setInitializationFailTimeout(-1);
    HikariDataSource pool = new HikariDataSource(config);
    try {
      Schema.migrate(pool);
      return new Database(details, pool);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  private static void createWhereMissing(Connection details) {
    try {
      details.connect().close();
    } catch (SQLException e) {
      if (!NO_SUCH_DATABASE.equals(e.getSQLState())) {
        throw unreachable(details, e);
      }
      try (var connection = details.toDatabase("postgres").connect();
          var statement = connection.createStatement()) {
        statement.execute("create database " + TierDatabases.quoted(details.database()));
      } catch (SQLException notCreated) {
        throw unreachable(details, notCreated);
      }
    }
  }

  private static PlatformException unreachable(Connection details, SQLException e) {
    return new PlatformException(
        PlatformException.Code.UNAVAILABLE,
        "the control store "
            + details
            + " does not answer: "
            + e.getMessage()
            + ". See whether PostgreSQL runs there (samdan up starts the embedded one) and"
            + " SAMDAN_DATABASE_URL is right",
        e);
  }

  /** Runs in one transaction (read committed) and gives what the callback gives. */
  public <T extends @Nullable Object, X extends Exception> T inTransaction(
      HandleCallback<T, X> callback) throws X {
    return companion.isBound()
        ? companion.get().inTransaction(jdbi, callback)
        : jdbi.inTransaction(callback);
  }

  /** Runs in one transaction (read committed). */
  public <X extends Exception> void useTransaction(HandleConsumer<X> callback) throws X {
    inTransaction(callback.asCallback());
  }

  /**
   * Runs with a connection of its own, each statement in its own transaction; within {@link
   * #accompany}, all in one.
   */
  public <T extends @Nullable Object, X extends Exception> T withHandle(
      HandleCallback<T, X> callback) throws X {
    return companion.isBound() ? inTransaction(callback) : jdbi.withHandle(callback);
  }

  /** Runs with a connection of its own, each statement in its own transaction. */
  public <X extends Exception> void useHandle(HandleConsumer<X> callback) throws X {
    withHandle(callback.asCallback());
  }

  /**
   * Acts, and writes something beside it: in the first transaction of this thread that changes
   * anything, so that one is not without the other; where none does, when the act has ended.
   */
  public <T extends @Nullable Object> T accompany(Consumer<Handle> written, Supplier<T> act) {
    Companion beside = new Companion(written);
    T result = ScopedValue.where(companion, beside).call(act::get);
    if (!beside.isWritten()) {
      jdbi.useTransaction(written::accept);
    }
    return result;
  }

  public Jdbi jdbi() {
    return jdbi;
  }

  /**
   * Wakes the listeners of a channel when the handle's transaction commits; polling stays the
   * truth.
   */
  public void notifyChannel(Handle handle, String channel, String payload) {
    handle
        .createQuery("select pg_notify(:channel, :payload)::text")
        .bind("channel", channel)
        .bind("payload", payload)
        .mapTo(String.class)
        .one();
  }

  /**
   * Calls back with each payload, and once with an empty one after each (re)connection. Closing
   * ends it.
   */
  public AutoCloseable listen(String channel, Consumer<String> onNotify) {
    return Listening.start(details, channel, onNotify);
  }

  /** The databases of the applications, on the same server. */
  public TierDatabases tierDatabases() {
    return new TierDatabases(this, details);
  }

  /** Where its server listens, for this machine. */
  public String host() {
    return details.host();
  }

  /** The port at {@link #host}. */
  public int port() {
    return details.port();
  }

  @Override
  public void close() {
    pool.close();
  }
}
