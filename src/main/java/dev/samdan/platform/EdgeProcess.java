package dev.samdan.platform;

import dev.samdan.base.PlatformException;
import dev.samdan.edge.Edge;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Starts the edge where none lives. */
final class EdgeProcess {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private final Path home;
  private final Edge edge;

  EdgeProcess(Path home, Edge edge) {
    this.home = home;
    this.edge = edge;
  }

  boolean isAlive() {
    return edge.process().isPresent();
  }

  /** Starts or adopts the edge and returns when it answers. */
  void ensure() {
    Process started = null;
    if (!isAlive()) {
      started =
          Program.detach(
              Program.command(Program.Part.EDGE, List.of("--home", home.toString())),
              home.resolve("edge").resolve("output"));
    }
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!edge.answers()) {
        if (started != null && !started.isAlive()) {
          throw PlatformException.unavailable(
              "the edge ended with "
                  + started.exitValue()
                  + " before it answered: its output is in "
                  + home.resolve("edge/output"));
        }
        if (System.nanoTime() > end) {
          throw PlatformException.unavailable(
              "the edge did not answer within "
                  + PATIENCE.toSeconds()
                  + " s: its output is in "
                  + home.resolve("edge/output"));
        }
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("interrupted while the edge started");
    }
  }
}
