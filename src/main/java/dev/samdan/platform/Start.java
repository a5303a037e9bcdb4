package dev.samdan.platform;

import dev.samdan.base.PlatformException;
import dev.samdan.edge.Edge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings control up where it is not, and waits until it answers. */
final class Start {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private final Path home;
  private final Settings settings;
  private final Consumer<String> progress;

  Start(Path home, Settings settings, Consumer<String> progress) {
    this.home = home;
    this.settings = settings;
    this.progress = progress;
  }

  ControlProcess.Ready untilReady() throws InterruptedException {
    ControlProcess control = new ControlProcess(home);
    if (control.process().isPresent()) {
      requireThatItIsMeant();
      return awaitReady(control, null);
    }
    checkFree("--port", settings.bind(), settings.port());
    // An edge that lives is adopted, on its port.
    if (new Edge(home).process().isEmpty()) {
      checkFree("--edge-port", settings.bind(), settings.edgePort());
    }
    settings.save(home);
    control.clearFailure();
    Process started =
        Program.detach(
            Program.command(Program.Part.CONTROL, List.of("--home", home.toString())),
            home.resolve("control").resolve("output"));
    return awaitReady(control, started);
  }

  /** A control that runs with other options than were asked for is not the one that was meant. */
  private void requireThatItIsMeant() {
    Settings running = Settings.load(home);
    List<String> differences = running.differences(settings);
    if (!differences.isEmpty()) {
      throw PlatformException.conflict(
          "Samdan already runs for "
              + home
              + " at "
              + running.url()
              + " with "
              + String.join("; ", differences)
              + ": 'samdan down' first, then start it with the new options");
    }
  }

  private ControlProcess.Ready awaitReady(
      ControlProcess control, @org.jspecify.annotations.Nullable Process started)
      throws InterruptedException {
    long start = System.nanoTime();
    int told = 0;
    while (true) {
      Optional<ControlProcess.Ready> ready = control.ready();
      if (ready.isPresent()) {
        return ready.get();
      }
      Optional<String> failure = control.failure();
      if (failure.isPresent()) {
        throw PlatformException.unavailable(failure.get());
      }
      if (started != null && !started.isAlive()) {
        throw PlatformException.unavailable(
            "control ended with "
                + started.exitValue()
                + " before it was ready: its output is in "
                + home.resolve("control/output"));
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      if (waited.compareTo(PATIENCE) > 0) {
        throw PlatformException.unavailable(
            "control was not ready after "
                + PATIENCE.toSeconds()
                + " s: its log is "
                + control.log());
      }
      if (waited.toSeconds() / 2 > told) {
        told = (int) (waited.toSeconds() / 2);
        progress.accept(
            "  starting the database, the edge and control, " + waited.toSeconds() + " s");
      }
      Thread.sleep(20);
    }
  }

  /** Refuses a port that somebody else listens on, with the way out. */
  static void checkFree(String option, String bind, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(bind), port));
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.CONFLICT,
          "port "
              + port
              + " on "
              + bind
              + " is taken ("
              + e.getMessage()
              + "): stop what listens there, or give another with "
              + option,
          e);
    }
  }
}
