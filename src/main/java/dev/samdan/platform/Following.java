package dev.samdan.platform;

import dev.samdan.cli.ApiClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Follows the executions of one commit in one environment, telling each step once, until none of
 * them moves.
 */
final class Following {
  private static final Duration LOOK = Duration.ofMillis(200);

  /** Said at least this often, so that nothing is silent while a long step runs. */
  private static final Duration SILENCE = Duration.ofMillis(1_900);

  private final ApiClient api;
  private final String application;
  private final String environment;
  private final String commit;
  private final Consumer<String> say;
  private final Map<String, String> told = new HashMap<>();
  private long lastSaid = System.nanoTime();

  Following(
      ApiClient api, String application, String environment, String commit, Consumer<String> say) {
    this.api = api;
    this.application = application;
    this.environment = environment;
    this.commit = commit;
    this.say = say;
  }

  /** The executions of the commit in the environment, whole. */
  private List<JsonNode> executions() {
    List<JsonNode> found = new ArrayList<>();
    String query =
        "?application=" + application + "&environment=" + environment + "&commit=" + commit;
    for (JsonNode execution : api.get("/executions" + query).path("executions")) {
      found.add(api.get("/executions/" + execution.path("id").asString()));
    }
    return found;
  }

  /**
   * Waits until every execution has ended or, with {@code approvals}, waits for a person; gives
   * them.
   */
  List<JsonNode> until(boolean approvals) throws InterruptedException {
    while (true) {
      List<JsonNode> executions = executions();
      executions.forEach(this::tell);
      if (!executions.isEmpty()
          && executions.stream().allMatch(e -> ended(e) || (approvals && waits(e)))) {
        return executions;
      }
      if (System.nanoTime() - lastSaid > SILENCE.toNanos()) {
        tellWhatMoves(executions);
      }
      Thread.sleep(LOOK);
    }
  }

  static boolean ended(JsonNode execution) {
    String status = execution.path("status").asString("");
    return !status.equals("InProgress") && !status.equals("Stopping");
  }

  static boolean succeeded(JsonNode execution) {
    return execution.path("status").asString("").equals("Succeeded");
  }

  private static boolean waits(JsonNode execution) {
    for (JsonNode stage : execution.path("stages")) {
      for (JsonNode action : stage.path("actions")) {
        if (action.path("provider").asString("").equals("Manual")
            && action.path("status").asString("").equals("InProgress")) {
          return true;
        }
      }
    }
    return false;
  }

  private void tell(JsonNode execution) {
    String pipeline = execution.path("pipeline").asString("");
    for (JsonNode stage : execution.path("stages")) {
      for (JsonNode action : stage.path("actions")) {
        String status = action.path("status").asString("");
        String name =
            pipeline
                + "  "
                + stage.path("name").asString("")
                + " / "
                + action.path("name").asString("");
        if (!status.isEmpty() && !status.equals(told.put(name, status))) {
          String more = action.path("error").asString(action.path("summary").asString(""));
          line(
              "  "
                  + name
                  + "  "
                  + status
                  + (more.isEmpty() ? "" : "  " + more.lines().findFirst().orElse("")));
        }
      }
    }
  }

  private void tellWhatMoves(List<JsonNode> executions) {
    List<String> moving = new ArrayList<>();
    for (JsonNode execution : executions) {
      for (JsonNode stage : execution.path("stages")) {
        for (JsonNode action : stage.path("actions")) {
          if (action.path("status").asString("").equals("InProgress")) {
            String summary = action.path("summary").asString("");
            moving.add(
                execution.path("pipeline").asString("")
                    + " "
                    + action.path("name").asString("")
                    + (summary.isEmpty() ? "" : " (" + summary + ")"));
          }
        }
      }
    }
    line("  … " + (moving.isEmpty() ? "waiting to start" : String.join(", ", moving)));
  }

  private void line(String text) {
    lastSaid = System.nanoTime();
    say.accept(text);
  }
}
