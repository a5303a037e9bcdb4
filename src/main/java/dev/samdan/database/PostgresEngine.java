package dev.samdan.database;

import dev.samdan.base.ProcessId;
import java.nio.file.Path;
import java.util.Optional;

/** The embedded PostgreSQL of one home: its binaries, its cluster in HOME/postgres, its postmaster. */
public final class PostgresEngine {
  private final Path home;

  public PostgresEngine(Path home) {
    this.home = home;
  }

  /** A live engine. Its text never shows the password. */
  public record Running(String host, int port, String superuser, String password, ProcessId process) {
    @Override
    public String toString() {
      return superuser + "@" + host + ":" + port + " (process " + process.pid() + ")";
    }
  }

  /** Starts the engine, or adopts the one that lives; idempotent. */
  public Running startOrAdopt() {
    throw new UnsupportedOperationException(home.toString());
  }

  /** Shuts down without waiting for clients, and waits until the last process is gone. */
  public void stop() {
    throw new UnsupportedOperationException();
  }

  /** The live postmaster. */
  public Optional<ProcessId> process() {
    throw new UnsupportedOperationException();
  }
}
