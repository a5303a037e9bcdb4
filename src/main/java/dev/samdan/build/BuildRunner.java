package dev.samdan.build;

import dev.samdan.base.Problem;
import dev.samdan.build.Buildspec.Command;
import dev.samdan.build.Buildspec.OnFailure;
import dev.samdan.build.Buildspec.Phase;
import dev.samdan.isolation.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs one build from its buildspec to its artifacts and reports. Knows no database: what happens
 * it tells its caller.
 */
final class BuildRunner {
  private static final Duration GRACE = Duration.ofMillis(300);

  private final BuildRequest request;
  private final InstantSource clock;
  private final Runnable onLog;
  private final PhaseBook book;
  private final Map<String, Path> artifacts = new HashMap<>();
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
    deadline = System.nanoTime() + request.timeout().toNanos();
    try (BuildLog log =
        new BuildLog(request.log(), request.secrets().hidden(), BuildLog.LIMIT, clock, onLog)) {
      Buildspec spec = downloadSource(log);
      return spec == null ? result(List.of(), Map.of()) : build(spec, log);
    } catch (IOException e) {
      book.fail(BuildStatus.FAULT, "CLIENT_ERROR", "the build's folder cannot be used: " + e);
      return result(List.of(), Map.of());
    }
  }

  private @Nullable Buildspec downloadSource(BuildLog log) throws IOException {
    log.agent("Phase is DOWNLOAD_SOURCE");
    book.enter("DOWNLOAD_SOURCE", 1);
    log.agent("CODEBUILD_SRC_DIR=" + request.source());
    Path file = request.source().resolve(request.buildspec()).normalize();
    log.agent("YAML location is " + file);
    if (!file.startsWith(request.source()) || !Files.isRegularFile(file) || !mayRead().test(file)) {
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

  private @Nullable Buildspec refuse(BuildLog log, String message) {
    book.fail(BuildStatus.FAILED, "YAML_FILE_ERROR", message);
    complete(log);
    return null;
  }

  private BuildResult build(Buildspec spec, BuildLog log) throws IOException, InterruptedException {
    Path temporary = Files.createDirectories(request.work().resolve("tmp"));
    if (request.account().isPresent()) {
      request.account().get().own(temporary);
      request.account().get().keep(request.home());
    } else {
      Files.createDirectories(request.home());
    }
    Map<String, String> environment =
        BuildEnvironment.of(request, spec, stored.values(), clock.millis());
    String shellName = spec.env().shell().equals("bash") ? "/bin/bash" : "/bin/sh";
    PhaseRules.Next next;
    Map<String, String> variables;
    try (BuildShell started =
        BuildShell.start(request, shellName, spec.sharedShell(), environment, log)) {
      shell = started;
      next = runPhases(spec, started, log);
      Map<String, String> left = book.ended() ? Map.of() : started.variables(deadline);
      variables = left.isEmpty() ? environment : left;
    } finally {
      shell = null;
      Strays.end(request.id());
    }
    // Only now: nothing of the build lives that could change a file between a look and its reading.
    FileSelection selection = new FileSelection(request.source(), variables, mayRead(), log);
    if (next == PhaseRules.Next.NEXT_PHASE) {
      uploadArtifacts(spec, selection, log);
    }
    List<Report> reports = book.ended() ? List.of() : Reports.collect(spec, selection, log);
    return result(reports, exported(spec, variables));
  }

  /** Whether a file may be read on the build's behalf, wherever its links lead. */
  private Predicate<Path> mayRead() throws IOException {
    Account account = request.account().orElse(null);
    if (account == null) {
      return file -> true;
    }
    List<Path> folders = request.folders();
    return file -> account.mayRead(file, folders);
  }

  private PhaseRules.Next runPhases(Buildspec spec, BuildShell running, BuildLog log)
      throws InterruptedException {
    for (String name : Buildspec.PHASES) {
      Phase phase =
          spec.phases().stream()
              .filter(p -> p.name().equals(name))
              .findFirst()
              .orElse(
                  new Phase(name, List.of(), List.of(), new OnFailure.Unsaid(), List.of(), "", 0));
      boolean failed = !runPhase(spec, phase, running, log);
      if (book.ended()
          || PhaseRules.after(name, failed, phase.onFailure()) == PhaseRules.Next.END) {
        return PhaseRules.Next.END;
      }
    }
    return PhaseRules.Next.NEXT_PHASE;
  }

  private boolean runPhase(Buildspec spec, Phase phase, BuildShell running, BuildLog log)
      throws InterruptedException {
    String name = phase.name().toUpperCase(Locale.ROOT);
    for (int attempts = 1; ; attempts++) {
      book.enter(name, log.lines() + 1);
      log.agent("Entering phase " + name);
      if (!phase.runtimes().isEmpty()) {
        log.agent(
            "Skipping install of runtimes. Runtime version selection is not supported by this build"
                + " image.");
      }
      log.startRecording();
      boolean before = succeeding;
      boolean done = runCommands(spec, phase.commands(), running, log);
      boolean finished = book.ended() || runCommands(spec, phase.finallyCommands(), running, log);
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

  /** Runs commands up to the first that fails. */
  private boolean runCommands(
      Buildspec spec, List<Command> commands, BuildShell running, BuildLog log)
      throws InterruptedException {
    for (Command command : commands) {
      String text = command.text().stripTrailing();
      log.agent("Running command " + text);
      BuildShell.End end =
          cancelled
              ? new BuildShell.End(null, false)
              : running.run(text, succeeding, lastExit, deadline);
      Integer status = end.status();
      if (status != null && status == 0) {
        lastExit = 0;
        continue;
      }
      succeeding = false;
      String where = ", " + spec.file() + ":" + command.line();
      if (cancelled) {
        book.end(BuildStatus.STOPPED, "", "the build was stopped");
      } else if (end.timedOut()) {
        running.stop(GRACE);
        book.end(
            BuildStatus.TIMED_OUT,
            "BUILD_TIMED_OUT",
            "the build ran longer than "
                + minutes(request.timeout())
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
        book.fail(
            BuildStatus.FAILED,
            "COMMAND_EXECUTION_ERROR",
            brief(text) + " ended with " + status + where);
        book.context("Error while executing command: " + text + ". Reason: exit status " + status);
      }
      return false;
    }
    return true;
  }

  private void uploadArtifacts(Buildspec spec, FileSelection selection, BuildLog log)
      throws IOException {
    book.enter("UPLOAD_ARTIFACTS", log.lines() + 1);
    for (Map.Entry<String, Path> output : new TreeMap<>(request.outputs()).entrySet()) {
      String id = output.getKey();
      Buildspec.Artifacts wanted =
          id.isEmpty() ? spec.artifacts() : spec.secondaryArtifacts().get(id);
      if (wanted == null && !id.isEmpty()) {
        book.fail(
            BuildStatus.FAILED,
            "CLIENT_ERROR",
            "no secondary-artifacts."
                + id
                + " in "
                + spec.file()
                + ": each of several output artifacts needs one of its name");
        continue;
      }
      // Without artifacts in the buildspec the whole folder is handed on, links and all.
      Buildspec.Artifacts files =
          wanted != null
              ? wanted
              : new Buildspec.Artifacts(List.of("**/*"), "", false, ".", List.of(), true, 0);
      FileSelection.Found found =
          selection.find(
              files.files(),
              files.baseDirectory(),
              files.exclude(),
              files.discardPaths(),
              files.enableSymlinks());
      if (found.files().isEmpty()) {
        String what =
            found.baseExists()
                ? "no matching artifact paths found"
                : "no matching base directory path found";
        book.fail(
            BuildStatus.FAILED,
            "CLIENT_ERROR",
            what + ", " + spec.file() + (files.line() == 0 ? "" : ":" + files.line()));
        book.context(what);
        continue;
      }
      Zips.write(output.getValue(), found.files(), files.enableSymlinks());
      artifacts.put(id, output.getValue());
    }
    complete(log);
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

  private BuildResult result(List<Report> reports, Map<String, String> exported) {
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
