package dev.samdan.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShimTest {
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  @TempDir private Path root;
  private final List<Shim> started = new ArrayList<>();

  @AfterEach
  void stopAll() {
    started.forEach(shim -> shim.stop(Duration.ZERO));
  }

  @Test
  void exit_status_and_whole_output_are_kept() throws Exception {
    Shim shim = start("echo out; echo err >&2; exit 3");
    assertThat(shim.onExit().get(60, TimeUnit.SECONDS)).isEqualTo(3);
    assertThat(shim.exitStatus()).hasValue(3);
    assertThat(shim.isAlive()).isFalse();
    assertThat(shim.log()).hasContent("out\nerr");
    assertThat(Shim.adopt(folder(0)).orElseThrow().exitStatus()).hasValue(3);
  }

  @Test
  void environment_is_complete_and_exact() throws Exception {
    var environment =
        Map.of(
            "PATH",
            PATH,
            "QUOTES",
            "it's \"$HOME\" `x` \\",
            "LINES_OF",
            "one\n two\n",
            "spring.datasource.url",
            "jdbc:x",
            "UID",
            "7",
            "KOREAN",
            "삼단");
    Shim shim = run(new ShimSpec(folder(0), List.of("env", "-0"), root, environment, 1 << 20, 0));
    List<String> seen = List.of(Files.readString(shim.log()).split("\0"));
    assertThat(seen)
        .contains(
            "QUOTES=it's \"$HOME\" `x` \\", "LINES_OF=one\n two\n", "spring.datasource.url=jdbc:x");
    assertThat(seen).contains("UID=7", "KOREAN=삼단", "PATH=" + PATH, "PWD=" + root);
    assertThat(seen).hasSize(environment.size() + 1);
  }

  @Test
  void no_list_of_processes_shows_the_environment() {
    Map<String, String> environment =
        Map.of("PATH", PATH, "PGPASSWORD", "hidden-value", "spring.password", "it's hidden-value");
    Shim shim =
        Shim.start(new ShimSpec(folder(0), List.of("sleep", "60"), root, environment, 1 << 20, 0));
    started.add(shim);
    await().until(() -> shim.command().isPresent());
    Path seen = Path.of("/proc", String.valueOf(shim.command().orElseThrow().pid()), "environ");
    await().until(() -> Files.readString(seen).contains("spring.password=it's hidden-value\0"));
    assertThat(ProcessHandle.allProcesses().map(p -> p.info().commandLine().orElse("")))
        .noneMatch(line -> line.contains("hidden-value"));
  }

  @Test
  void a_command_that_cannot_be_found_ends_with_127_and_says_so() throws Exception {
    Shim shim =
        run(
            new ShimSpec(
                folder(0), List.of("no-such-program"), root, Map.of("PATH", PATH), 1000, 0));
    assertThat(shim.exitStatus()).hasValue(127);
    assertThat(shim.log()).content().contains("no-such-program");
  }

  @Test
  void a_missing_working_folder_is_named() {
    var spec = new ShimSpec(folder(0), List.of("true"), root.resolve("absent"), Map.of(), 1000, 0);
    assertThatThrownBy(() -> Shim.start(spec))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("absent");
  }

  @Test
  void stop_lets_the_command_end_by_itself() {
    Shim shim = start("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.02; done");
    awaitLog(shim, "ready");
    shim.stop(Duration.ofSeconds(20));
    assertThat(shim.exitStatus()).hasValue(5);
    assertThat(shim.log()).content().contains("bye");
    assertNothingLives(shim);
  }

  @Test
  void stop_kills_what_ignores_term_with_all_its_children() {
    Shim shim =
        start(
            "trap '' TERM INT HUP; (trap '' TERM; sleep 300) & (sleep 301 &) ; echo ready; while :;"
                + " do sleep 300; done");
    awaitLog(shim, "ready");
    assertThat(Sessions.members(shim.process())).hasSizeGreaterThan(3);
    shim.stop(Duration.ofMillis(200));
    assertThat(shim.exitStatus()).hasValue(137);
    assertNothingLives(shim);
  }

  @Test
  void a_signal_reaches_the_command_even_int_and_quit() throws Exception {
    Shim shim =
        start(
            "trap 'echo got-int' INT; trap 'echo got-usr1' USR1; trap 'exit 4' QUIT; echo ready;"
                + " while :; do sleep 0.02; done");
    awaitLog(shim, "ready");
    shim.signal("INT");
    awaitLog(shim, "got-int");
    shim.signal("USR1");
    awaitLog(shim, "got-usr1");
    shim.signal("QUIT");
    assertThat(shim.onExit().get(60, TimeUnit.SECONDS)).isEqualTo(4);
    assertThatThrownBy(() -> shim.signal("TERM; reboot"))
        .hasMessageContaining("not the name of a signal");
  }

  @Test
  void term_to_the_shim_alone_goes_on_to_the_command() throws Exception {
    Shim shim = start("trap 'exit 6' TERM; echo ready; while :; do sleep 0.02; done");
    awaitLog(shim, "ready");
    ProcessHandle.of(shim.process().pid()).orElseThrow().destroy();
    assertThat(shim.onExit().get(60, TimeUnit.SECONDS)).isEqualTo(6);
  }

  @Test
  void kill_9_of_the_command_gives_137() throws Exception {
    Shim shim = start("echo ready; kill -9 $$");
    assertThat(shim.onExit().get(60, TimeUnit.SECONDS)).isEqualTo(137);
    assertThat(shim.log()).content().startsWith("ready");
  }

  @Test
  void what_the_command_leaves_behind_ends_with_it() throws Exception {
    Shim shim = start("(trap '' TERM; sleep 300) & sleep 301 & echo left; exit 0");
    assertThat(shim.onExit().get(30, TimeUnit.SECONDS)).isZero();
    assertNothingLives(shim);
  }

  @Test
  void kill_9_of_the_shim_itself_leaves_nothing_alive_and_counts_as_killed() throws Exception {
    Shim shim = start("echo ready; sleep 300 & while :; do sleep 0.05; done");
    awaitLog(shim, "ready");
    ProcessHandle.of(shim.process().pid()).orElseThrow().destroyForcibly();
    assertThat(shim.onExit().get(60, TimeUnit.SECONDS)).isEqualTo(137);
    assertNothingLives(shim);
  }

  @Test
  void adopting_ends_what_a_killed_shim_left() {
    Shim shim = start("echo ready; while :; do sleep 0.05; done");
    awaitLog(shim, "ready");
    ProcessHandle.of(shim.process().pid()).orElseThrow().destroyForcibly();
    await().until(() -> !shim.isAlive());
    Shim adopted = Shim.adopt(folder(0)).orElseThrow();
    assertThat(adopted.exitStatus()).hasValue(137);
    assertNothingLives(shim);
  }

  @Test
  void the_log_is_rotated_by_bytes_and_loses_nothing_before() throws Exception {
    Shim shim =
        run(
            spec(
                "i=0; while [ $i -lt 2000 ]; do echo line-$i; i=$((i+1)); done",
                Map.of("PATH", PATH),
                12_000));
    String old = Files.readString(folder(0).resolve("log.1"));
    String current = Files.readString(shim.log());
    assertThat(old).hasSize(12_000);
    assertThat(current).hasSizeLessThan(12_000).endsWith("line-1999\n");
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      all.append("line-").append(i).append('\n');
    }
    assertThat(all.toString()).endsWith(old + current);
  }

  @Test
  void output_is_in_the_log_while_the_command_runs() {
    Shim shim = start("printf partial; sleep 300");
    awaitLog(shim, "partial");
  }

  @Test
  void the_shim_outlives_the_program_that_started_it() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String path = System.getProperty("java.class.path");
    Process starter =
        new ProcessBuilder(java, "-cp", path, ShimStarter.class.getName(), folder(0).toString())
            .inheritIO()
            .start();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Shim.adopt(folder(0)).flatMap(Shim::command).isPresent());
    starter.destroyForcibly().waitFor();
    Shim adopted = Shim.adopt(folder(0)).orElseThrow();
    started.add(adopted);
    assertThat(adopted.isAlive()).isTrue();
    Files.createFile(folder(0).resolveSibling("go"));
    assertThat(adopted.onExit().get(60, TimeUnit.SECONDS)).isEqualTo(9);
    assertThat(adopted.log()).content().contains("went on");
  }

  @Test
  void a_starter_killed_before_it_told_the_environment_starts_nothing() throws Exception {
    Path folder = Files.createDirectories(folder(0));
    run(spec("true", Map.of("PATH", PATH), 1000));
    Process half =
        new ProcessBuilder(
                "setsid",
                "/bin/sh",
                folder.resolve("shim").toString(),
                "run",
                folder.toString(),
                "1000",
                root.toString(),
                "touch",
                root.resolve("must-not-exist").toString())
            .start();
    half.getOutputStream()
        .write("export A='cut o".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    half.getOutputStream().close();
    assertThat(half.waitFor()).isEqualTo(125);
    assertThat(root.resolve("must-not-exist")).doesNotExist();
  }

  @Test
  void two_commands_never_share_a_folder() {
    Shim shim = start("sleep 300");
    assertThatThrownBy(() -> start("true")).hasMessageContaining("already runs");
    assertThat(shim.isAlive()).isTrue();
  }

  @Test
  void a_daemon_that_leaves_the_session_does_not_hold_up_the_end() throws Exception {
    Shim shim =
        start(
            "setsid sh -c 'echo $$ > daemon; sleep 300' & while [ ! -s daemon ]; do sleep 0.01;"
                + " done; exit 0");
    try {
      assertThat(shim.onExit().get(30, TimeUnit.SECONDS)).isZero();
    } finally {
      long daemon = Long.parseLong(Files.readString(root.resolve("daemon")).strip());
      ProcessHandle.of(daemon)
          .ifPresent(p -> {
            p.descendants().forEach(ProcessHandle::destroyForcibly);
            p.destroyForcibly();
          });
    }
  }

  @Test
  void a_full_disk_neither_blocks_the_command_nor_swallows_its_exit_status() throws Exception {
    assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isEqualTo(0);
    Path disk = Files.createDirectories(root.resolve("disk"));
    assumeThat(status("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString())).isZero();
    try {
      String script = "head -c 3000000 /dev/zero; exit 4";
      List<String> command = List.of("/bin/sh", "-c", script);
      Shim shim =
          run(new ShimSpec(disk.resolve("shim"), command, root, Map.of("PATH", PATH), 1 << 20, 0));
      assertThat(shim.exitStatus()).hasValue(4);
      assertThat(Files.size(shim.log())).isBetween(1L, 64L << 10);
    } finally {
      assertThat(status("umount", disk.toString())).isZero();
    }
  }

  @Test
  void many_at_once_each_keep_their_own_end() throws Exception {
    List<java.util.concurrent.CompletableFuture<Integer>> ends = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Shim shim =
          Shim.start(
              new ShimSpec(
                  folder(i),
                  List.of("/bin/sh", "-c", "exit " + i),
                  root,
                  Map.of("PATH", PATH),
                  1000,
                  0));
      started.add(shim);
      ends.add(shim.onExit());
    }
    for (int i = 0; i < 20; i++) {
      assertThat(ends.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(i);
    }
  }

  @Test
  void niceness_is_added() throws Exception {
    Shim shim = run(new ShimSpec(folder(0), List.of("nice"), root, Map.of("PATH", PATH), 1000, 7));
    String own = Files.readString(Path.of("/proc/self/stat"));
    int niceness = Integer.parseInt(own.substring(own.lastIndexOf(')') + 2).split(" ")[16]);
    assertThat(shim.log()).hasContent(String.valueOf(Math.min(19, niceness + 7)));
  }

  private Path folder(int number) {
    return root.resolve("shim-" + number);
  }

  private ShimSpec spec(String script, Map<String, String> environment, long logBytes) {
    return new ShimSpec(
        folder(0), List.of("/bin/sh", "-c", script), root, environment, logBytes, 0);
  }

  private Shim start(String script) {
    return start(script, Map.of("PATH", PATH));
  }

  private Shim start(String script, Map<String, String> environment) {
    Shim shim = Shim.start(spec(script, environment, 1 << 20));
    started.add(shim);
    return shim;
  }

  private Shim run(ShimSpec spec) throws Exception {
    Shim shim = Shim.start(spec);
    started.add(shim);
    shim.onExit().get(30, TimeUnit.SECONDS);
    return shim;
  }

  private static void awaitLog(Shim shim, String text) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Files.exists(shim.log()) && read(shim.log()).contains(text));
  }

  private static int status(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  private static void assertNothingLives(Shim shim) {
    assertThat(Sessions.members(shim.process())).isEmpty();
  }
}
