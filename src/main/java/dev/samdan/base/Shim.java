package dev.samdan.base;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command in a session of its own that outlives whoever started it: a small shell (shim.sh)
 * forwards signals, writes the log and keeps the exit status. What the command leaves behind in the
 * session ends with it, as in a container.
 */
public final class Shim {
  private static final Duration AT_ONCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int KILLED = 128 + 9;
  private static final Pattern SIGNAL = Pattern.compile("[A-Z0-9]{2,10}");

  private final Path folder;
  private final ProcessId process;
  private final @Nullable Process child;

  private Shim(Path folder, ProcessId process, @Nullable Process child) {
    this.folder = folder;
    this.process = process;
    this.child = child;
  }

  /**
   * Starts the command; returns once its session is recorded. A command that cannot be run ends
   * with 126 or 127.
   */
  public static Shim start(ShimSpec spec) {
    Path folder = spec.folder().toAbsolutePath();
    if (!Files.isDirectory(spec.workingDirectory())) {
      throw PlatformException.invalid(
          spec.workingDirectory() + ", where a command should run, is not a folder");
    }
    List<String> command = ShimCommand.of(spec);
    try {
      prepare(folder, spec);
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().clear();
      builder.environment().put("PATH", ShimCommand.PATH);
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
      Process started = builder.start();
      try (OutputStream in = started.getOutputStream()) {
        in.write(ShimCommand.environmentScript(spec).getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended already; what it said is told below.
        started.destroyForcibly();
      }
      return new Shim(folder, awaitRecorded(folder, started), started);
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          spec.command().getFirst()
              + " could not be started with its files in "
              + folder
              + ": "
              + e.getMessage()
              + ". See whether that folder can be written (df -h "
              + folder
              + ")",
          e);
    }
  }

  /**
   * The shim that was started in this folder, alive or ended; empty where none ever was. What a
   * killed shim left alive is ended first.
   */
  public static Optional<Shim> adopt(Path folder) {
    Optional<Shim> found =
        identity(folder.resolve("process"))
            .map(process -> new Shim(folder.toAbsolutePath(), process, null));
    found.filter(shim -> !shim.isAlive()).ifPresent(Shim::killSession);
    return found;
  }

  /** The shim itself: the leader of the session. */
  public ProcessId process() {
    return process;
  }

  /** The command's own process; empty before it started and after it ended. */
  public Optional<ProcessId> command() {
    return identity(folder.resolve("command")).filter(ProcessId::isAlive);
  }

  /** Whether the command or anything it started in its session may still run. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The command's exit status, 128 + number for a signal; empty while it runs. */
  public OptionalInt exitStatus() {
    OptionalInt written = status("exit");
    if (written.isPresent() || isAlive()) {
      return written;
    }
    // The shim may have written it between the two questions; a killed one never does.
    OptionalInt late = status("exit");
    if (late.isPresent()) {
      return late;
    }
    OptionalInt ended = status("ended");
    return ended.isPresent() ? ended : OptionalInt.of(KILLED);
  }

  /** Sends a signal ({@code TERM}, {@code HUP}…) to every process of the session. */
  public void signal(String name) {
    if (!SIGNAL.matcher(name).matches()) {
      throw PlatformException.invalid("'" + name + "' is not the name of a signal, such as TERM");
    }
    List<Long> others = members().stream().filter(pid -> pid != process.pid()).toList();
    if (!others.isEmpty()) {
      kill(name, others);
    }
  }

  /** TERM to the session, KILL after the grace; when it returns nothing of the session lives. */
  public void stop(Duration grace) {
    if (isAlive()) {
      kill("TERM", List.of(process.pid()));
      if (!await(() -> !isAlive(), grace)) {
        kill("USR1", List.of(process.pid()));
        await(() -> !isAlive(), AT_ONCE);
      }
    }
    killSession();
  }

  /**
   * Stdout and stderr of the command, appended as they come. The part before the last rotation is
   * {@code log.1}.
   */
  public Path log() {
    return folder.resolve("log");
  }

