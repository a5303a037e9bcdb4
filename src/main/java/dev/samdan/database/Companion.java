package dev.samdan.database;

import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What is written once beside the first change of a thread, in that change's transaction. */
final class Companion {
  private final Consumer<Handle> writing;
  private boolean written;

  Companion(Consumer<Handle> writing) {
    this.writing = writing;
  }

  /** Whether it stands, with a change that stands. */
  boolean isWritten() {
    return written;
  }

  <T extends @Nullable Object, X extends Exception> T inTransaction(
      Jdbi jdbi, HandleCallback<T, X> callback) throws X {
    if (written) {
      return jdbi.inTransaction(callback);
    }
    boolean[] beside = new boolean[1];
    T result =
        jdbi.inTransaction(handle -> {
          T given = callback.withHandle(handle);
          if (changed(handle)) {
            writing.accept(handle);
            beside[0] = true;
          }
          return given;
        });
    written = beside[0];
    return result;
  }

  /** PostgreSQL numbers a transaction when it first writes. */
  private static boolean changed(Handle handle) {
    return handle
        .createQuery("select pg_current_xact_id_if_assigned() is not null")
        .mapTo(Boolean.class)
        .one();
  }
}
