package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan user}: people and what they may do. */
@Command(name = "user", description = "People: create, list, show, delete, password, role.")
public final class UserCommand extends Verb {
  private static final int MOST_BYTES = 4_096;

  @Command(description = "Creates a person and prints a link that signs them in once.")
  void create(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--display-name", paramLabel = "TEXT", description = "The name to show.")
          @Nullable String displayName,
      @Option(
              names = "--role",
              paramLabel = "ROLE",
              description = "viewer, developer, maintainer or admin; none without it.")
          @Nullable String role,
      @Option(
              names = "--app",
              paramLabel = "APP",
              description = "The role holds in this application only.")
          @Nullable String application) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("displayName", displayName);
    body.put("role", role);
    body.put("application", application);
    JsonNode created = api().post("/users", body);
    if (wantsJson()) {
      print(created);
      return;
    }
    System.out.println(name + " is created, " + roles(created) + ".");
    if (created.hasNonNull("signInLink")) {
      System.out.println(
          "This link signs them in once, within ten minutes: " + text(created, "signInLink"));
    }
  }

  @Command(description = "Lists the people.")
  void list() {
    JsonNode answer = api().get("/users");
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode user : answer.path("users")) {
      rows.add(
          List.of(
              text(user, "name"),
              text(user, "displayName"),
              roles(user),
              user.path("hasPassword").asBoolean() ? "yes" : "no"));
    }
    table(List.of("NAME", "DISPLAY NAME", "ROLES", "PASSWORD"), rows);
  }

  @Command(description = "Shows one person.")
  void show(@Parameters(paramLabel = "NAME") String name) {
    JsonNode user = api().get("/users/" + encode(name));
    if (wantsJson()) {
      print(user);
      return;
    }
    System.out.println(text(user, "name") + " (" + text(user, "displayName") + ")");
    System.out.println("  " + roles(user));
    System.out.println("  here since " + text(user, "createdAt"));
  }

  @Command(description = "Deletes a person: their tokens, keys and sessions end at once.")
  void delete(@Parameters(paramLabel = "NAME") String name) {
    JsonNode answer = api().delete("/users/" + encode(name));
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(name + " is deleted.");
    }
  }

  @Command(description = "Sets a password (typed, or on stdin); signs the person out everywhere.")
  void password(
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--current",
              description = "Ask for the current password too, which you need for your own.")
          boolean current) {
    Map<String, Object> body = new LinkedHashMap<>();
    Console console = System.console();
    if (console != null && console.isTerminal()) {
      if (current) {
        body.put("current", typed(console, "Current password (not shown): "));
      }
      body.put("password", typed(console, "New password (not shown): "));
    } else {
      String[] lines = input().split("\n", 3);
      body.put("password", lines[lines.length > 1 && current ? 1 : 0]);
      body.put("current", current ? lines[0] : null);
    }
    JsonNode answer = api().put("/users/" + encode(name) + "/password", body);
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println("The password of " + name + " is set; every browser is signed out.");
    }
  }

  private static String typed(Console console, String prompt) {
    char[] typed = console.readPassword(prompt);
    if (typed == null) {
      throw PlatformException.invalid("no password was given");
    }
    return new String(typed);
  }

  private static String input() {
    try {
      return new String(System.in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Command(description = "Sets a person's role in all applications or, with --app, in one.")
  void role(
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(
              paramLabel = "ROLE",
              description = "viewer, developer, maintainer, admin, or none.")
          String role,
      @Option(names = "--app", paramLabel = "APP") @Nullable String application) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("role", role);
    body.put("application", application);
    JsonNode user = api().put("/users/" + encode(name) + "/role", body);
    if (wantsJson()) {
      print(user);
    } else {
      System.out.println(name + ": " + roles(user) + ".");
    }
  }

  /** {@code developer everywhere, maintainer of sample}. */
  private static String roles(JsonNode user) {
    List<String> roles = new ArrayList<>();
    if (user.hasNonNull("role")) {
      roles.add(text(user, "role") + " everywhere");
    }
    user.path("roles")
        .properties()
        .forEach(role -> roles.add(role.getValue().asString("") + " of " + role.getKey()));
    return roles.isEmpty() ? "without a role" : String.join(", ", roles);
  }
}
