package sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Runs the numbered SQL files that the database has not seen, each in the same transaction, under a lock. */
final class Migrations {
  private static final List<String> FILES = List.of("001_staff.sql", "002_people.sql");

  private Migrations() {}

  static void run(Database database) throws SQLException {
    database.inTransaction(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(52)");
            statement.execute("create table if not exists migration (name text primary key, at timestamptz not null default now())");
          }
          for (String file : FILES) {
            if (!isDone(connection, file)) {
              apply(connection, file);
              System.out.println("migrated " + file);
            }
          }
          return true;
        });
    System.out.println("the database is up to date (" + FILES.getLast() + ")");
  }

  private static boolean isDone(Connection connection, String file) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement("select 1 from migration where name = ?")) {
      query.setString(1, file);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static void apply(Connection connection, String file) throws SQLException {
    try (Statement statement = connection.createStatement();
        PreparedStatement done = connection.prepareStatement("insert into migration (name) values (?)")) {
      statement.execute(read(file));
      done.setString(1, file);
      done.execute();
    }
  }

  private static String read(String file) {
    try (InputStream in = Migrations.class.getResourceAsStream("/migrations/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the migration " + file + " is not in the jar", e);
    }
  }
}
