package dev.samdan.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan deployment}: deployments. */
@Command(
    name = "deployment",
    description = "Deployments: list, show, rollback, stop, continue, shift.")
public final class DeploymentCommand extends Verb {
  @Command(description = "Lists deployments, newest first.")
  void list(
      @Option(names = "--group", description = "Of this group (<app>-<env>-<tier>).")
          @Nullable String group) {
    JsonNode answer = api().get("/deployments" + (group == null ? "" : "?group=" + encode(group)));
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode d : answer.path("deployments")) {
      rows.add(
          List.of(
              text(d, "id"),
              text(d, "group"),
              text(d, "status"),
              d.hasNonNull("release") ? text(d, "release") : text(d, "taskDefinition"),
              text(d, "startedAt")));
    }
    table(List.of("ID", "GROUP", "STATUS", "BRINGS", "STARTED"), rows);
  }

  @Command(description = "Shows one deployment: its lifecycle events, and why it failed.")
  void show(@Parameters(paramLabel = "ID") String id) {
    JsonNode deployment = api().get("/deployments/" + encode(id));
    if (wantsJson()) {
      print(deployment);
      return;
    }
    System.out.println(
        text(deployment, "id")
            + "  "
            + text(deployment, "group")
            + "  "
            + text(deployment, "status"));
    List<List<String>> rows = new ArrayList<>();
    deployment
        .path("events")
        .forEach(e ->
            rows.add(
                List.of(
                    text(e, "name"),
                    text(e, "status"),
                    text(e, "at"),
                    firstLine(text(e, "detail")))));
    table(List.of("EVENT", "STATUS", "AT", "DETAIL"), rows);
    if (deployment.hasNonNull("error")) {
      System.out.println("\n" + text(deployment, "error"));
    }
  }

  @Command(description = "Deploys what the group served before.")
  void rollback(
      @Parameters(paramLabel = "GROUP", description = "<app>-<env>-<tier>") String group) {
    JsonNode answer = api().post("/deployment-groups/" + encode(group) + "/rollback", Map.of());
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(group + " rolls back: " + text(answer, "id"));
    }
  }

  @Command(description = "Ends a deployment on its way, with all traffic back on blue.")
  void stop(@Parameters(paramLabel = "ID") String id) {
    JsonNode answer = api().post("/deployments/" + encode(id) + "/stop", Map.of());
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(id + " is being stopped");
    }
  }

  @Command(
      name = "continue",
      description = "Ends a deployment's wait: green takes traffic, or blue ends.")
  void goOn(@Parameters(paramLabel = "ID") String id) {
    JsonNode answer = api().post("/deployments/" + encode(id) + "/continue", Map.of());
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(id + " goes on");
    }
  }

  @Command(description = "Lets green take all of the traffic now, without the steps that are left.")
  void shift(@Parameters(paramLabel = "ID") String id) {
    JsonNode answer = api().post("/deployments/" + encode(id) + "/shift", Map.of());
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(id + " shifts all traffic to green");
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
