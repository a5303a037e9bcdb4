package dev.samdan.database;

import dev.samdan.database.PostgresEngine.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Real databases for tests: one engine for each test JVM, one migrated template, a clone for each
 * call. The engine and its folder end with the JVM, however it ends.
 */
public final class TestDatabase {
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private TestDatabase() {}

  /** A migrated, empty control store of its own; close it when the test ends. */
  public static Database fresh() {
    Running engine = Engine.RUNNING;
    String name = "test_" + COUNTER.incrementAndGet();
    // Copied as files, which costs a third of copying through the log.
    execute(
        engine, "create database " + name + " template " + Engine.TEMPLATE + " strategy file_copy");
    return Database.open(connection(engine, name));
  }

  /** The engine itself, for tests that need another database on it. */
  public static Running engine() {
    return Engine.RUNNING;
  }

  static Database.Connection connection(Running engine, String database) {
    return new Database.Connection(
        engine.host(), engine.port(), database, engine.superuser(), engine.password());
  }

  static void execute(Running engine, String sql) {
    try (var connection = connection(engine, "postgres").connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A home with the programs already unpacked, which every test JVM on this checkout shares. */
  static Path home() {
    try {
      Path home = Files.createTempDirectory("samdan-test-");
      Path binaries = PostgresBinaries.in(Path.of("target", "postgres").toAbsolutePath()).folder();
      Path folder = Files.createDirectories(home.resolve("postgres"));
      Files.createSymbolicLink(folder.resolve(binaries.getFileName()), binaries);
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Started at the first use. */
  private static final class Engine {
    private static final String TEMPLATE = "template_store";
    private static final Running RUNNING = start();

    private static Running start() {
      Path home = home();
      Running engine = new PostgresEngine(home).startOrAdopt();
      endWithThisJvm(engine, home);
      // Nothing here has to outlive the machine, and vacuuming hundreds of databases keeps a core
      // busy.
      for (String setting :
          new String[] {"fsync", "full_page_writes", "synchronous_commit", "autovacuum"}) {
        execute(engine, "alter system set " + setting + " = off");
      }
      execute(engine, "alter system set file_copy_method = clone");
      execute(engine, "select pg_reload_conf()");
      Database.open(connection(engine, TEMPLATE)).close();
      return engine;
    }

    /**
     * A process that waits for the end of its standard input sees every end of this JVM, a kill -9
     * too.
     */
    private static void endWithThisJvm(Running engine, Path home) {
      long pid = engine.process().pid();
      String script =
          "read -r line; kill -QUIT %d; while kill -0 %d 2>/dev/null && [ -e '%s/postgres/data/postmaster.pid' ];"
                  .formatted(pid, pid, home)
              + " do sleep 0.05; done; rm -rf '"
              + home
              + "'";
      try {
        Process reaper =
            new ProcessBuilder("setsid", "/bin/sh", "-c", script)
                .inheritIO()
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndAwait(reaper, pid)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Waits for the engine only: hundreds of databases are removed after this JVM's end. */
    private static void endAndAwait(Process reaper, long engine) {
      try {
        reaper.getOutputStream().close();
        ProcessHandle.of(engine).ifPresent(alive -> alive.onExit().join());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
