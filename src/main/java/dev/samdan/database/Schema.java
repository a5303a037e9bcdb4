package dev.samdan.database;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings the control store to this program's schema. Starting Flyway costs half a second, so the
 * digest of all migrations is kept beside its history and an equal one leaves it asleep.
 */
final class Schema {
  private static final String MIGRATIONS = "db/migration/";
  private static final String COMMENT = "samdan migrations ";

  private Schema() {}

  static void migrate(DataSource source) {
    String digest = COMMENT + digest();
    try (Connection connection = source.getConnection()) {
      if (digest.equals(applied(connection))) {
        return;
      }
      Flyway.configure()
          .dataSource(source)
          .locations("classpath:" + MIGRATIONS)
          .baselineOnMigrate(false)
          .load()
          .migrate();
      try (var statement = connection.createStatement()) {
        statement.execute("comment on table flyway_schema_history is '" + digest + "'");
      }
    } catch (SQLException | FlywayException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "the control store could not be migrated: " + e.getMessage(),
          e);
    }
  }

  private static String applied(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select obj_description(to_regclass('flyway_schema_history'))")) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private static Digest digest() {
    var sha256 = Digest.sha256();
    migrations()
        .forEach((name, content) -> {
          sha256.update(
              (name + " " + content.length + "\n")
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8));
          sha256.update(content);
        });
    return new Digest(java.util.HexFormat.of().formatHex(sha256.digest()));
  }

  /** From the folder or the jar that this class comes from. */
  private static Map<String, byte[]> migrations() {
    Map<String, byte[]> found = new TreeMap<>();
    try {
      Path source =
          Path.of(Schema.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(source)) {
        try (Stream<Path> files = Files.list(source.resolve(MIGRATIONS))) {
          for (Path file : files.toList()) {
            found.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
          }
        }
        return found;
      }
      try (JarFile jar = new JarFile(source.toFile())) {
        for (var entry :
            jar.stream()
                .filter(e -> e.getName().startsWith(MIGRATIONS) && !e.isDirectory())
                .toList()) {
          try (InputStream content = jar.getInputStream(entry)) {
            found.put(entry.getName().substring(MIGRATIONS.length()), content.readAllBytes());
          }
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
