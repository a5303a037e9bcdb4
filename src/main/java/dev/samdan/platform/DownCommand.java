package dev.samdan.platform;

import dev.samdan.base.Json;
import dev.samdan.build.Builds;
import dev.samdan.cli.Verb;
import dev.samdan.engine.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
      say("Stopping control");
      Stop.control(home);
      try (Engine engine = Engine.of(home, System.getenv())) {
        Builds.endProcesses(home, engine);
      }
      if (all) {
        say("Stopping the tasks");
        Stop.sessions(home, "tasks", "oneoffs");
      }
      say("Stopping the edge");
      Stop.edge(home);
      say("Stopping the database");
      Stop.database(home);
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

  private void say(String line) {
    if (!wantsJson()) {
      System.err.println(line);
    }
  }
}
