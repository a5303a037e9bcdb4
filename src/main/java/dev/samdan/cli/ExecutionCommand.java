package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan execution}: executions of pipelines. */
@Command(
    name = "execution",
    description =
        "Executions: list, show, watch, logs, reports. Without an ID the newest one is meant.")
public final class ExecutionCommand extends Verb {
  @Command(description = "Lists executions, newest first.")
  void list(
      @Option(names = "--pipeline", description = "Of this pipeline.") @Nullable String pipeline,
      @Option(names = "--app", description = "Of this application.") @Nullable String application,
      @Option(
              names = "--limit",
              defaultValue = "50",
              description = "At most this many (default: ${DEFAULT-VALUE}).")
          int limit) {
    StringBuilder path = new StringBuilder("/executions?limit=").append(limit);
    if (pipeline != null) {
      path.append("&pipeline=").append(encode(pipeline));
    }
    if (application != null) {
      path.append("&application=").append(encode(application));
    }
    JsonNode answer = api().get(path.toString());
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode e : answer.path("executions")) {
      rows.add(
          List.of(
              brief(text(e, "id")),
              text(e, "pipeline"),
              text(e, "status"),
              brief(text(e, "commit")),
              text(e, "startedAt")));
    }
    table(List.of("ID", "PIPELINE", "STATUS", "COMMIT", "STARTED"), rows);
  }

  @Command(description = "Shows the stages and actions of one execution.")
  void show(@Parameters(paramLabel = "ID", arity = "0..1") @Nullable String id) {
    JsonNode execution = api().get("/executions/" + newestUnless(id));
    if (wantsJson()) {
      print(execution);
      return;
    }
    System.out.println(
        text(execution, "pipeline")
            + " "
            + text(execution, "id")
            + "  "
            + text(execution, "status"));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode stage : execution.path("stages")) {
      for (JsonNode action : stage.path("actions")) {
        rows.add(
            List.of(
                text(stage, "name"),
                text(action, "name"),
                text(action, "status"),
                text(action, "attempts"),
                text(action, "summary")));
      }
    }
    table(List.of("STAGE", "ACTION", "STATUS", "ATTEMPTS", "SUMMARY"), rows);
    errors(execution).forEach(error -> System.out.println("\n" + error));
  }

  @Command(description = "Follows an execution to its end; ends with 1 unless it succeeded.")
  int watch(@Parameters(paramLabel = "ID", arity = "0..1") @Nullable String id)
      throws InterruptedException {
    String path = "/executions/" + newestUnless(id);
    Map<String, String> seen = new HashMap<>();
    while (true) {
      JsonNode execution = api().get(path);
      printChanges(execution, seen);
      String status = text(execution, "status");
      if (!status.equals("InProgress") && !status.equals("Stopping")) {
        if (wantsJson()) {
          print(execution);
        } else {
          System.out.println(text(execution, "pipeline") + "  " + status);
          errors(execution).forEach(System.out::println);
        }
        return status.equals("Succeeded") ? 0 : 1;
      }
      Thread.sleep(300);
    }
  }

  private void printChanges(JsonNode execution, Map<String, String> seen) {
    for (JsonNode stage : execution.path("stages")) {
      for (JsonNode action : stage.path("actions")) {
        String name = text(stage, "name") + " / " + text(action, "name");
        String now =
            text(action, "status")
                + (action.hasNonNull("summary") ? "  " + text(action, "summary") : "");
        if (!now.equals(seen.put(name, now)) && action.hasNonNull("status") && !wantsJson()) {
          System.out.println("  " + name + "  " + now);
        }
      }
    }
  }

  private static List<String> errors(JsonNode execution) {
    List<String> errors = new ArrayList<>();
    for (JsonNode stage : execution.path("stages")) {
      for (JsonNode action : stage.path("actions")) {
        if (action.hasNonNull("error")) {
          errors.add(
              text(stage, "name") + " / " + text(action, "name") + ": " + text(action, "error"));
        }
      }
    }
    return errors;
  }

  @Command(description = "Shows the reports of an execution's actions: tests and coverage.")
  void reports(@Parameters(paramLabel = "ID", arity = "0..1") @Nullable String id) {
    JsonNode answer = api().get("/executions/" + newestUnless(id) + "/reports");
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (JsonNode report : answer.path("reports")) {
      rows.add(
          List.of(
              text(report, "action"), text(report, "name"), text(report, "status"), said(report)));
      for (JsonNode one : report.path("cases")) {
        if (List.of("FAILED", "ERROR").contains(text(one, "status"))) {
          failures.add(
              text(one, "className") + " " + text(one, "name") + ": " + text(one, "message"));
        }
      }
      report
          .path("notes")
          .forEach(note -> failures.add(text(report, "name") + ": " + note.asString()));
    }
    table(List.of("ACTION", "REPORT", "STATUS", "RESULT"), rows);
    failures.forEach(System.out::println);
  }

  private static String said(JsonNode report) {
    if (text(report, "type").equals("CODE_COVERAGE")) {
      return text(report, "lineCoverage")
          + "% of lines, "
          + text(report, "branchCoverage")
          + "% of branches";
    }
    return text(report, "passed")
        + " passed, "
        + text(report, "failed")
        + " failed, "
        + text(report, "errors")
        + " errors, "
        + text(report, "skipped")
        + " skipped";
  }

  @Command(description = "Prints the logs of an execution's actions.")
  void logs(
      @Parameters(paramLabel = "ID", arity = "0..1") @Nullable String id,
      @Option(names = "--action", description = "Only this action's.") @Nullable String action) {
    JsonNode answer =
        api()
            .get(
                "/executions/"
                    + newestUnless(id)
                    + "/logs"
                    + (action == null ? "" : "?action=" + encode(action)));
    if (wantsJson()) {
      print(answer);
      return;
    }
    for (JsonNode log : answer.path("logs")) {
      System.out.println("==> " + text(log, "stage") + " / " + text(log, "action"));
      System.out.println(text(log, "text"));
    }
  }

  private String newestUnless(@Nullable String id) {
    JsonNode executions = api().get("/executions?limit=200").path("executions");
    for (JsonNode execution : executions) {
      if (id == null || text(execution, "id").startsWith(id)) {
        return text(execution, "id");
      }
    }
    if (id != null && id.length() == 36) {
      return encode(id);
    }
    throw PlatformException.notFound(
        id == null
            ? "There is no execution yet: a push to a delivered branch starts one"
            : "No execution's id begins with '" + id + "': 'samdan execution list' shows them");
  }
}
