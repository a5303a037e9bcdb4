package dev.samdan.platform;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.build.Builds;
import dev.samdan.cli.Verb;
import dev.samdan.engine.Engine;
import dev.samdan.runtime.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code samdan down}: stops control, the edge and the database; the tasks too with {@code --all}.
 */
@Command(
    name = "down",
    description = "Stops control, the edge and the database; with --all the tasks too.")
final class DownCommand extends Verb implements Runnable {
  @Option(names = "--all", description = "The tasks too.")
  boolean all;

  @Override
  public void run() {
    Path home = home();
    if (Files.isDirectory(home)) {
      quieten();
      try (Engine engine = Engine.of(home, System.getenv())) {
        stop(home, engine);
      }
    }
    if (wantsJson()) {
      print(Json.mapper().valueToTree(Map.of("stopped", true, "tasks", all)));
    } else {
      System.out.println(
          all
              ? "Everything is stopped; the data stays in " + home
              : "Stopped; tasks go on ('down --all' ends them too).");
    }
  }

  private void stop(Path home, Engine engine) {
    say("Stopping control");
    Stop.control(home);
    Builds.endProcesses(home, engine);
    if (all) {
      say("Stopping the tasks");
      Stop.sessions(home, "tasks", "oneoffs");
      removeContainers(home, engine);
    }
    say("Stopping the edge");
    Stop.edge(home);
    say("Stopping the database");
    Stop.database(home);
  }

  /** The engine's client would tell all that it sends. */
  private static void quieten() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logging) {
      logging.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    }
  }

  private static void removeContainers(Path home, Engine engine) {
    try {
      Tasks.removeContainers(engine, home);
    } catch (PlatformException e) {
      // The rest is stopped all the same; what the engine still has is told.
      System.err.println("The containers of " + home + " could not be removed: " + e.text());
      System.err.println("Once the engine answers, 'samdan down --all' removes them.");
    }
  }

  private void say(String line) {
    if (!wantsJson()) {
      System.err.println(line);
    }
  }
}
