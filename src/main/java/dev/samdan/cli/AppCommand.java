package dev.samdan.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan app}: applications. */
@Command(name = "app", description = "Applications: create, list, show, delete.")
public final class AppCommand extends Verb {
  @Command(description = "Creates an application and prints how to push to it.")
  void create(
      @Parameters(paramLabel = "NAME", description = "Lower-case letters, digits and dashes.")
          String name,
      @Option(
              names = "--from",
              paramLabel = "DIR|GIT_URL",
              description = "Import this folder's repository, or this remote.")
          @Nullable String from,
      @Option(names = "--title", description = "What people call it.") @Nullable String title) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    if (from != null) {
      // The server shares this machine's files, but not this command's working folder.
      body.put(
          "from",
          Files.isDirectory(Path.of(from))
              ? Path.of(from).toAbsolutePath().normalize().toString()
              : from);
    }
    if (title != null) {
      body.put("title", title);
    }
    JsonNode application = api().post("/applications", body);
    if (wantsJson()) {
      print(application);
      return;
    }
    String remote = text(application, "remote");
    System.out.println("The application " + name + " is there. From its folder:");
    System.out.println();
    System.out.println(
        "  git config credential." + origin(remote) + ".helper '" + credentialHelper() + "'");
    System.out.println("  git remote add samdan " + remote);
    System.out.println("  git push samdan dev");
    System.out.println();
    System.out.println("A folder without samdan.yml gets one with 'samdan init'.");
  }

  /**
   * A helper that reads the token from the credentials file when git asks, so that no URL holds it.
   */
  private String credentialHelper() {
    return "!f() { test \"$1\" = get && printf \"username=samdan\\npassword=%s\\n\" "
        + "\"$(sed -n \"s/.*\\\"token\\\" *: *\\\"\\([^\\\"]*\\)\\\".*/\\1/p\" "
        + home().resolve("credentials")
        + ")\"; }; f";
  }

  private static String origin(String url) {
    int path = url.indexOf('/', url.indexOf("://") + 3);
    return path < 0 ? url : url.substring(0, path);
  }

  @Command(description = "Lists the applications.")
  void list() {
    JsonNode answer = api().get("/applications");
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode application : answer.path("applications")) {
      List<String> environments = new ArrayList<>();
      application.path("environments").forEach(e -> environments.add(text(e, "name")));
      rows.add(
          List.of(
              text(application, "name"),
              String.join(", ", environments),
              text(application, "remote")));
    }
    table(List.of("APPLICATION", "ENVIRONMENTS", "REMOTE"), rows);
  }

  @Command(description = "Shows one application.")
  void show(@Parameters(paramLabel = "NAME") String name) {
    JsonNode application = api().get("/applications/" + encode(name));
    if (wantsJson()) {
      print(application);
      return;
    }
    System.out.println(text(application, "name") + "  " + text(application, "remote"));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode environment : application.path("environments")) {
      rows.add(
          List.of(
              text(environment, "name"),
              text(environment, "branch"),
              text(environment, "room"),
              text(environment, "url"),
              text(environment, "testUrl")));
    }
    table(List.of("ENVIRONMENT", "BRANCH", "ROOM", "URL", "TEST URL"), rows);
  }

  @Command(
      description =
          "Deletes an application: its tasks, sites, databases, pipelines and repository.")
  void delete(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--yes", description = "Do not ask.") boolean yes) {
    if (!yes
        && !confirmed(
            "Delete " + name + " with its tasks, databases and repository? Type its name: ",
            name)) {
      throw dev.samdan.base.PlatformException.invalid(
          "Nothing was deleted: the name was not typed (or give --yes)");
    }
    JsonNode answer = api().delete("/applications/" + encode(name));
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(name + " was deleted.");
    }
  }

  private static boolean confirmed(String question, String expected) {
    var terminal = System.console();
    return terminal != null
        && terminal.isTerminal()
        && expected.equals(terminal.readLine("%s", question));
  }
}
