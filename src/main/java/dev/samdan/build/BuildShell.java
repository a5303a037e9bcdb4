package dev.samdan.build;

import dev.samdan.base.Shim;
import dev.samdan.base.ShimSpec;
import dev.samdan.isolation.Account;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one process of a build: a shell under a shim that runs the commands it is given one after
 * another and says how each ended. Directory and variables are carried from command to command
 * through files; all else of a command's shell (options, traps, functions) ends with it.
 */
final class BuildShell implements AutoCloseable {
  private static final String DRIVER =
      """
      "$2" -c 'export -p' > "$1/state/variables" || exit 1
      control=$1 shell=$2 mode=$3 state=$1/state
      pwd > "$state/cwd"
      cp "$state/variables" "$state/variables.first"
      cp "$state/cwd" "$state/cwd.first"
      exec 3< "$control/requests" 4> "$control/answers"
      while read -r request <&3; do
        if [ "$mode" = alone ]; then
          cp "$state/variables.first" "$state/variables"
          cp "$state/cwd.first" "$state/cwd"
        fi
        if cd "$(cat "$state/cwd")" 2> /dev/null; then
          env -i PWD="$PWD" "$shell" "$control/script.sh" < /dev/null >> "$control/output" 2>&1 3<&- 4>&-
          echo "$request $?" >&4
        else
          echo "the folder $(cat "$state/cwd") is gone" >> "$control/output"
          echo "$request 1" >&4
        fi
      done
      """;

  private static final int PRIORITY = 5;
  private static final long PUMP_MILLIS = 40;
  private static final long OWN_END_NANOS = 500_000_000L;
  private static final long RAW_LIMIT = 32L << 20;

  private final Path control;
  private final BuildLog log;
  private final Shim shim;
  private final RandomAccessFile requests;
  private final RandomAccessFile answers;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final byte[] buffer = new byte[1 << 16];
  private long consumed;
  private int count;

  private BuildShell(
      Path control, BuildLog log, Shim shim, RandomAccessFile requests, RandomAccessFile answers) {
    this.control = control;
    this.log = log;
    this.shim = shim;
    this.requests = requests;
    this.answers = answers;
  }

  /** How a command ended: its exit status, or null where time was up or the shell is gone. */
  record End(@Nullable Integer status, boolean timedOut) {}

  /**
   * Starts the shell: its files stand in {@code control} of the build's work folder, its shim's in
   * {@code shim}.
   *
   * @param shared whether commands share directory and variables (buildspec 0.2)
   */
  static BuildShell start(
      BuildRequest request,
      String shell,
      boolean shared,
      Map<String, String> environment,
      BuildLog log)
      throws IOException, InterruptedException {
    Path folder = request.work().resolve("control");
    Path state = Files.createDirectories(folder.resolve("state"));
    Files.writeString(folder.resolve("driver.sh"), DRIVER);
    // Keeps what the next command must find, whatever way this one ended.
    Files.writeString(
        folder.resolve("save.sh"),
        "export -p > "
            + quote(state + "/variables.new")
            + " && mv "
            + quote(state + "/variables.new")
            + " "
            + quote(state + "/variables")
            + "\npwd > "
            + quote(state + "/cwd")
            + "\nexit \"$CODEBUILD_LAST_EXIT\"\n");
    Files.createFile(folder.resolve("output"));
    Files.createFile(folder.resolve("variables"));
    List<String> pipes =
        List.of(folder.resolve("requests").toString(), folder.resolve("answers").toString());
    if (new ProcessBuilder("mkfifo", pipes.get(0), pipes.get(1)).start().waitFor() != 0) {
      throw new IOException("cannot make a named pipe in " + folder);
    }
    Account account = request.account().orElse(null);
    if (account != null) {
      // The folder itself stays Samdan's: nothing that is read from it can be made a link
      // elsewhere.
      for (String own : List.of("state", "output", "variables", "requests", "answers")) {
        account.own(folder.resolve(own));
      }
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      forAll(folder.resolve("driver.sh"));
      forAll(folder.resolve("save.sh"));
    }
    String mode = shared ? "shared" : "alone";
    List<String> command =
        List.of("/bin/sh", folder.resolve("driver.sh").toString(), folder.toString(), shell, mode);
    ShimSpec spec =
        new ShimSpec(
            request.work().resolve("shim"),
            command,
            request.source(),
            environment,
            1 << 20,
            PRIORITY);
    // Opened for reading and writing, which never blocks on a pipe; the other end sees its end when
    // this process ends.
    RandomAccessFile requests = new RandomAccessFile(pipes.get(0), "rw");
    RandomAccessFile answers = new RandomAccessFile(pipes.get(1), "rw");
    Shim shim = Shim.start(spec.confined(request.confinement(environment)));
    BuildShell started = new BuildShell(folder, log, shim, requests, answers);
    Thread.ofPlatform().daemon().name("build-answers").start(started::readAnswers);
    return started;
  }

