package dev.samdan.platform;

import dev.samdan.base.PlatformException;
import dev.samdan.base.ProcessId;
import dev.samdan.base.Shim;
import dev.samdan.database.PostgresEngine;
import dev.samdan.edge.Edge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Ends what runs for a home, with or without a control to ask. */
final class Stop {
  private static final Duration GRACE = Duration.ofSeconds(Program.trains() ? 60 : 20);

  private Stop() {}

  /** Ends control: it finishes what is in its hands and goes; killed when it does not. */
  static void control(Path home) {
    ControlProcess control = new ControlProcess(home);
    // One that is killed for it was told to end too.
    control.process().ifPresent(process -> end(process, "control", control::announceEnd));
  }

  /** Ends the edge: it drains first. */
  static void edge(Path home) {
    new Edge(home).process().ifPresent(process -> end(process, "the edge", () -> {}));
  }

  static void database(Path home) {
    new PostgresEngine(home).stop();
  }

  /** Ends every session below these folders of the home: tasks, one-off tasks, builds. */
  static void sessions(Path home, String... folders) {
    List<Thread> threads = new ArrayList<>();
    for (String folder : folders) {
      for (Path session : below(home.resolve(folder))) {
        Optional<Shim> shim = Shim.adopt(session).filter(Shim::isAlive);
        shim.ifPresent(alive ->
            threads.add(Thread.ofVirtual().start(() -> alive.stop(Duration.ofSeconds(10)))));
      }
    }
    threads.forEach(Stop::join);
  }

  private static List<Path> below(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.walk(folder, 2)) {
      return entries.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(ProcessId process, String name, Runnable beforeKill) {
    signal(process, false);
    if (gone(process, GRACE)) {
      return;
    }
    beforeKill.run();
    signal(process, true);
    if (!gone(process, Duration.ofSeconds(5))) {
      throw PlatformException.unavailable(
          name
              + " (process "
              + process.pid()
              + ") does not end even when killed: is its disk stuck?");
    }
  }

  private static void signal(ProcessId process, boolean kill) {
    if (process.isAlive()) {
      ProcessHandle.of(process.pid()).ifPresent(handle -> signal(handle, kill));
    }
  }

  private static void signal(ProcessHandle handle, boolean kill) {
    if (kill) {
      handle.destroyForcibly();
    } else {
      handle.destroy();
    }
  }

  private static boolean gone(ProcessId process, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (process.isAlive()) {
        if (System.nanoTime() > end) {
          return false;
        }
        Thread.sleep(20);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
