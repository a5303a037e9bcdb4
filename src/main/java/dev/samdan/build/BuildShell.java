package dev.samdan.build;

import static dev.samdan.build.ControlFolder.quote;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * The one process of a build (driver.sh): a shell that runs the commands it is given one after
 * another and says how each ended. Directory and variables are carried from command to command
 * through files; all else of a command's shell (options, traps, functions) ends with it.
 */
final class BuildShell implements AutoCloseable {
  private static final long PUMP_MILLIS = 40;
  private static final long OWN_END_NANOS = 500_000_000L;
  private static final int MOST_ANSWERS = 1_000;
  private static final int LONGEST_LINE = 200;
  private static final long LONGEST_ANSWER = 4L << 20;

  private final ControlFolder control;
  private final BuildLog log;
  private final CommandOutput output;
  private final BuildProcess process;
  private final RandomAccessFile requests;
  private final RandomAccessFile answers;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>(MOST_ANSWERS);
  private final long deadlineNanos;
  private volatile boolean stopped;
  private int count;

  private BuildShell(
      ControlFolder control,
      BuildLog log,
      BuildProcess process,
      RandomAccessFile requests,
      RandomAccessFile answers,
      long deadlineNanos) {
    this.control = control;
    this.log = log;
    this.output = new CommandOutput(control.file("output"), log);
    this.process = process;
    this.requests = requests;
    this.answers = answers;
    this.deadlineNanos = deadlineNanos;
  }

  /** How a command ended: its exit status, or null where time was up or the shell is gone. */
  record End(@Nullable Integer status, boolean timedOut) {
    boolean succeeded() {
      return status != null && status == 0;
    }
  }

  /**
   * Starts the shell; its files stand in {@code control} of the build's work folder.
   *
   * @param shared whether commands share directory and variables (buildspec 0.2)
   * @param deadlineNanos when no command may run any more, as {@link System#nanoTime()} counts
   */
  static BuildShell start(
      BuildRequest request,
      String shell,
      boolean shared,
      Map<String, String> environment,
      BuildLog log,
      long deadlineNanos)
      throws IOException, InterruptedException {
    ControlFolder control = ControlFolder.make(request.work(), request.account());
    List<String> command =
        List.of(
            "/bin/sh",
            control.file("driver.sh").toString(),
            control.toString(),
            shell,
            shared ? "shared" : "alone");
    // Opened for reading and writing, which never blocks on a pipe; the other end sees its end when
    // this process ends.
    RandomAccessFile requests = new RandomAccessFile(control.file("requests").toFile(), "rw");
    RandomAccessFile answers = new RandomAccessFile(control.file("answers").toFile(), "rw");
    BuildProcess process =
        switch (request.terms().where()) {
          case Workplace.Machine machine ->
              HostProcess.start(request, control, command, environment);
          case Workplace.Container container ->
              ContainerProcess.start(container, request, control, command, environment);
        };
    BuildShell started = new BuildShell(control, log, process, requests, answers, deadlineNanos);
    Thread.ofPlatform().daemon().name("build-answers").start(started::readAnswers);
    return started;
  }

  /**
   * Runs one command to its end, its output going to the log meanwhile.
   *
   * @param user as whom it runs; empty for the build's own
   */
  End run(String command, String user, boolean succeeding, int lastExit)
      throws InterruptedException {
    String flag = succeeding ? "1" : "0";
    // Three lines before the command, as CodeBuild has, so that a shell's message says line 4 for
    // the first one.
    String script =
        readState()
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
    End end = execute(script, user);
    log.endOfCommand();
    return end;
  }

  /** Runs a script of this program's with the build's variables, of which it changes none. */
  End runAside(String script) throws InterruptedException {
    End end = execute(readState() + script + "\n", "");
    log.endOfCommand();
    return end;
  }

  /** The same, and what it wrote to {@link #answer()}. */
  String ask(String script) throws IOException, InterruptedException {
    control.own("answer");
    runAside(script);
    if (Files.size(answer()) > LONGEST_ANSWER) {
      throw new IOException(
          "the build's shell answers with more than " + LONGEST_ANSWER + " bytes");
    }
    return Files.readString(answer(), StandardCharsets.ISO_8859_1);
  }

  Path answer() {
    return control.file("answer");
  }

  ControlFolder control() {
    return control;
  }

  private String readState() {
    return ". " + quote(control + "/state/variables") + "\n";
  }

  /** The variables as the last command left them; empty where the shell cannot say. */
  Map<String, String> variables() throws InterruptedException {
    Map<String, String> variables = new HashMap<>();
    try {
      String answer = ask("env -0 > " + quote(answer().toString()));
      for (String entry : answer.split("\0", -1)) {
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

  /** Whether a command was ended because the build's memory was used up. */
  boolean ranOutOfMemory() throws InterruptedException {
    return switch (process) {
      case HostProcess host -> host.ranOutOfMemory();
      case ContainerProcess container ->
          container.isAlive() ? containerRanOutOfMemory() : container.ranOutOfMemory();
    };
  }

  /** The engine itself tells it late, and old ones only of a container's first process. */
  private boolean containerRanOutOfMemory() throws InterruptedException {
    try {
      String files = "/sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control";
      return ask("cat " + files + " 2> /dev/null > " + quote(answer().toString()))
          .lines()
          .anyMatch(ControlGroup::saysKilled);
    } catch (IOException e) {
      return false;
    }
  }

  private End execute(String script, String user) throws InterruptedException {
    String request = "command-" + ++count;
    try {
      control.write("script.sh", script);
      requests.write((request + " " + user + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return await(request);
  }

  private End await(String request) throws InterruptedException {
    boolean more = false;
    while (true) {
      String answer = lines.poll(more ? 0 : PUMP_MILLIS, TimeUnit.MILLISECONDS);
      more = output.pump();
      if (answer != null && answer.matches(request + " [0-9]{1,3}")) {
        output.drain(this::isOver);
        return new End(Integer.valueOf(answer.substring(request.length() + 1)), false);
      }
      if (isTimeUp()) {
        return new End(null, true);
      }
      if (answer == null && !process.isAlive() && lines.isEmpty()) {
        output.drain(this::isOver);
        return new End(null, false);
      }
    }
  }

  private boolean isTimeUp() {
    return System.nanoTime() - deadlineNanos >= 0;
  }

  private boolean isOver() {
    return stopped || isTimeUp();
  }

  private void readAnswers() {
    StringBuilder line = new StringBuilder();
    try (answers) {
      for (int c; (c = answers.read()) > 0; ) {
        if (c == '\n') {
          // Commands may write here too; what they write is no answer and is not kept for long.
          boolean _ = lines.offer(line.toString());
          line.setLength(0);
        } else if (line.length() < LONGEST_LINE) {
          line.append((char) c);
        }
      }
    } catch (IOException e) {
      // The pipe was closed with the shell; whoever waits sees that the shell is gone.
    }
  }

  /**
   * TERM, then KILL: nothing of the build lives when it returns, even where the caller is
   * interrupted.
   */
  void stop(Duration grace) {
    stopped = true;
    boolean interrupted = Thread.interrupted();
    try {
      process.stop(grace);
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
    while (process.isAlive() && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