  /** Runs one command to its end, its output going to the log meanwhile. */
  End run(String command, boolean succeeding, int lastExit, long deadlineNanos)
      throws InterruptedException {
    String flag = succeeding ? "1" : "0";
    // Three lines before the command, as CodeBuild has, so that a shell's message says line 4 for
    // the first one.
    String script =
        ". "
            + quote(control + "/state/variables")
            + "\n"
            + "trap "
            + quote(
                "{ CODEBUILD_LAST_EXIT=$?; set +x; . "
                    + quote(control + "/save.sh")
                    + "; } 2> /dev/null")
            + " EXIT\n"
            + "set -a; CODEBUILD_BUILD_SUCCEEDING="
            + flag
            + "; CODEBUILD_LAST_EXIT="
            + lastExit
            + "\n"
            + command
            + "\n";
    End end = execute(script, deadlineNanos);
    log.endOfCommand();
    return end;
  }

  /** The variables as the last command left them. */
  Map<String, String> variables(long deadlineNanos) throws InterruptedException {
    Path file = control.resolve("variables");
    execute(
        ". " + quote(control + "/state/variables") + "\nenv -0 > " + quote(file.toString()) + "\n",
        deadlineNanos);
    Map<String, String> variables = new HashMap<>();
    try {
      for (String entry : Files.readString(file, StandardCharsets.ISO_8859_1).split("\0", -1)) {
        String text =
            new String(entry.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        int equals = text.indexOf('=');
        if (equals > 0) {
          variables.put(text.substring(0, equals), text.substring(equals + 1));
        }
      }
    } catch (IOException e) {
      return Map.of();
    }
    return variables;
  }

  private End execute(String script, long deadlineNanos) throws InterruptedException {
    String request = "command-" + ++count;
    try {
      Path fresh = control.resolve("script.new");
      Files.writeString(fresh, script);
      forAll(fresh);
      Files.move(
          fresh,
          control.resolve("script.sh"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      requests.write((request + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return await(request, deadlineNanos);
  }

  private End await(String request, long deadlineNanos) throws InterruptedException {
    while (true) {
      String answer = lines.poll(PUMP_MILLIS, TimeUnit.MILLISECONDS);
      pump();
      if (answer != null && answer.startsWith(request + " ")) {
        return new End(Integer.valueOf(answer.substring(request.length() + 1)), false);
      }
      if (System.nanoTime() - deadlineNanos >= 0) {
        return new End(null, true);
      }
      if (answer == null && !shim.isAlive() && lines.isEmpty()) {
        return new End(null, false);
      }
    }
  }

  private void readAnswers() {
    StringBuilder line = new StringBuilder();
    try (answers) {
      for (int c; (c = answers.read()) > 0; ) {
        if (c == '\n') {
          lines.add(line.toString());
          line.setLength(0);
        } else {
          line.append((char) c);
        }
      }
    } catch (IOException e) {
      // The pipe was closed with the shell; whoever waits sees that the shell is gone.
    }
  }

  /**
   * Carries what commands printed to the log. Beyond its limit the raw file is emptied, so that the
   * disk is bounded.
   */
  private void pump() {
    Path output = control.resolve("output");
    if (!Files.exists(output)) {
      return;
    }
    try (RandomAccessFile raw = new RandomAccessFile(output.toFile(), "rw")) {
      if (raw.length() < consumed) {
        consumed = 0;
      }
      if (raw.length() == consumed) {
        return;
      }
      raw.seek(consumed);
      for (int n; (n = raw.read(buffer)) > 0; consumed += n) {
        log.output(buffer, n);
      }
      if (log.isFull() && consumed > RAW_LIMIT) {
        raw.setLength(0);
        consumed = 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    log.flush();
  }

  /**
   * TERM, then KILL: nothing of the session lives when it returns, even where the caller is
   * interrupted.
   */
  void stop(Duration grace) {
    boolean interrupted = Thread.interrupted();
    try {
      shim.stop(grace);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The shell ends by itself when nothing more is asked of it; what does not is ended. */
  @Override
  public void close() {
    try {
      requests.close();
      awaitEnd();
      stop(Duration.ZERO);
      answers.write(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitEnd() {
    long end = System.nanoTime() + OWN_END_NANOS;
    while (shim.isAlive() && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Whatever this process's umask is. */
  private static void forAll(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
