package dev.samdan.build;

import dev.samdan.build.Buildspec.Command;
import dev.samdan.build.Buildspec.OnFailure;
import dev.samdan.build.Buildspec.Phase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Runs the phases that hold commands, one command after another. */
final class PhaseRun {
  private static final Duration GRACE = Duration.ofMillis(300);

  private final BuildRequest request;
  private final Buildspec spec;
  private final PhaseBook book;
  private final BuildShell shell;
  private final BuildLog log;
  private final BooleanSupplier cancelled;
  private boolean succeeding = true;
  private int lastExit;

  PhaseRun(
      BuildRequest request,
      Buildspec spec,
      PhaseBook book,
      BuildShell shell,
      BuildLog log,
      BooleanSupplier cancelled) {
    this.request = request;
    this.spec = spec;
    this.book = book;
    this.shell = shell;
    this.log = log;
    this.cancelled = cancelled;
  }

  /** Whether no command failed. */
  boolean succeeded() {
    return succeeding;
  }

  /**
   * Runs them as far as they may go.
   *
   * @param variables those that the first command finds
   */
  PhaseRules.Next run(Map<String, String> variables) throws IOException, InterruptedException {
    for (String name : Buildspec.PHASES) {
      Phase phase =
          spec.phases().stream()
              .filter(p -> p.name().equals(name))
              .findFirst()
              .orElse(
                  new Phase(name, List.of(), List.of(), new OnFailure.Unsaid(), List.of(), "", 0));
      boolean failed = !runPhase(phase, variables);
      if (book.ended()
          || PhaseRules.after(name, failed, phase.onFailure()) == PhaseRules.Next.END) {
        return PhaseRules.Next.END;
      }
    }
    return PhaseRules.Next.NEXT_PHASE;
  }

  private boolean runPhase(Phase phase, Map<String, String> variables)
      throws IOException, InterruptedException {
    String name = phase.name().toUpperCase(Locale.ROOT);
    for (int attempts = 1; ; attempts++) {
      book.enter(name, log.lines() + 1);
      log.agent("Entering phase " + name);
      if (!phase.runtimes().isEmpty() && attempts == 1 && !cancelled.getAsBoolean()) {
        chooseRuntimes(phase, variables);
      }
      log.startRecording();
      boolean before = succeeding;
      boolean done = runCommands(phase, phase.commands());
      boolean finished = book.ended() || runCommands(phase, phase.finallyCommands());
      book.complete(log);
      if (done && finished
          || book.ended()
          || !PhaseRules.again(phase.onFailure(), attempts, log.recorded())) {
        return done && finished;
      }
      succeeding = before;
      book.forgetFailure();
    }
  }

  private void chooseRuntimes(Phase phase, Map<String, String> variables)
      throws IOException, InterruptedException {
    log.agent(
        "Skipping install of runtimes. Runtime version selection is not supported by this build"
            + " image.");
    String found = shell.ask(Runtimes.probe(shell.answer()));
    Runtimes.Choice choice =
        Runtimes.choose(
            phase.runtimes(),
            Runtimes.found(found),
            variables,
            spec.file(),
            request.terms().where() instanceof Workplace.Machine
                ? "Install it on this machine, or name an image that has it in samdan.yml"
                    + " (build: {image: …})"
                : "Name an image that has it in samdan.yml");
    choice.lines().forEach(log::agent);
    String command = choice.command();
    if (command != null) {
      shell.run(command, "", succeeding, lastExit);
    }
  }

  /** Runs commands up to the first that fails. */
  private boolean runCommands(Phase phase, List<Command> commands) throws InterruptedException {
    String user = user(phase, !commands.isEmpty());
    for (Command command : commands) {
      String text = command.text().stripTrailing();
      log.agent("Running command " + text);
      BuildShell.End end =
          cancelled.getAsBoolean()
              ? new BuildShell.End(null, false)
              : shell.run(text, user, succeeding, lastExit);
      if (end.succeeded()) {
        lastExit = 0;
        continue;
      }
      succeeding = false;
      fail(command, end);
      return false;
    }
    return true;
  }

  /** On the machine all commands run as one user, who is not root where Samdan can help it. */
  private String user(Phase phase, boolean any) {
    if (phase.runAs().isEmpty() || request.terms().where() instanceof Workplace.Container) {
      return phase.runAs();
    }
    if (any) {
      log.agent(
          "run-as "
              + phase.runAs()
              + " has no effect on the machine itself: commands run as the build's own user. It"
              + " works in a container (samdan.yml: build: {image: …})");
    }
    return "";
  }

  private void fail(Command command, BuildShell.End end) throws InterruptedException {
    String text = log.masked(command.text().stripTrailing());
    String where = ", " + spec.file() + ":" + command.line();
    BuildLimits limits = request.terms().limits();
    Integer status = end.status();
    if (cancelled.getAsBoolean()) {
      book.end(BuildStatus.STOPPED, "", "the build was stopped");
    } else if (end.timedOut()) {
      shell.stop(GRACE);
      book.end(
          BuildStatus.TIMED_OUT,
          "BUILD_TIMED_OUT",
          "the build ran longer than "
              + minutes(limits.time())
              + " and was stopped at "
              + brief(text)
              + where);
    } else if (status == null) {
      book.end(
          BuildStatus.FAILED,
          "COMMAND_EXECUTION_ERROR",
          brief(text) + " ended the build's shell" + memory(limits) + where);
    } else {
      lastExit = status;
      log.agent("Command did not exit successfully " + text + " exit status " + status);
      book.fail(
          BuildStatus.FAILED,
          "COMMAND_EXECUTION_ERROR",
          brief(text) + " ended with " + status + memory(limits) + where);
      book.context("Error while executing command: " + text + ". Reason: exit status " + status);
    }
  }

  private String memory(BuildLimits limits) throws InterruptedException {
    return shell.ranOutOfMemory()
        ? "; the build used up its " + limits.memoryMiB() + " MiB of memory"
        : "";
  }

  /** A build's time, for a message. */
  static String minutes(Duration time) {
    return time.toSeconds() < 120 ? time.toSeconds() + " s" : time.toMinutes() + " minutes";
  }

  /** A command's first words, for a message. */
  private static String brief(String command) {
    String line = command.lines().findFirst().orElse("").strip();
    boolean whole = line.length() <= 60 && line.equals(command.strip());
    return "`"
        + (whole ? line : line.substring(0, Math.min(57, line.length())).strip() + " …")
        + "`";
  }
}
