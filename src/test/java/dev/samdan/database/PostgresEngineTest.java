package dev.samdan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.Folders;
import dev.samdan.base.PlatformException;
import dev.samdan.base.ProcessId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The engine with real processes, each test in a home of its own. */
class PostgresEngineTest {
  private final Path home = TestDatabase.home();
  private final Path folder = home.resolve("postgres");
  private final PostgresEngine engine = new PostgresEngine(home);

  @AfterEach
  void stop() {
    engine.stop();
    Folders.delete(home);
  }

  @Test
  void the_archive_is_of_the_version_that_names_its_folder() throws Exception {
    Path postgres = PostgresBinaries.in(folder).postgres();
    assertThat(output(postgres.toString(), "--version") + ".0")
        .contains(" " + PostgresBinaries.VERSION);
  }

  @Test
  void a_second_start_adopts_what_lives_and_a_stop_leaves_nothing() throws Exception {
    PostgresEngine.Running first = engine.startOrAdopt();
    assertThat(new PostgresEngine(home).startOrAdopt()).isEqualTo(first);
    assertThat(engine.process()).contains(first.process());
    assertThat(session(first.process())).as("its own session").isEqualTo(first.process().pid());
    assertThat(first.toString()).doesNotContain(first.password());
    assertThat(Files.getPosixFilePermissions(folder.resolve("connection"))).hasSize(2);
    engine.stop();
    assertThat(engine.process()).isEmpty();
    assertThat(first.process().isAlive()).isFalse();
    assertThat(Cluster.isFree(first.port())).isTrue();
    engine.stop();
  }

  @Test
  void only_loopback_with_the_password_gets_in() throws Exception {
    PostgresEngine.Running running = engine.startOrAdopt();
    var wrong =
        new Database.Connection(
            running.host(), running.port(), "postgres", running.superuser(), "guess");
    assertThatThrownBy(() -> wrong.connect().close())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password");
    try (var connection = TestDatabase.connection(running, "postgres").connect();
        var row =
            connection
                .createStatement()
                .executeQuery(
                    "select current_setting('fsync') || ' ' ||"
                        + " current_setting('password_encryption') || ' ' ||"
                        + " current_setting('listen_addresses')")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo("on scram-sha-256 127.0.0.1");
    }
  }

  @Test
  void a_killed_postmaster_is_started_again_on_its_port_with_what_was_committed() {
    PostgresEngine.Running first = engine.startOrAdopt();
    TestDatabase.execute(first, "create table kept as select 1 as id");
    for (int i = 0; i < 3; i++) {
      kill(engine.process().orElseThrow());
      PostgresEngine.Running again = engine.startOrAdopt();
      assertThat(again.port()).isEqualTo(first.port());
      assertThat(again.process()).isNotEqualTo(first.process());
      TestDatabase.execute(again, "insert into kept values (" + i + ")");
    }
  }

  @Test
  void a_stale_pid_file_that_names_a_living_process_of_others_is_no_matter() throws IOException {
    PostgresEngine.Running first = engine.startOrAdopt();
    kill(first.process());
    Path pidFile = folder.resolve("data/postmaster.pid");
    List<String> lines = Files.readAllLines(pidFile);
    lines.set(0, String.valueOf(ProcessHandle.current().pid()));
    Files.write(pidFile, lines);
    assertThat(engine.process()).isEmpty();
    assertThat(engine.startOrAdopt().process()).isNotEqualTo(first.process());
  }

  @Test
  void one_that_is_shutting_down_is_awaited_and_started_again() throws Exception {
    PostgresEngine.Running first = engine.startOrAdopt();
    new ProcessBuilder("kill", "-INT", String.valueOf(first.process().pid())).start().waitFor();
    PostgresEngine.Running again = engine.startOrAdopt();
    TestDatabase.execute(again, "select 1");
    assertThat(again.port()).isEqualTo(first.port());
  }

