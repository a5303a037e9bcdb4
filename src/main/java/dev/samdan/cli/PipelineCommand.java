package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan pipeline}: pipelines. */
@Command(
    name = "pipeline",
    description = "Pipelines: list, show, start, stop, retry, enable, disable, import, export.")
public final class PipelineCommand extends Verb {
  @Command(description = "Lists the pipelines with the state of each stage.")
  void list(
      @Option(names = "--app", description = "Of this application.") @Nullable String application) {
    JsonNode answer =
        api()
            .get("/pipelines" + (application == null ? "" : "?application=" + encode(application)));
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode pipeline : answer.path("pipelines")) {
      List<String> stages = new ArrayList<>();
      pipeline.path("stages").forEach(s -> stages.add(text(s, "name") + " " + text(s, "status")));
      JsonNode latest = pipeline.path("latestExecution");
      rows.add(
          List.of(
              text(pipeline, "name"),
              text(latest, "status"),
              brief(text(latest, "commit")),
              String.join(" → ", stages)));
    }
    table(List.of("PIPELINE", "STATUS", "COMMIT", "STAGES"), rows);
  }

  @Command(description = "Shows one pipeline: its stages, actions and newest executions.")
  void show(@Parameters(paramLabel = "NAME") String name) {
    JsonNode pipeline = api().get(path(name));
    if (wantsJson()) {
      print(pipeline);
      return;
    }
    System.out.println(text(pipeline, "name") + ", version " + text(pipeline, "version"));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode stage : pipeline.path("stages")) {
      for (JsonNode action : stage.path("actions")) {
        rows.add(
            List.of(
                text(stage, "name"),
                text(action, "name"),
                text(action, "provider"),
                text(action, "status")));
      }
    }
    table(List.of("STAGE", "ACTION", "PROVIDER", "STATUS"), rows);
  }

  @Command(description = "Releases the newest commit of the pipeline's branch.")
  void start(@Parameters(paramLabel = "NAME") String name) {
    act(name, "start", Map.of(), "%s started: %s");
  }

  @Command(description = "Stops the running execution.")
  void stop(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--abandon", description = "Do not wait for running actions.")
          boolean abandon,
      @Option(names = "--reason", defaultValue = "", description = "Why.") String reason) {
    act(name, "stop", Map.of("abandon", abandon, "reason", reason), "%s stops: %s");
  }

  @Command(description = "Runs the failed actions of the failed stage again.")
  void retry(@Parameters(paramLabel = "NAME") String name) {
    act(name, "retry", Map.of(), "%s goes on: %s");
  }

  @Command(description = "Deploys what this pipeline's tier served before.")
  void rollback(@Parameters(paramLabel = "NAME") String name) {
    JsonNode answer = api().post("/deployment-groups/" + encode(name) + "/rollback", Map.of());
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(name + " rolls back: " + text(answer, "id"));
    }
  }

  @Command(description = "Opens the transition into a stage.")
  void enable(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--stage", required = true, description = "The stage behind the transition.")
          String stage) {
    act(name, "enable", Map.of("stage", stage), "%s: the transition is open");
  }

  @Command(description = "Closes the transition into a stage: executions wait in front of it.")
  void disable(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--stage", required = true, description = "The stage behind the transition.")
          String stage,
      @Option(names = "--reason", required = true, description = "Why, for those who wait.")
          String reason) {
    act(name, "disable", Map.of("stage", stage, "reason", reason), "%s: the transition is closed");
  }

  @Command(
      name = "export",
      description = "Prints the declaration in CodePipeline's JSON structure.")
  void export(@Parameters(paramLabel = "NAME") String name) {
    print(api().get(path(name) + "/declaration"));
  }

  @Command(name = "import", description = "Puts a declaration in CodePipeline's JSON structure.")
  void importFrom(@Parameters(paramLabel = "FILE") Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw PlatformException.notFound(
          file + " is not a file: name the JSON of a pipeline, as 'pipeline export' prints it");
    }
    JsonNode answer =
        api()
            .post(
                "/pipelines",
                Map.of(
                    "file",
                    file.toString(),
                    "declaration",
                    Files.readString(file, StandardCharsets.UTF_8)));
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(
          text(answer, "name") + " is there, version " + text(answer, "version") + ".");
    }
  }

  private void act(String name, String verb, Map<String, ?> body, String said) {
    JsonNode answer = api().post(path(name) + "/" + verb, body);
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(said.formatted(name, text(answer, "id")));
    }
  }

  private static String path(String name) {
    return "/pipelines/" + encode(name);
  }
}
