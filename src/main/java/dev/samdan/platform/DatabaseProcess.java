package dev.samdan.platform;

import dev.samdan.base.ProcessId;
import dev.samdan.database.Database;
import dev.samdan.database.PostgresEngine;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL of a home: the embedded engine, or the one that SAMDAN_DATABASE_URL names. */
sealed interface DatabaseProcess {
  /** Starts or adopts it; answers how to connect. */
  Database.Connection ensure();

  boolean isAlive();

  Optional<ProcessId> process();

  static DatabaseProcess of(Path home, @Nullable String url) {
    return url != null && !url.isBlank()
        ? new Outside(Database.Connection.parse(url))
        : new Embedded(new PostgresEngine(home));
  }

  /** Driven by us. */
  record Embedded(PostgresEngine engine) implements DatabaseProcess {
    @Override
    public Database.Connection ensure() {
      return Database.Connection.of(engine.startOrAdopt());
    }

    @Override
    public boolean isAlive() {
      return engine.process().isPresent();
    }

    @Override
    public Optional<ProcessId> process() {
      return engine.process();
    }
  }

  /** Somebody else's: nothing here starts or stops it. */
  record Outside(Database.Connection connection) implements DatabaseProcess {
    @Override
    public Database.Connection ensure() {
      return connection;
    }

    @Override
    public boolean isAlive() {
      return true;
    }

    @Override
    public Optional<ProcessId> process() {
      return Optional.empty();
    }
  }
}
