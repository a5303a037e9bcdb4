package dev.samdan.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A build whose row is written: runs it once, in a fresh folder that is deleted at its end. */
public final class RunningBuild {
  private static final Duration TIMEOUT = Duration.ofMinutes(60);

  private final Builds builds;
  private final BuildOrder order;
  private final Place place;
  private final InstantSource clock;
  private volatile @Nullable BuildRunner runner;
  private volatile boolean cancelled;

  RunningBuild(Builds builds, BuildOrder order, Place place, InstantSource clock) {
    this.builds = builds;
    this.order = order;
    this.place = place;
    this.clock = clock;
  }

  /** Which build it is and where it keeps its files. */
  record Place(String id, long number, Path folder, Path home) {}

  public String id() {
    return place.id();
  }

  /** Ends the build within a second; {@link #run()} returns STOPPED. */
  public void cancel() {
    cancelled = true;
    BuildRunner running = runner;
    if (running != null) {
      running.cancel();
    }
  }

  /**
   * Runs the build to its end and keeps what came of it.
   *
   * @throws InterruptedException when the thread is interrupted; the build was ended
   */
  public BuildResult run() throws InterruptedException {
    Path work = place.folder().resolve("work");
    BuildResult result = ended(BuildStatus.FAULT, "control ended while it ran");
    try {
      BuildRequest request = unpack(work);
      BuildRunner started =
          new BuildRunner(request, clock, phases -> builds.phases(id(), phases), () -> builds.grown(id()));
      runner = started;
      if (cancelled) {
        started.cancel();
      }
      result = started.run();
      return result;
    } catch (IOException e) {
      result = ended(BuildStatus.FAULT, "the source cannot be unpacked: " + e);
      return result;
    } finally {
      runner = null;
      Zips.delete(work);
      builds.ended(id(), result);
    }
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
    return new BuildRequest(
        id(),
        start,
        secondary,
        order.buildspec(),
        order.buildspecName(),
        environment(),
        order.secrets(),
        work,
        place.home(),
        place.folder().resolve("log"),
        order.outputs(),
        TIMEOUT);
  }

  private Map<String, String> environment() {
    Map<String, String> all = new HashMap<>();
    all.put("CODEBUILD_BUILD_NUMBER", Long.toString(place.number()));
    all.put("CODEBUILD_INITIATOR", order.asker().initiator());
    all.put("CODEBUILD_RESOLVED_SOURCE_VERSION", order.revision().commit());
    all.put("CODEBUILD_SOURCE_VERSION", order.revision().commit());
    all.put("CODEBUILD_SOURCE_REPO_URL", order.revision().repository());
    all.putAll(order.environment());
    return all;
  }

  private static BuildResult ended(BuildStatus status, String message) {
    return new BuildResult(status, List.of(), message, Map.of(), Map.of(), List.of());
  }
}
