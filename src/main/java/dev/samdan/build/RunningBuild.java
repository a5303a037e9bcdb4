package dev.samdan.build;

import dev.samdan.isolation.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A build whose row is written: runs it once, in a fresh folder that is deleted at its end. */
public final class RunningBuild {
  private static final long LOOK_MILLIS = 100;

  private final Builds builds;
  private final BuildOrder order;
  private final Place place;
  private final InstantSource clock;
  private volatile @Nullable BuildRunner runner;
  private volatile boolean cancelled;
  private volatile boolean interrupted;

  RunningBuild(Builds builds, BuildOrder order, Place place, InstantSource clock) {
    this.builds = builds;
    this.order = order;
    this.place = place;
    this.clock = clock;
  }

  /** Which build it is and where it keeps its files. */
  record Place(String id, long number, Path folder, Path home, Optional<Account> account) {}

  public String id() {
    return place.id();
  }

  /** HOME of its commands. */
  Path home() {
    return place.home();
  }

  /** Ends the build within a second; {@link #run} then returns STOPPED. */
  public void cancel() {
    cancelled = true;
    BuildRunner running = runner;
    if (running != null) {
      running.cancel();
    }
  }

  /** Ends the build because control ends, which is no end of what it is for. */
  void interrupt() {
    interrupted = interrupted || !cancelled;
    cancel();
  }

  /**
   * Runs the build to its end and keeps what came of it. It runs on a thread of its own, so that an
   * interrupt cannot break what it writes.
   *
   * @param onPhase told each phase as it begins and ends
   * @throws InterruptedException when the calling thread is interrupted or control ends; the build
   *     was ended
   */
  public BuildResult run(Consumer<BuildPhase> onPhase) throws InterruptedException {
    FutureTask<BuildResult> task = new FutureTask<>(() -> carryOut(onPhase));
    Thread thread = Thread.ofVirtual().name("build " + id()).start(task);
    try {
      BuildResult result = task.get();
      if (interrupted) {
        throw new InterruptedException("control ends");
      }
      return result;
    } catch (InterruptedException e) {
      interrupt();
      join(thread);
      throw e;
    } catch (ExecutionException e) {
      if (interrupted) {
        throw new InterruptedException("control ends, and so did the build: " + e.getCause());
      }
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  private BuildResult carryOut(Consumer<BuildPhase> onPhase) throws InterruptedException {
    BuildResult result = fault("it could not be run; control's log says more");
    boolean begun = false;
    try {
      begun = awaitTurn(onPhase);
      result = begun ? build(onPhase) : stopped();
      return result;
    } catch (IOException e) {
      result = fault("the source cannot be unpacked: " + e);
      return result;
    } finally {
      runner = null;
      try {
        Builds.delete(place.folder().resolve("work"));
      } finally {
        if (begun) {
          builds.places().release();
        }
        builds.ended(id(), interrupted ? fault("control ended while it ran") : result);
      }
    }
  }

  /** Waits until one of the places for builds is free; false where the build is cancelled first. */
  private boolean awaitTurn(Consumer<BuildPhase> onPhase) throws InterruptedException {
    if (builds.places().tryAcquire(0, TimeUnit.MILLISECONDS)) {
      return true;
    }
    keep(List.of(BuildPhase.queued(clock.instant())), onPhase);
    while (!cancelled) {
      if (builds.places().tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return false;
  }

  private BuildResult build(Consumer<BuildPhase> onPhase) throws IOException, InterruptedException {
    BuildRequest request = unpack(place.folder().resolve("work"));
    BuildRunner started =
        new BuildRunner(request, clock, phases -> keep(phases, onPhase), () -> builds.grown(id()));
    runner = started;
    if (cancelled) {
      started.cancel();
    }
    return started.run();
  }

  private static void join(Thread thread) {
    boolean again = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        again = true;
      }
    }
    if (again) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep(List<BuildPhase> phases, Consumer<BuildPhase> onPhase) {
    builds.phases(id(), phases);
    onPhase.accept(phases.getLast());
  }

  private BuildRequest unpack(Path work) throws IOException {
    Path source = work.resolve("src");
    Zips.unpack(order.source(), source);
    Map<String, Path> secondary = new HashMap<>();
    for (Map.Entry<String, Path> zip : order.secondarySources().entrySet()) {
      Path folder = work.resolve("src-" + zip.getKey());
      Zips.unpack(zip.getValue(), folder);
      secondary.put(zip.getKey(), folder);
    }
    Path start = source.resolve(order.folder()).normalize();
    Files.createDirectories(start);
    if (place.account().isPresent()) {
      place.account().get().ownTree(source);
      for (Path folder : secondary.values()) {
        place.account().get().ownTree(folder);
      }
    }
    return new BuildRequest(
        id(),
        start,
        secondary,
        order.build().buildspec(),
        order.buildspecName(),
        environment(),
        order.secrets(),
        work,
        place.home(),
        place.folder().resolve("log"),
        order.outputs(),
        builds.terms(order),
        place.account());
  }

  private Map<String, String> environment() {
    Map<String, String> all = new HashMap<>();
    all.put("CODEBUILD_BUILD_NUMBER", Long.toString(place.number()));
    all.put("CODEBUILD_INITIATOR", order.asker().initiator());
    all.put("CODEBUILD_RESOLVED_SOURCE_VERSION", order.revision().commit());
    all.put("CODEBUILD_SOURCE_VERSION", order.revision().commit());
    String url = order.environment().getOrDefault("SAMDAN_URL", "");
    String repository = order.revision().repository();
    all.put(
        "CODEBUILD_SOURCE_REPO_URL",
        url.isEmpty() || repository.contains(":")
            ? repository
            : url + "/git/" + repository + ".git");
    if (!url.isEmpty() && order.asker().execution() != null) {
      all.put("CODEBUILD_BUILD_URL", url + "/executions/" + order.asker().execution());
    }
    all.putAll(order.environment());
    return all;
  }

  private static BuildResult stopped() {
    return new BuildResult(
        BuildStatus.STOPPED,
        List.of(),
        "the build was stopped while it waited for a place",
        Map.of(),
        Map.of(),
        List.of());
  }

  private static BuildResult fault(String message) {
    return new BuildResult(BuildStatus.FAULT, List.of(), message, Map.of(), Map.of(), List.of());
  }
}
