package dev.samdan.cli;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code samdan status}: what lives. With control dead it answers from what control last wrote in
 * the home.
 */
@Command(name = "status", description = "Tiers, versions, tasks, health and addresses.")
public final class StatusCommand extends Verb implements Runnable {
  @Parameters(paramLabel = "APP", arity = "0..1", description = "Only this application.")
  @Nullable String application;

  @Override
  public void run() {
    JsonNode status = status();
    if (wantsJson()) {
      print(status);
    } else {
      show(status);
    }
  }

  private JsonNode status() {
    try {
      return api()
          .get("/status" + (application == null ? "" : "?application=" + encode(application)));
    } catch (PlatformException e) {
      if (e.code() != PlatformException.Code.UNAVAILABLE) {
        throw e;
      }
      return fromHome().orElseThrow(() -> e);
    }
  }

  /** What control last wrote, with every process that has ended since taken out. */
  private Optional<JsonNode> fromHome() {
    Path file = home().resolve("status.json");
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      ObjectNode status = (ObjectNode) Json.tree(Files.readString(file));
      status.putNull("control");
      for (String process : new String[] {"edge", "database"}) {
        if (!isAlive(status.path(process))) {
          status.putNull(process);
        }
      }
      for (JsonNode app : status.path("applications")) {
        app.path("environments").forEach(StatusCommand::recountTasks);
      }
      return Optional.of(status);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void recountTasks(JsonNode environment) {
    JsonNode api = environment.path("tiers").path("api");
    int running = 0;
    for (JsonNode task : api.path("tasks")) {
      if (isAlive(task)) {
        running++;
      } else {
        ((ObjectNode) task).put("status", "STOPPED");
      }
    }
    if (api.isObject()) {
      ((ObjectNode) api)
          .put("runningCount", running)
          .put("healthyCount", Math.min(running, api.path("healthyCount").asInt(0)));
    }
  }

  private static boolean isAlive(JsonNode process) {
    return process.path("pid").isNumber() && ProcessId.of(process.path("pid").asLong()).isPresent();
  }

  private void show(JsonNode status) {
    System.out.println(
        "control "
            + process(status.path("control"))
            + "   edge "
            + process(status.path("edge"))
            + "   database "
            + process(status.path("database")));
    if (status.path("applications").isEmpty()) {
      System.out.println("\nNothing is live yet. One push changes that: samdan app create NAME");
    }
    for (JsonNode app : status.path("applications")) {
      System.out.println("\n" + text(app, "name"));
      for (JsonNode environment : app.path("environments")) {
        JsonNode tiers = environment.path("tiers");
        System.out.println("  " + text(environment, "name") + "  " + text(environment, "url"));
        line("client", tiers.path("web"), text(tiers.path("web"), "release"));
        JsonNode api = tiers.path("api");
        line(
            "application",
            api,
            text(api, "taskDefinition")
                + "  "
                + text(api, "healthyCount")
                + " of "
                + text(api, "desiredCount")
                + " tasks healthy");
        line("data", tiers.path("data"), text(tiers.path("data"), "database"));
      }
    }
  }

  private static void line(String tier, JsonNode node, String rest) {
    if (node.isObject()) {
      System.out.println("    %-12s %-9s %s".formatted(tier, text(node, "status"), rest));
    }
  }

  private static String process(JsonNode process) {
    if (!process.isObject()) {
      return "down";
    }
    return process.hasNonNull("url") ? text(process, "url") : "up";
  }
}
