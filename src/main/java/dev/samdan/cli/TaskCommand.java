package dev.samdan.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan task}: tasks. */
@Command(name = "task", description = "Tasks: list, logs.")
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
              text(t, "pid"),
              text(t, "startedAt")));
    }
    table(List.of("TASK", "GROUP", "TASK DEFINITION", "STATUS", "PID", "STARTED"), rows);
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
}
