package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.application.ApplicationFile;
import dev.samdan.database.PostgresEngine;
import dev.samdan.database.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample that the demo delivers, with its own build, migration and tests. */
class SampleTest {
  private static final Path SAMPLE = Path.of("sample").toAbsolutePath();

  @TempDir Path temporary;

  @Test
  void its_files_have_no_problem() throws IOException {
    ApplicationFile.Parsed parsed =
        ApplicationFile.parse("samdan.yml", Files.readString(SAMPLE.resolve("samdan.yml")));
    assertThat(parsed.problems()).isEmpty();
    for (String file :
        List.of("web/buildspec.yml", "api/buildspec.yml", "api/buildspec-test.yml")) {
      assertThat(Buildspec.parse(file, Files.readString(SAMPLE.resolve(file))).problems())
          .isEmpty();
    }
  }

  @Test
  void its_library_is_the_one_that_samdan_brings() throws Exception {
    Path jar = driver();
    assertThat(Files.readAllLines(SAMPLE.resolve("api/libraries.txt")))
        .contains(jar.getFileName().toString());
  }

  private static Path driver() throws Exception {
    return Path.of(
        org.postgresql.Driver.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void its_page_is_built() throws Exception {
    Path web = copy("web");
    LocalBuild.Outcome outcome =
        LocalBuild.run(web, "buildspec.yml", temporary.resolve("site"), Map.of(), null, line -> {});
    assertThat(outcome.result().message()).isEmpty();
    assertThat(outcome.artifacts()).containsExactly("app.css", "app.js", "index.html");
  }

  @Test
  void its_api_is_built_migrated_served_and_passes_its_tests() throws Exception {
    Path api = copy("api");
    Path app = temporary.resolve("root/app");
    LocalBuild.Outcome built =
        LocalBuild.run(
            api, "buildspec.yml", temporary.resolve("image"), Map.of(), null, line -> {});
    assertThat(built.result().message()).isEmpty();
    assertThat(built.artifacts())
        .containsExactly(
            "build/api.jar",
            "docker/Dockerfile",
            "docker/Dockerfile-base",
            "docker/boot.sh",
            "migrate.sh");
    Files.createDirectories(app.resolve("libs"));
    for (String file : List.of("build/api.jar", "docker/boot.sh", "migrate.sh")) {
      Path from = temporary.resolve("image").resolve(file);
      Files.copy(
          from, app.resolve(from.getFileName()), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.copy(driver(), app.resolve("libs").resolve(driver().getFileName()));
    int port = freePort();
    Map<String, String> environment = environment(port);
    // Twice: the second one finds nothing to do.
    assertThat(start(app, environment, "bash", "./migrate.sh").waitFor()).isZero();
    assertThat(start(app, environment, "bash", "./migrate.sh").waitFor()).isZero();
    Process server = start(app, environment, "./boot.sh");
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> accepts(port));
      LocalBuild.Outcome tested =
          LocalBuild.run(
              api,
              "buildspec-test.yml",
              null,
              Map.of("SAMDAN_TARGET_URL", "http://127.0.0.1:" + port),
              null,
              line -> {});
      assertThat(tested.result().message()).isEmpty();
      Report report = tested.result().reports().getFirst();
      assertThat(report.failures()).isEmpty();
      assertThat(report.passed()).isGreaterThanOrEqualTo(8);
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private Map<String, String> environment(int port) throws Exception {
    PostgresEngine.Running engine = TestDatabase.engine();
    String database = "sample_" + port;
    String url = "jdbc:postgresql://" + engine.host() + ":" + engine.port() + "/postgres";
    try (var connection =
            java.sql.DriverManager.getConnection(url, engine.superuser(), engine.password());
        var statement = connection.createStatement()) {
      statement.execute("create database " + database);
    }
    return Map.of(
        "PORT", Integer.toString(port),
        "PGHOST", engine.host(),
        "PGPORT", Integer.toString(engine.port()),
        "PGDATABASE", database,
        "PGUSER", engine.superuser(),
        "PGPASSWORD", engine.password(),
        "SAMDAN_ROOT", temporary.resolve("root").toString(),
        "JAVA_HOME", System.getProperty("java.home"),
        "PATH", "/usr/bin:/bin");
  }

  private static Process start(Path folder, Map<String, String> environment, String... command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private Path copy(String folder) throws IOException {
    Path from = SAMPLE.resolve(folder);
    Path to = temporary.resolve(folder);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return to;
  }
}
