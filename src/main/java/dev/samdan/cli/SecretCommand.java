package dev.samdan.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan secret}: values for builds and tasks, which are never shown again. */
@Command(
    name = "secret",
    description = "Secrets: set, list, delete. ENV - stands for every environment.")
public final class SecretCommand extends Verb {
  @Command(description = "Sets a secret to what comes on standard input, without its last newline.")
  void set(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment,
      @Parameters(paramLabel = "NAME") String name) {
    JsonNode set =
        api()
            .put(
                path(application, environment),
                Map.of("name", name, "value", StandardInput.secret("Value (not shown): ")));
    if (wantsJson()) {
      print(set);
      return;
    }
    System.out.println(
        text(set, "name") + " is set. Builds find it from now on, tasks when they start next.");
  }

  @Command(description = "Lists an application's secrets by name; never their values.")
  void list(@Parameters(paramLabel = "APP") String application) {
    JsonNode answer = api().get("/applications/" + encode(application) + "/secrets");
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode secret : answer.path("secrets")) {
      rows.add(
          List.of(
              text(secret, "environment"),
              text(secret, "name"),
              text(secret, "setBy"),
              text(secret, "setAt")));
    }
    table(List.of("ENV", "NAME", "SET BY", "SET AT"), rows);
  }

  @Command(description = "Deletes a secret.")
  void delete(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment,
      @Parameters(paramLabel = "NAME") String name) {
    JsonNode answer = api().delete(path(application, environment) + "?name=" + encode(name));
    if (wantsJson()) {
      print(answer);
      return;
    }
    System.out.println(name + " is deleted.");
  }

  private static String path(String application, String environment) {
    return "/applications/" + encode(application) + "/secrets/" + encode(environment);
  }
}