  /** Completes with the exit status once nothing of the session lives. */
  public CompletableFuture<Integer> onExit() {
    CompletableFuture<Integer> exit = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("exit of " + folder.getFileName())
        .start(() -> {
          try {
            awaitEnd();
            killSession();
            exit.complete(exitStatus().orElse(KILLED));
          } catch (RuntimeException e) {
            exit.completeExceptionally(e);
          }
        });
    return exit;
  }

  @Override
  public String toString() {
    return folder + " (process " + process.pid() + ")";
  }

  /** A child of this JVM tells its end at once; one that was adopted is asked again and again. */
  private void awaitEnd() {
    Process own = child;
    if (own != null) {
      try {
        own.waitFor();
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
    while (isAlive()) {
      pause(POLL);
    }
  }

  /**
   * Ends what a shim that was killed left in its session, and what left a confined command's
   * session; does nothing after an orderly end.
   */
  private void killSession() {
    boolean gone =
        await(
            () -> {
              List<Long> left = new ArrayList<>(members());
              left.addAll(Sessions.confined(folder));
              left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
              return left.isEmpty();
            },
            AT_ONCE);
    if (!gone) {
      throw PlatformException.unavailable(
          "processes "
              + members()
              + " started in "
              + folder
              + " do not end, even when killed;"
              + " they wait for the kernel (a disk or a network file system that does not answer)");
    }
  }

  private List<Long> members() {
    return Sessions.members(process);
  }

  private OptionalInt status(String file) {
    try {
      String text = Files.readString(folder.resolve(file)).strip();
      return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
    } catch (IOException | NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /** Whole only with the line's end. */
  private static Optional<ProcessId> identity(Path file) {
    try {
      String text = Files.readString(file);
      return text.endsWith("\n") ? ProcessId.parse(text) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ProcessId awaitRecorded(Path folder, Process started) throws IOException {
    Path file = folder.resolve("process");
    while (started.isAlive() && identity(file).isEmpty()) {
      pause(Duration.ofNanos(500_000));
    }
    Optional<ProcessId> process = identity(file);
    if (process.isEmpty()) {
      throw new IOException(Files.readString(folder.resolve("log")).strip());
    }
    return process.get();
  }

  private static void prepare(Path folder, ShimSpec spec) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    if (adopt(folder).filter(Shim::isAlive).isPresent()) {
      throw PlatformException.conflict("a command already runs with its files in " + folder);
    }
    for (String file : List.of("process", "command", "ended", "exit", "pipe", "passwd", "mounts")) {
      Files.deleteIfExists(folder.resolve(file));
    }
    try (InputStream script = Shim.class.getResourceAsStream("shim.sh")) {
      if (script == null) {
        throw new IllegalStateException("shim.sh is missing from the program");
      }
      Files.write(folder.resolve("shim"), script.readAllBytes());
    }
    Confinement confinement = spec.confinement();
    if (confinement != null) {
      Path passwd = Files.copy(Path.of("/etc/passwd"), folder.resolve("passwd"));
      String line = confinement.passwdLine(spec.environment().getOrDefault("HOME", "/"));
      Files.writeString(passwd, line, StandardOpenOption.APPEND);
      Files.setPosixFilePermissions(passwd, PosixFilePermissions.fromString("rw-r--r--"));
      Files.writeString(folder.resolve("mounts"), confinement.mounts(folder));
    }
  }

  private static void kill(String signal, List<Long> pids) {
    StringBuilder command = new StringBuilder("kill -s " + signal);
    pids.forEach(pid -> command.append(' ').append(pid));
    try {
      new ProcessBuilder("/bin/sh", "-c", command.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Whether it became true in time. */
  private static boolean await(BooleanSupplier condition, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      pause(Duration.ofMillis(5));
    }
    return true;
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static PlatformException interrupted() {
    Thread.currentThread().interrupt();
    return PlatformException.unavailable("interrupted while waiting for a process to end");
  }
}
