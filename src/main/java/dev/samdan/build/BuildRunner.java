package dev.samdan.build;

import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.build.Buildspec.Command;
import dev.samdan.build.Buildspec.OnFailure;
import dev.samdan.build.Buildspec.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one build from its buildspec to its artifacts and reports. Knows no database: what happens
 * it tells its caller.
 */
final class BuildRunner {
  private static final Duration GRACE = Duration.ofMillis(300);

  private final InstantSource clock;
  private final Runnable onLog;
  private final PhaseBook book;
  private BuildRequest request;
  private StoredVariables stored = new StoredVariables(Map.of(), List.of());
  private volatile @Nullable BuildShell shell;
  private volatile boolean cancelled;
  private boolean succeeding = true;
  private int lastExit;
  private long deadline;

  BuildRunner(
      BuildRequest request,
      InstantSource clock,
      Consumer<List<BuildPhase>> onPhases,
      Runnable onLog) {
    this.request = request;
    this.clock = clock;
    this.onLog = onLog;
    this.book = new PhaseBook(clock, onPhases);
  }

  /** Ends the build within a second; {@link #run()} returns STOPPED. */
  void cancel() {
    cancelled = true;
    BuildShell running = shell;
    if (running != null) {
      running.stop(GRACE);
    }
  }

  /**
   * Runs the build; whatever its end, no process of it is left.
   *
   * @throws InterruptedException when the thread is interrupted; the build was ended
   */
  BuildResult run() throws InterruptedException {
    deadline = System.nanoTime() + request.terms().limits().time().toNanos();
    try (BuildLog log =
        new BuildLog(request.log(), request.secrets().hidden(), BuildLog.LIMIT, clock, onLog)) {
      Buildspec spec = provision(log) ? downloadSource(log) : null;
      return spec == null ? nothing() : build(spec, log);
    } catch (IOException e) {
      book.fail(BuildStatus.FAULT, "CLIENT_ERROR", "the build's folder cannot be used: " + e);
      return nothing();
    }
  }

  private BuildResult nothing() {
    return result(Map.of(), List.of(), Map.of());
  }

  /** Finds the container's image; a build on the machine needs no such phase. */
  private boolean provision(BuildLog log) throws InterruptedException {
    if (!(request.terms().where() instanceof Workplace.Container(var engine, String image))) {
      return true;
    }
    book.enter("PROVISIONING", 1);
    log.agent("Phase is PROVISIONING");
    try {
      String found = new BuildImages(engine).find(image);
      log.agent("The build's image is " + found);
      request = request.in(new Workplace.Container(engine, found));
    } catch (PlatformException e) {
      book.fail(BuildStatus.FAILED, "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE", e.text());
    }
    complete(log);
    return book.outcome() == BuildStatus.SUCCEEDED;
  }

  private @Nullable Buildspec downloadSource(BuildLog log) throws IOException {
    log.agent("Phase is DOWNLOAD_SOURCE");
    book.enter("DOWNLOAD_SOURCE", log.lines());
    log.agent("CODEBUILD_SRC_DIR=" + request.source());
    Path file = request.source().resolve(request.buildspec()).normalize();
    log.agent("YAML location is " + file);
    if (!file.startsWith(request.source())
        || !Files.isRegularFile(file)
        || !request.mayRead().test(file)) {
      String missing =
          request.buildspecName() + " does not exist: add it, or name another file in samdan.yml";
      return refuse(log, missing);
    }
    Buildspec.Parsed parsed = Buildspec.parse(request.buildspecName(), Files.readString(file));
    parsed.problems().stream().filter(p -> !p.isError()).forEach(p -> log.agent(p.toString()));
    Buildspec spec = parsed.buildspec();
    if (spec == null) {
      List<String> errors =
          parsed.problems().stream().filter(Problem::isError).map(Problem::toString).toList();
      return refuse(log, String.join("\n", errors));
    }
    stored = StoredVariables.of(spec, request);
    if (!stored.missing().isEmpty()) {
      return refuse(log, String.join("\n", stored.missing()));
    }
    log.hide(List.copyOf(stored.values().values()));
    if (spec.env().gitCredentials()) {
      signInGit(log);
    }
    log.agent("Processing environment variables");
    log.agent("Moving to directory " + request.source());
    log.agent("Phases found in YAML: " + spec.phases().size());
    for (Phase phase : spec.phases()) {
      log.agent(
          " "
              + phase.name().toUpperCase(Locale.ROOT)
              + ": "
              + phase.commands().size()
              + " commands");
    }
    complete(log);
    return spec;
  }

