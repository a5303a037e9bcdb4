package dev.samdan.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan app}: applications. */
@Command(
    name = "app",
    description = "Applications: create, list, show, delete; connect, sync, disconnect.")
public final class AppCommand extends Verb {
  @Command(description = "Creates an application and prints how to push to it.")
  void create(
      @Parameters(paramLabel = "NAME", description = "Lower-case letters, digits and dashes.")
          String name,
      @Option(
              names = "--from",
              paramLabel = "DIR|GIT_URL",
              description = "Import this folder's repository, or this remote, once.")
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
        "  git config "
            + GitSignIn.key(URI.create(remote))
            + " '"
            + GitSignIn.helper(home())
            + "'");
    System.out.println("  git remote add samdan " + remote);
    System.out.println("  git push samdan dev");
    System.out.println();
    System.out.println("A folder without samdan.yml gets one with 'samdan init'.");
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

  @Command(
      description =
          "Follows a repository elsewhere, GitHub's or any git's: what is pushed there is"
              + " delivered.")
  void connect(
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "URL", description = "https://, git@host:, ssh://, git://, file://")
          String url,
      @Mixin RemoteOptions options) {
    JsonNode connected = api().put(remote(name, ""), options.body(url));
    if (wantsJson()) {
      print(connected);
      return;
    }
    String repository = text(connected.path("remote"), "repository");
    System.out.println(repository + " follows " + url + " from now on.");
    JsonNode gitHub = connected.path("gitHub");
    if (!gitHub.isMissingNode()) {
      System.out.println();
      System.out.println("At GitHub, make a webhook (Settings > Webhooks > Add webhook):");
      System.out.println("  Payload URL    " + text(gitHub, "webhookUrl"));
      System.out.println("                 or the address under which GitHub reaches it");
      System.out.println("  Content type   application/json");
      System.out.println("  Secret         " + text(gitHub, "webhookSecret"));
      System.out.println(
          "  Events         pushes, branch or tag creation and deletion, pull requests");
      System.out.println("Without it, GitHub is asked at the interval.");
    }
    System.out.println();
    synced(name, repository);
  }

  @Command(description = "Asks what an application follows, and fetches what moved, now.")
  void sync(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--repository", paramLabel = "NAME") @Nullable String repository) {
    synced(name, repository);
  }

  private void synced(String name, @Nullable String repository) {
    JsonNode answer =
        api()
            .post(
                remote(name, "/sync"),
                repository == null ? Map.of() : Map.of("repository", repository));
    if (wantsJson()) {
      print(answer);
    } else if (answer.path("running").asBoolean(false)) {
      System.out.println(
          "It is being fetched still: 'samdan app remotes " + name + "' tells more.");
    } else {
      System.out.println("What is there is here. 'samdan app show " + name + "' shows it.");
    }
  }

  @Command(description = "Shows what an application follows, how it goes, and its webhooks.")
  void remotes(@Parameters(paramLabel = "NAME") String name) {
    JsonNode answer = api().get("/applications/" + encode(name) + "/remotes");
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode one : answer.path("remotes")) {
      JsonNode remote = one.path("remote");
      rows.add(
          List.of(
              text(remote, "repository"),
              text(remote, "url"),
              text(remote, "syncedAt"),
              text(one.path("gitHub"), "hookAt"),
              text(remote, "lastError"),
              text(one.path("gitHub"), "reportsError")));
    }
    table(List.of("REPOSITORY", "FOLLOWS", "SYNCED", "WEBHOOK", "PROBLEM", "REPORTS"), rows);
  }

  @Command(description = "Shows the webhook deliveries that came, newest first.")
  void deliveries(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--repository", paramLabel = "NAME") @Nullable String repository) {
    JsonNode answer = api().get(remote(name, "/deliveries") + query(repository));
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode delivery : answer.path("deliveries")) {
      rows.add(
          List.of(
              text(delivery, "receivedAt"),
              text(delivery, "event"),
              text(delivery, "action"),
              text(delivery, "status"),
              text(delivery, "id"),
              text(delivery, "error")));
    }
    table(List.of("RECEIVED", "EVENT", "ACTION", "STATUS", "ID", "ERROR"), rows);
  }

  @Command(
      description = "Follows it no longer; what was fetched stays, and is pushed to from now on.")
  void disconnect(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--repository", paramLabel = "NAME") @Nullable String repository) {
    JsonNode answer = api().delete(remote(name, "") + query(repository));
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(
          text(answer, "repository")
              + " is a repository of its own now; its credentials are forgotten.");
    }
  }

  private static String remote(String name, String below) {
    return "/applications/" + encode(name) + "/remote" + below;
  }

  private static String query(@Nullable String repository) {
    return repository == null ? "" : "?repository=" + encode(repository);
  }

  private static boolean confirmed(String question, String expected) {
    var terminal = System.console();
    return terminal != null
        && terminal.isTerminal()
        && expected.equals(terminal.readLine("%s", question));
  }
}
