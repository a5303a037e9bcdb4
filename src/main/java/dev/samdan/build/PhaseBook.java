package dev.samdan.build;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The phases of a build as they come and go, and with them the build's own status. */
final class PhaseBook {
  private final InstantSource clock;
  private final Consumer<List<BuildPhase>> onChange;
  private final List<BuildPhase> phases = new ArrayList<>();
  private BuildStatus status = BuildStatus.SUCCEEDED;
  private String message = "";
  private Failure failure = Failure.NONE;
  private Failure earlier = Failure.NONE;
  private boolean ended;

  PhaseBook(InstantSource clock, Consumer<List<BuildPhase>> onChange) {
    this.clock = clock;
    this.onChange = onChange;
  }

  /** What failed in the phase that runs. */
  private record Failure(BuildStatus status, String code, String message, String context) {
    static final Failure NONE = new Failure(BuildStatus.SUCCEEDED, "", "", "");
  }

  void enter(String name, long firstLine) {
    failure = Failure.NONE;
    phases.add(
        new BuildPhase(name, BuildStatus.IN_PROGRESS, clock.instant(), null, "", "", firstLine, 0));
    onChange.accept(phases());
  }

  /** The phase that runs failed; what failed first is what counts. */
  void fail(BuildStatus how, String code, String why) {
    if (failure.status() == BuildStatus.SUCCEEDED) {
      failure = new Failure(how, code, why, why);
    }
  }

  /** The phase that runs failed, and nothing may follow it. */
  void end(BuildStatus how, String code, String why) {
    failure = new Failure(how, code, why, why);
    ended = true;
  }

  /** Says in CodeBuild's words what failed, for the log. */
  void context(String text) {
    if (failure.context().equals(failure.message())) {
      failure = new Failure(failure.status(), failure.code(), failure.message(), text);
    }
  }

  String context() {
    return failure.context();
  }

  /** Name, outcome so far and code of the phase that runs. */
  String name() {
    return phases.getLast().name();
  }

  BuildStatus outcome() {
    return failure.status();
  }

  String code() {
    return failure.code();
  }

  /** Ends the phase that runs and says so in CodeBuild's words. */
  void complete(BuildLog log) {
    log.agent("Phase complete: " + name() + " State: " + outcome());
    log.agent("Phase context status code: " + code() + " Message: " + context());
    long lastLine = log.lines();
    BuildPhase running = phases.removeLast();
    BuildPhase done =
        new BuildPhase(
            running.name(),
            failure.status(),
            running.startedAt(),
            clock.instant(),
            failure.code(),
            failure.message(),
            running.firstLine(),
            lastLine - running.firstLine() + 1);
    phases.add(done);
    if (ended || failure.status() != BuildStatus.SUCCEEDED && status == BuildStatus.SUCCEEDED) {
      earlier = failure;
      status = failure.status();
      message = failure.message();
    }
    onChange.accept(phases());
  }

  /** The phase that was completed runs again, so its failure is not the build's. */
  void forgetFailure() {
    if (earlier.equals(failure)) {
      status = BuildStatus.SUCCEEDED;
      message = "";
      earlier = Failure.NONE;
    }
    phases.removeLast();
  }

  boolean ended() {
    return ended;
  }

  BuildStatus status() {
    return failure.status() == BuildStatus.FAULT ? BuildStatus.FAULT : status;
  }

  String message() {
    return failure.status() == BuildStatus.FAULT ? failure.message() : message;
  }

  List<BuildPhase> phases() {
    return List.copyOf(phases);
  }
}