  private void signInGit(BuildLog log) {
    Map<String, String> git = StoredVariables.git(request);
    if (git.isEmpty()) {
      log.agent("git-credential-helper has no effect here: no server has credentials to give");
    } else {
      log.hide(List.of(git.getOrDefault("SAMDAN_GIT_PASSWORD", "")));
      stored = stored.with(git);
    }
  }

  private @Nullable Buildspec refuse(BuildLog log, String message) {
    book.fail(BuildStatus.FAILED, "YAML_FILE_ERROR", message);
    complete(log);
    return null;
  }

  private BuildResult build(Buildspec spec, BuildLog log) throws IOException, InterruptedException {
    request.makeFolders();
    Map<String, String> environment =
        BuildEnvironment.of(request, spec, stored.values(), clock.millis());
    String shellName = spec.env().shell().equals("bash") ? "/bin/bash" : "/bin/sh";
    PhaseRules.Next next;
    Map<String, String> variables;
    try (BuildShell started =
        BuildShell.start(request, shellName, spec.sharedShell(), environment, log)) {
      shell = started;
      CacheSteps cache =
          spec.cache() == null ? null : new CacheSteps(request, spec.cache(), started, log);
      if (cache != null && !cancelled) {
        cache.restore(deadline);
      }
      next = runPhases(spec, environment, started, log);
      Map<String, String> left = book.ended() ? Map.of() : started.variables(deadline);
      variables = left.isEmpty() ? environment : left;
      if (cache != null && succeeding && !cancelled) {
        cache.save(deadline);
      }
    } catch (PlatformException e) {
      book.fail(BuildStatus.FAULT, "CLIENT_ERROR", e.text());
      return nothing();
    } finally {
      shell = null;
      Strays.end(request.id());
    }
    // Only now: nothing of the build lives that could change a file between a look and its reading.
    FileSelection selection =
        new FileSelection(
            request.source(), variables, request.mayRead(), request.seenElsewhere(), log);
    Map<String, Path> artifacts = Map.of();
    if (next == PhaseRules.Next.NEXT_PHASE) {
      book.enter("UPLOAD_ARTIFACTS", log.lines() + 1);
      artifacts = new Uploads(request, book, selection).write(spec);
      complete(log);
    }
    List<Report> reports = book.ended() ? List.of() : Reports.collect(spec, selection, log);
    return result(artifacts, reports, exported(spec, variables));
  }

  private PhaseRules.Next runPhases(
      Buildspec spec, Map<String, String> variables, BuildShell running, BuildLog log)
      throws IOException, InterruptedException {
    for (String name : Buildspec.PHASES) {
      Phase phase =
          spec.phases().stream()
              .filter(p -> p.name().equals(name))
              .findFirst()
              .orElse(
                  new Phase(name, List.of(), List.of(), new OnFailure.Unsaid(), List.of(), "", 0));
      boolean failed = !runPhase(spec, phase, variables, running, log);
      if (book.ended()
          || PhaseRules.after(name, failed, phase.onFailure()) == PhaseRules.Next.END) {
        return PhaseRules.Next.END;
      }
    }
    return PhaseRules.Next.NEXT_PHASE;
  }