  @Test
  @Tag("soak")
  void one_that_is_frozen_is_named_with_the_remedy() throws Exception {
    ProcessId process = engine.startOrAdopt().process();
    new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid())).start().waitFor();
    try {
      assertThatThrownBy(engine::startOrAdopt)
          .hasMessageContaining("lives but does not answer")
          .hasMessageContaining("kill -QUIT " + process.pid());
    } finally {
      new ProcessBuilder("kill", "-CONT", String.valueOf(process.pid())).start().waitFor();
    }
  }

  @Test
  void a_taken_port_is_named_with_the_remedy() throws IOException {
    PostgresEngine.Running first = engine.startOrAdopt();
    engine.stop();
    try (ServerSocket other = new ServerSocket(first.port(), 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(engine::startOrAdopt)
          .isInstanceOfSatisfying(
              PlatformException.class,
              e -> assertThat(e.code()).isEqualTo(PlatformException.Code.CONFLICT))
          .hasMessageContaining("port " + other.getLocalPort())
          .hasMessageContaining("ss -ltnp")
          .hasMessageContaining(folder.resolve("connection").toString());
    }
    assertThat(engine.startOrAdopt().port()).isEqualTo(first.port());
  }

  @Test
  void a_lost_password_is_named_with_the_remedy() throws IOException {
    engine.startOrAdopt();
    Path access = folder.resolve("connection");
    String kept = Files.readString(access);
    Files.writeString(access, kept.replaceAll("\"password\":\"[^\"]+\"", "\"password\":\"x\""));
    assertThatThrownBy(engine::startOrAdopt)
        .hasMessageContaining("does not take the password in " + access);
    Files.delete(access);
    assertThatThrownBy(engine::startOrAdopt)
        .hasMessageContaining(access + " is missing or damaged");
    Files.writeString(access, kept);
    engine.startOrAdopt();
  }

  @Test
  void the_log_stays_bounded_while_postgres_writes() throws IOException {
    PostgresEngine.Running running = engine.startOrAdopt();
    Path log = folder.resolve("log");
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      file.setLength(11L << 20);
    }
    assertThat(engine.process()).isPresent();
    assertThat(log).isEmptyFile();
    assertThat(Files.size(folder.resolve("log.1"))).isEqualTo(11L << 20);
    TestDatabase.execute(running, "do $$ begin raise log 'still written'; end $$");
    await().untilAsserted(() -> assertThat(log).content().contains("still written"));
  }

  @Test
  void a_start_killed_at_any_moment_leaves_a_home_that_starts() throws Exception {
    for (int millis : new int[] {300, 700, 1_500}) {
      Process starter = starter();
      assertThat(starter.waitFor(millis, java.util.concurrent.TimeUnit.MILLISECONDS))
          .isIn(true, false);
      starter.destroyForcibly().waitFor();
    }
    PostgresEngine.Running running = engine.startOrAdopt();
    TestDatabase.execute(running, "select 1");
    try (var left = Files.newDirectoryStream(folder, "{initializing,unpacking}-*")) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void postgres_outlives_the_program_that_started_it() throws Exception {
    Process starter = starter();
    await().atMost(Duration.ofSeconds(60)).until(() -> engine.process().isPresent());
    starter.destroyForcibly().waitFor();
    ProcessId living = engine.process().orElseThrow();
    assertThat(engine.startOrAdopt().process()).isEqualTo(living);
  }

  @Test
  void a_data_folder_of_another_version_is_refused() throws IOException {
    Path version = Files.createDirectories(folder.resolve("data")).resolve("PG_VERSION");
    Files.writeString(version, "13\n");
    assertThatThrownBy(engine::startOrAdopt).hasMessageContaining("was written by PostgreSQL 13");
  }

  @Test
  void a_full_disk_is_named_with_the_remedy() throws Exception {
    Path disk = mounted("size=12m");
    try {
      assertThatThrownBy(() -> engineOn(disk).startOrAdopt())
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("the disk that holds " + disk)
          .hasMessageContaining("df -h");
    } finally {
      output("umount", disk.toString());
    }
    assertThat(output("ps", "-eo", "args")).doesNotContain(disk.toString());
  }

  @Test
  void a_read_only_disk_is_named_with_the_remedy() throws Exception {
    Path disk = mounted("ro");
    try {
      assertThatThrownBy(() -> new PostgresEngine(disk).startOrAdopt())
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("mounted read-only")
          .hasMessageContaining("--home");
    } finally {
      output("umount", disk.toString());
    }
  }

  @Test
  void without_user_namespaces_a_closed_home_is_named_and_an_open_one_works() throws Exception {
    assumeRoot();
    Path closed = Files.createDirectories(home.resolve("closed"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    assertThatThrownBy(() -> PostgresUser.nobody(closed))
        .hasMessageContaining("cannot reach " + closed)
        .hasMessageContaining("unshare -U");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    Path open = Files.createDirectories(home.resolve("open"));
    Cluster cluster = new Cluster(open);
    PostgresUser user = PostgresUser.nobody(open);
    PostgresBinaries binaries = PostgresBinaries.in(open);
    cluster.createWhereMissing(binaries, user);
    Postmaster postmaster = new Postmaster(cluster.data(), open.resolve("log"));
    Process process = postmaster.start(binaries, user, cluster.readAccess().port());
    await().atMost(Duration.ofSeconds(60)).until(postmaster::isReady);
    postmaster.signal(postmaster.process().orElseThrow(), "INT");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void the_user_in_the_namespace_is_one_that_has_a_name() {
    String root = "root:x:0:0:root:/root:/bin/sh";
    String daemon = "daemon:x:1:1::/usr/sbin:/usr/sbin/nologin";
    assertThat(PostgresUser.namespace(List.of(root, daemon)))
        .contains("--map-user=1", "--map-group=1");
    assertThat(PostgresUser.namespace(List.of(root, daemon, "ana:x:1000:1000::/home/ana:/bin/sh")))
        .contains("--map-user=1000");
    assertThat(PostgresUser.namespace(List.of(root, "broken"))).contains("--map-user=1000");
  }

  @Test
  void a_plain_user_without_a_name_starts_it_too() throws Exception {
    assumeRoot();
    Path open = Files.createTempDirectory("samdan-plain-");
    assertThat(status("chown", "23456:23456", open.toString())).isZero();
    assumeThat(status("setpriv", "--reuid=23456", "--clear-groups", "unshare", "-U", "true"))
        .isZero();
    Path programs = Files.createDirectories(open.resolve("postgres"));
    PostgresBinaries binaries = PostgresBinaries.in(programs);
    assertThat(status("chown", "-R", "23456:23456", open.toString())).isZero();
    List<String> plain = List.of("setpriv", "--reuid=23456", "--regid=23456", "--clear-groups");
    List<String> prefix = new java.util.ArrayList<>(plain);
    prefix.addAll(PostgresUser.namespace(Files.readAllLines(Path.of("/etc/passwd"))));
    assertThat(
            new PostgresUser(prefix, false)
                .command(
                    List.of(
                        binaries.initdb().toString(),
                        "--no-sync",
                        "-D",
                        programs.resolve("data").toString())))
        .satisfies(command -> assertThat(status(command.toArray(String[]::new))).isZero());
    Folders.delete(open);
  }

  private static int status(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    return process.waitFor();
  }

  private static PostgresEngine engineOn(Path disk) throws IOException {
    Path binaries = PostgresBinaries.in(Path.of("target", "postgres").toAbsolutePath()).folder();
    Path folder = Files.createDirectories(disk.resolve("postgres"));
    Files.createSymbolicLink(folder.resolve(binaries.getFileName()), binaries);
    return new PostgresEngine(disk);
  }

  private Path mounted(String options) throws Exception {
    assumeRoot();
    Path disk = Files.createDirectories(home.resolve("disk"));
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()).start();
    assumeThat(mount.waitFor()).as("mount").isZero();
    return disk;
  }

  private static void assumeRoot() throws IOException {
    assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isEqualTo(0);
  }

  private Process starter() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String path = System.getProperty("java.class.path");
    return new ProcessBuilder(
            java, "-XX:+UseSerialGC", "-cp", path, EngineStarter.class.getName(), home.toString())
        .inheritIO()
        .start();
  }

  private static void kill(ProcessId process) {
    ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
    await().until(() -> !process.isAlive());
  }

  private static long session(ProcessId process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
  }

  private static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.strip();
  }
}
