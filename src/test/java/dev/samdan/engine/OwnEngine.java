package dev.samdan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Docker engine of a test's own, which may be killed, beside the machine's. It needs root. */
public final class OwnEngine implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final Path folder;
  private final List<String> options;
  private final String bridge;
  private Process process;

  /**
   * Starts one.
   *
   * @param folder for all that it keeps
   * @param options of dockerd, such as {@code --live-restore}
   */
  public OwnEngine(Path folder, String... options) throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/dockerd"))
            && "root".equals(System.getProperty("user.name")),
        "an engine of its own needs root and Debian's docker.io; CI has both");
    this.folder = folder;
    this.options = List.of(options);
    // With a bridge of its own: one without any deletes docker0, which is the machine's engine's.
    long number = ProcessHandle.current().pid() % 250;
    this.bridge = "samdan-own" + number;
    ip("link", "add", bridge, "type", "bridge");
    ip("address", "add", "10.217." + number + ".1/24", "dev", bridge);
    ip("link", "set", bridge, "up");
    start();
  }

  /** For {@link Engine#of}. */
  public Map<String, String> environment() {
    return Map.of("DOCKER_HOST", "unix://" + folder.resolve("sock"));
  }

  private static void ip(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    assertThat(new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue())
        .as("%s", command)
        .isZero();
  }

  /** Starts it, as an init system would after its end; returns once it answers. */
  public void start() throws IOException {
    // What a killed one left; its dead processes may linger, and count as alive to the next.
    Files.deleteIfExists(folder.resolve("pid"));
    Files.deleteIfExists(folder.resolve("exec/containerd/containerd.pid"));
    List<String> command =
        new ArrayList<>(
            List.of(
                "/usr/sbin/dockerd",
                "--host=" + environment().get("DOCKER_HOST"),
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--bridge=" + bridge,
                "--iptables=false",
                "--log-level=warn"));
    command.addAll(options);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("dockerd.log").toFile()))
            .start();
    await().atMost(PATIENCE).until(this::answers);
  }

  private boolean answers() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "dockerd ended: " + Files.readString(folder.resolve("dockerd.log")));
    }
    try (Engine engine = Engine.of(folder, environment())) {
      return engine.facts().isPresent();
    }
  }

  /** KILL: its containers live on for as long as nobody ends them. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** TERM: an engine ends its containers with itself, unless {@code --live-restore} says no. */
  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      kill();
      throw new IllegalStateException("dockerd did not end at TERM");
    }
  }

  @Override
  public void close() throws Exception {
    stop();
    // One that was killed between a container's making and its start forgets the process of it.
    ProcessHandle.allProcesses()
        .filter(shim -> shim.info().commandLine().orElse("").contains(folder + "/exec"))
        .toList()
        .forEach(shim -> {
          shim.descendants().forEach(ProcessHandle::destroyForcibly);
          shim.destroyForcibly();
          shim.onExit().join();
        });
    ip("link", "delete", bridge);
    // An engine mounts its folder on itself, once for each of its starts.
    String data = " " + folder.resolve("data") + " ";
    while (Files.readString(Path.of("/proc/mounts")).contains(data)) {
      assertThat(new ProcessBuilder("umount", data.strip()).start().waitFor()).isZero();
    }
  }
}