  private boolean runPhase(
      Buildspec spec, Phase phase, Map<String, String> variables, BuildShell running, BuildLog log)
      throws IOException, InterruptedException {
    String name = phase.name().toUpperCase(Locale.ROOT);
    for (int attempts = 1; ; attempts++) {
      book.enter(name, log.lines() + 1);
      log.agent("Entering phase " + name);
      if (!phase.runtimes().isEmpty() && attempts == 1 && !cancelled) {
        chooseRuntimes(spec, phase, variables, running, log);
      }
      log.startRecording();
      boolean before = succeeding;
      boolean done = runCommands(spec, phase, phase.commands(), running, log);
      boolean finished =
          book.ended() || runCommands(spec, phase, phase.finallyCommands(), running, log);
      complete(log);
      if (done && finished
          || book.ended()
          || !PhaseRules.again(phase.onFailure(), attempts, log.recorded())) {
        return done && finished;
      }
      succeeding = before;
      book.forgetFailure();
    }
  }

  private void chooseRuntimes(
      Buildspec spec, Phase phase, Map<String, String> variables, BuildShell running, BuildLog log)
      throws IOException, InterruptedException {
    log.agent(
        "Skipping install of runtimes. Runtime version selection is not supported by this build"
            + " image.");
    String found = running.ask(Runtimes.probe(running.answer()), deadline);
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
      running.run(command, "", succeeding, lastExit, deadline);
    }
  }

  /** Runs commands up to the first that fails. */
  private boolean runCommands(
      Buildspec spec, Phase phase, List<Command> commands, BuildShell running, BuildLog log)
      throws InterruptedException {
    String user = user(phase, log, !commands.isEmpty());
    for (Command command : commands) {
      String text = command.text().stripTrailing();
      log.agent("Running command " + text);
      BuildShell.End end =
          cancelled
              ? new BuildShell.End(null, false)
              : running.run(text, user, succeeding, lastExit, deadline);
      if (end.succeeded()) {
        lastExit = 0;
        continue;
      }
      succeeding = false;
      fail(spec, command, end, running, log);
      return false;
    }
    return true;
  }

  /** On the machine all commands run as one user, who is not root where Samdan can help it. */
  private String user(Phase phase, BuildLog log, boolean any) {
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

  private void fail(
      Buildspec spec, Command command, BuildShell.End end, BuildShell running, BuildLog log)
      throws InterruptedException {
    String text = log.masked(command.text().stripTrailing());
    String where = ", " + spec.file() + ":" + command.line();
    BuildLimits limits = request.terms().limits();
    Integer status = end.status();
    if (cancelled) {
      book.end(BuildStatus.STOPPED, "", "the build was stopped");
    } else if (end.timedOut()) {
      running.stop(GRACE);
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
          brief(text) + " ended the build's shell" + where);
    } else {
      lastExit = status;
      log.agent("Command did not exit successfully " + text + " exit status " + status);
      String memory =
          running.ranOutOfMemory(deadline)
              ? "; the build used up its " + limits.memoryMiB() + " MiB of memory"
              : "";
      book.fail(
          BuildStatus.FAILED,
          "COMMAND_EXECUTION_ERROR",
          brief(text) + " ended with " + status + memory + where);
      book.context("Error while executing command: " + text + ". Reason: exit status " + status);
    }
  }

  private void complete(BuildLog log) {
    log.agent("Phase complete: " + book.name() + " State: " + book.outcome());
    log.agent("Phase context status code: " + book.code() + " Message: " + book.context());
    book.complete(log.lines());
  }

  private Map<String, String> exported(Buildspec spec, Map<String, String> variables) {
    Map<String, String> exported = new HashMap<>();
    for (String name : spec.env().exported()) {
      String value = variables.get(name);
      if (value != null && !book.ended()) {
        exported.put(name, value);
      }
    }
    return exported;
  }

  private BuildResult result(
      Map<String, Path> artifacts, List<Report> reports, Map<String, String> exported) {
    String tests = Reports.failures(reports);
    String message = book.message();
    if (!message.isEmpty() && !tests.isEmpty()) {
      message = tests + " (" + message + ")";
    }
    return new BuildResult(book.status(), book.phases(), message, artifacts, exported, reports);
  }

  private static String minutes(Duration time) {
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
