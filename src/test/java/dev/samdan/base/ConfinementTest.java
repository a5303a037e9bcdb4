package dev.samdan.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of a home that others may not enter, below /tmp and elsewhere. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class ConfinementTest {
  private static final int UID = 71_234;
  private static final Path ELSEWHERE = Path.of("target").toAbsolutePath();

  private final boolean belowTmp;

  @TempDir(cleanup = CleanupMode.ALWAYS)
  private Path temporary;

  private Path home;
  private Path work;

  /** A folder of the machine, elsewhere than the home. */
  private Path machine;

  private Shim shim;

  ConfinementTest(boolean belowTmp) {
    this.belowTmp = belowTmp;
  }

  @BeforeEach
  void prepare() throws Exception {
    assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).as("root").isEqualTo(0);
    assumeThat(new ProcessBuilder("unshare", "--mount", "true").start().waitFor())
        .as("mount namespaces")
        .isZero();
    assumeThat(temporary.startsWith("/tmp")).isTrue();
    home = belowTmp ? temporary : Files.createTempDirectory(ELSEWHERE, "home");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(home.resolve("credentials"), "secret");
    work = folder("task/root");
    machine =
        belowTmp
            ? Files.createTempDirectory(ELSEWHERE, "machine")
            : Files.createDirectories(temporary.resolve("machine"));
    Files.setAttribute(machine, "unix:uid", UID);
    folder("task/tmp");
    folder("other");
    Files.writeString(home.resolve("other/file"), "another's");
    Files.createDirectories(home.resolve("tools"));
    Files.writeString(home.resolve("tools/tool"), "a tool");
  }

  @AfterEach
  void end() throws Exception {
    if (shim != null) {
      shim.stop(Duration.ZERO);
    }
    Path elsewhere = belowTmp ? machine : home;
    if (elsewhere != null) {
      new ProcessBuilder("rm", "-rf", elsewhere.toString()).start().waitFor();
    }
  }

  @Test
  void it_runs_as_its_user_in_its_folder_and_keeps_its_exit_status() throws Exception {
    String said =
        run("id -u; id -g; id -G; id -un; pwd; echo \"$A\"; echo err > /dev/stderr; exit 5");
    assertThat(said)
        .isEqualTo(
            UID + "\n" + UID + "\n" + UID + "\nsamdan-" + UID + "\n" + work + "\nit's\nerr\n");
    assertThat(shim.exitStatus()).hasValue(5);
  }

  @Test
  void it_sees_and_writes_only_what_is_shown() throws Exception {
    String said =
        run(
            """
            cat HOME/credentials HOME/other/file 2>/dev/null || echo hidden
            ls HOME/other HOME/task/shim 2>/dev/null || echo no such folder
            cat HOME/tools/tool; echo
            touch HOME/tools/new 2>/dev/null || echo read-only
            touch HOME/new 2>/dev/null || echo not writable
            touch own && touch /tmp/mine && touch MACHINE/seen && echo written
            grep -i '^NoNewPrivs\\|^CapBnd' /proc/self/status
            """
                .replace("HOME", home.toString())
                .replace("MACHINE", machine.toString()));
    assertThat(machine.resolve("seen")).exists();
    assertThat(said.replaceAll("\\s+", " "))
        .isEqualTo(
            "hidden no such folder a tool read-only not writable written CapBnd: 0000000000000000"
                + " NoNewPrivs: 1 ");
    assertThat(work.resolve("own")).exists();
    assertThat(home.resolve("task/tmp/mine")).exists();
    assertThat(Path.of("/tmp/mine")).doesNotExist();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
        .as("nothing of it is mounted here")
        .doesNotContain(home.toString());
  }

  @Test
  void its_variables_reach_no_tool_that_runs_as_root() throws Exception {
    Path trap = folder("task/root/bin");
    Path mount = trap.resolve("mount");
    Files.writeString(mount, "#!/bin/sh\nid -u >> " + work + "/caught\n");
    assertThat(mount.toFile().setExecutable(true)).isTrue();
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("PATH", trap + ":/usr/bin:/bin");
    environment.put("ENV", mount.toString());
    environment.put("BASH_ENV", mount.toString());
    start("echo ran", environment).onExit().get(60, TimeUnit.SECONDS);
    assertThat(shim.log()).hasContent("ran");
    assertThat(work.resolve("caught")).doesNotExist();
  }

  @Test
  void others_processes_are_out_of_its_reach() throws Exception {
    Process other =
        new ProcessBuilder("setpriv", "--reuid=71235", "--clear-groups", "sleep", "60").start();
    try {
      String reach =
          "cat /proc/PID/environ 2>/dev/null || echo closed; kill -9 PID 2>/dev/null || echo"
              + " refused\n";
      String said =
          run(
              reach.replace("PID", String.valueOf(other.pid()))
                  + reach.replace("PID", String.valueOf(ProcessHandle.current().pid())));
      assertThat(said).isEqualTo("closed\nrefused\nclosed\nrefused\n");
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void what_leaves_its_session_ends_with_it_too() throws Exception {
    run("setsid sleep 600 > /dev/null 2>&1 & echo $! > daemon");
    long daemon = Long.parseLong(Files.readString(work.resolve("daemon")).strip());
    assertThat(ProcessId.of(daemon)).isEmpty();
  }

  @Test
  void another_control_adopts_and_ends_it() throws Exception {
    start("echo up; exec sleep 600", environment());
    await().until(() -> Files.readString(shim.log()).equals("up\n"));
    Shim adopted = Shim.adopt(home.resolve("task/shim")).orElseThrow();
    ProcessId command = adopted.command().orElseThrow();
    assertThat(Files.getAttribute(Path.of("/proc/" + command.pid()), "unix:uid")).isEqualTo(UID);
    adopted.stop(Duration.ofSeconds(10));
    assertThat(command.isAlive()).isFalse();
    assertThat(adopted.exitStatus()).hasValue(128 + 15);
  }

  @Test
  void a_killed_shim_leaves_nothing_alive() throws Exception {
    start("setsid sleep 600 & echo $! > daemon; exec sleep 600", environment());
    await()
        .until(
            () -> Files.exists(work.resolve("daemon")) && Files.size(work.resolve("daemon")) > 0);
    ProcessId command = shim.command().orElseThrow();
    ProcessHandle.of(shim.process().pid()).orElseThrow().destroyForcibly();
    await().until(() -> !shim.process().isAlive());
    Shim adopted = Shim.adopt(home.resolve("task/shim")).orElseThrow();
    assertThat(adopted.isAlive()).isFalse();
    assertThat(command.isAlive()).isFalse();
    assertThat(ProcessId.of(Long.parseLong(Files.readString(work.resolve("daemon")).strip())))
        .isEmpty();
  }

  private String run(String script) throws Exception {
    start(script, environment()).onExit().get(60, TimeUnit.SECONDS);
    return Files.readString(shim.log());
  }

  private Map<String, String> environment() {
    return Map.of("PATH", "/usr/bin:/bin", "HOME", work.toString(), "A", "it's");
  }

  private Shim start(String script, Map<String, String> environment) {
    ShimSpec spec =
        new ShimSpec(
            home.resolve("task/shim"),
            List.of("/bin/sh", "-c", script),
            work,
            environment,
            1 << 20,
            0);
    Confinement confinement =
        new Confinement(
            UID,
            List.of(),
            belowTmp ? Path.of("/tmp") : home,
            home.resolve("task/tmp"),
            List.of(work, machine),
            List.of(home.resolve("tools")));
    shim = Shim.start(spec.confined(confinement));
    return shim;
  }

  private Path folder(String name) throws IOException {
    Path folder = Files.createDirectories(home.resolve(name));
    Files.setAttribute(folder, "unix:uid", UID);
    Files.setAttribute(folder, "unix:gid", UID);
    return folder;
  }
}
