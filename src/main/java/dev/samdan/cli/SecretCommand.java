package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
  /** More than the store takes, so that it can say so. */
  private static final int MOST_BYTES = 1 << 20;

  @Command(description = "Sets a secret to what comes on standard input, without its last newline.")
  void set(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment,
      @Parameters(paramLabel = "NAME") String name) {
    JsonNode set =
        api().put(path(application, environment), Map.of("name", name, "value", value()));
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

  private static String value() {
    Console console = System.console();
    if (console != null && console.isTerminal()) {
      char[] typed = console.readPassword("Value (not shown): ");
      if (typed == null) {
        throw PlatformException.invalid("no value was given");
      }
      return new String(typed);
    }
    try {
      String text = new String(System.in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
      return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
