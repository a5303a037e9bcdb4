package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.io.IOException;
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

/** {@code samdan taskdef}: registered task definitions. */
@Command(name = "taskdef", description = "Task definitions: register, list, show.")
public final class TaskdefCommand extends Verb {
  @Command(description = "Registers a taskdef.json as its family's next revision.")
  void register(@Parameters(paramLabel = "FILE") Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw PlatformException.notFound("the file " + file + " cannot be read: " + e);
    }
    JsonNode answer =
        api().post("/task-definitions", Map.of("file", file.toString(), "document", text));
    if (wantsJson()) {
      print(answer);
      return;
    }
    answer.path("warnings").forEach(warning -> System.err.println(warning.asString("")));
    System.out.println(text(answer, "name"));
  }

  @Command(description = "Lists the registered revisions, newest first.")
  void list(
      @Option(names = "--family", description = "Of families that begin so.")
          @Nullable String family) {
    JsonNode answer =
        api().get("/task-definitions" + (family == null ? "" : "?family=" + encode(family)));
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode definition : answer.path("taskDefinitions")) {
      List<String> images = new ArrayList<>();
      definition.path("containerDefinitions").forEach(c -> images.add(text(c, "image")));
      rows.add(
          List.of(
              text(definition, "family") + ":" + text(definition, "revision"),
              text(definition, "registeredAt"),
              String.join(" ", images)));
    }
    table(List.of("TASK DEFINITION", "REGISTERED", "IMAGES"), rows);
  }

  @Command(description = "Prints a revision's document, or the newest of a family.")
  void show(@Parameters(paramLabel = "FAMILY[:REVISION]") String name) {
    print(api().get("/task-definitions/" + encode(name)));
  }
}
