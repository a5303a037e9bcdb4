package dev.samdan.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan task}: tasks. */
@Command(name = "task", description = "Tasks: list, logs, run.")
public final class TaskCommand extends Verb {
  @Command(description = "Lists the tasks.")
  void list(
      @Option(names = "--app", description = "Of this application.") @Nullable String application) {
    JsonNode answer =
        api().get("/tasks" + (application == null ? "" : "?application=" + encode(application)));
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode t : answer.path("tasks")) {
      rows.add(
          List.of(
              text(t, "id"),
              text(t, "group"),
              text(t, "taskDefinition"),
              text(t, "status"),
              t.has("pid") ? text(t, "pid") : shortened(text(t, "containerId")),
              text(t, "startedAt")));
    }
    table(
        List.of("TASK", "GROUP", "TASK DEFINITION", "STATUS", "PID OR CONTAINER", "STARTED"), rows);
  }

  /** As the docker command shows it. */
  private static String shortened(String containerId) {
    return containerId.substring(0, Math.min(12, containerId.length()));
  }

  @Command(description = "Prints a task's log, also after its end.")
  void logs(@Parameters(paramLabel = "TASK") String task) {
    JsonNode answer = api().get("/tasks/" + encode(task) + "/log");
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(text(answer, "text"));
    }
  }

  @Command(
      description =
          "Runs a command once in the deployed image, with its environment; prints what it writes"
              + " and ends with its status.")
  int run(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment,
      @Parameters(paramLabel = "COMMAND", arity = "1..*") List<String> command,
      @Option(names = "--detach", description = "Do not wait for its end.") boolean detach) {
    JsonNode run =
        api()
            .post(
                "/applications/"
                    + encode(application)
                    + "/environments/"
                    + encode(environment)
                    + "/task-runs",
                Map.of("command", command));
    if (detach) {
      if (wantsJson()) {
        print(run);
      } else {
        System.out.println(text(run, "id"));
      }
      return 0;
    }
    return new RunFollower(api(), wantsJson(), this::print).follow(text(run, "id"));
  }
}
