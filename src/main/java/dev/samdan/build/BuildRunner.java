package dev.samdan.build;

import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
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
      String found = new BuildImages(engine, this::isOver).find(image);
      log.agent("The build's image is " + found);
      request = request.in(new Workplace.Container(engine, found));
    } catch (PlatformException e) {
      if (!failIfOver()) {
        book.fail(BuildStatus.FAILED, "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE", e.text());
      }
    }
    book.complete(log);
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
    book.complete(log);
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
    book.complete(log);
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
        BuildShell.start(request, shellName, spec.sharedShell(), environment, log, deadline)) {
      shell = started;
      CacheSteps cache =
          spec.cache() == null ? null : new CacheSteps(request, spec.cache(), started, log);
      if (cache != null && !cancelled) {
        cache.restore();
      }
      PhaseRun phases = new PhaseRun(request, spec, book, started, log, () -> cancelled);
      next = phases.run(environment);
      Map<String, String> left = book.ended() ? Map.of() : started.variables();
      variables = left.isEmpty() ? environment : left;
      if (cache != null && phases.succeeded() && !cancelled) {
        cache.save();
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
            request.source(),
            variables,
            request.mayRead(),
            request.seenElsewhere(),
            this::isOver,
            log);
    Map<String, Path> artifacts = Map.of();
    if (next == PhaseRules.Next.NEXT_PHASE) {
      book.enter("UPLOAD_ARTIFACTS", log.lines() + 1);
      artifacts = upload(new Uploads(request, book, selection), spec);
      book.complete(log);
    }
    List<Report> reports = book.ended() ? List.of() : Reports.collect(spec, selection, log);
    return result(artifacts, reports, exported(spec, variables));
  }

  private Map<String, Path> upload(Uploads uploads, Buildspec spec) throws IOException {
    try {
      return uploads.write(spec);
    } catch (PlatformException e) {
      if (!failIfOver()) {
        book.fail(BuildStatus.FAILED, "CLIENT_ERROR", e.text());
      }
      return Map.of();
    }
  }

  private boolean isOver() {
    return cancelled || System.nanoTime() - deadline >= 0;
  }

  /** Ends the phase that runs as the build ends: stopped, or because its time is up. */
  private boolean failIfOver() {
    if (cancelled) {
      book.end(BuildStatus.STOPPED, "", "the build was stopped");
    } else if (isOver()) {
      book.end(
          BuildStatus.TIMED_OUT,
          "BUILD_TIMED_OUT",
          "the build ran longer than "
              + PhaseRun.minutes(request.terms().limits().time())
              + " and was stopped in its phase "
              + book.name());
    }
    return book.ended();
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
}
