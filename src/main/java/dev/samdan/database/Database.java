package dev.samdan.database;

import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;

/** The control store: a pool of connections, migrated when opened. */
public final class Database implements AutoCloseable {
  private final Jdbi jdbi;

  private Database(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Where the store is. Its text never shows the password. */
  public record Connection(String host, int port, String database, String user, String password) {
    /** The store named {@code samdan} on the embedded engine. */
    public static Connection of(PostgresEngine.Running engine) {
      return new Connection(engine.host(), engine.port(), "samdan", engine.superuser(), engine.password());
    }

    /** The store that {@code SAMDAN_DATABASE_URL} names: {@code postgresql://user:password@host:port/database}. */
    public static Connection parse(String url) {
      throw new UnsupportedOperationException(url);
    }

    @Override
    public String toString() {
      return user + "@" + host + ":" + port + "/" + database;
    }
  }

  /** Connects, creates the database where it is missing, and migrates it. */
  public static Database open(Connection details) {
    throw new UnsupportedOperationException(details.toString());
  }

  /** Runs in one transaction (read committed) and gives what the callback gives. */
  public <T extends @org.jspecify.annotations.Nullable Object, X extends Exception> T inTransaction(
      HandleCallback<T, X> callback) throws X {
    return jdbi.inTransaction(callback);
  }

  /** Runs in one transaction (read committed). */
  public <X extends Exception> void useTransaction(HandleConsumer<X> callback) throws X {
    jdbi.useTransaction(callback);
  }

  /** Runs with a connection of its own, each statement in its own transaction. */
  public <T extends @org.jspecify.annotations.Nullable Object, X extends Exception> T withHandle(
      HandleCallback<T, X> callback) throws X {
    return jdbi.withHandle(callback);
  }

  /** Runs with a connection of its own, each statement in its own transaction. */
  public <X extends Exception> void useHandle(HandleConsumer<X> callback) throws X {
    jdbi.useHandle(callback);
  }

  public Jdbi jdbi() {
    return jdbi;
  }

  /** Wakes the listeners of a channel when the handle's transaction commits; polling stays the truth. */
  public void notifyChannel(Handle handle, String channel, String payload) {
    throw new UnsupportedOperationException();
  }

  /** Calls back with each payload, and once with an empty one after each (re)connection. Closing ends it. */
  public AutoCloseable listen(String channel, Consumer<String> onNotify) {
    throw new UnsupportedOperationException();
  }

  /** The databases of the applications, on the same server. */
  public TierDatabases tierDatabases() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
