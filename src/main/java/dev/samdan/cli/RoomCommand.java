package dev.samdan.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan room}: rooms and what was said in them. */
@Command(name = "room", description = "Rooms: list, read, webhook.")
public final class RoomCommand extends Verb {
  @Command(description = "Lists the rooms.")
  void list() {
    JsonNode answer = api().get("/rooms");
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    answer
        .path("rooms")
        .forEach(r ->
            rows.add(
                List.of(
                    text(r, "name"),
                    text(r, "messages"),
                    String.valueOf(r.path("webhooks").size()))));
    table(List.of("ROOM", "MESSAGES", "WEBHOOKS"), rows);
  }

  @Command(description = "Prints a room's messages, newest first.")
  void read(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--limit", defaultValue = "100", description = "At most this many.")
          int limit) {
    JsonNode answer = api().get("/rooms/" + encode(name) + "/messages?limit=" + limit);
    if (wantsJson()) {
      print(answer);
      return;
    }
    for (JsonNode message : answer.path("messages")) {
      System.out.println(
          text(message, "at") + "  " + text(message, "text").replace("\n", "\n    "));
    }
  }

  @Command(description = "Sets or removes the webhook that a room's messages are delivered to.")
  void webhook(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--url", description = "Where to POST; without it the webhook is removed.")
          @Nullable String url,
      @Option(names = "--preset", description = "workchat, or none.") @Nullable String preset,
      @Option(
              names = "--header",
              paramLabel = "NAME=VALUE",
              description = "Sent with each message.")
          @Nullable Map<String, String> headers,
      @Option(
              names = "--body",
              paramLabel = "TEMPLATE",
              description = "The body, with {text} where the message goes.")
          @Nullable String body) {
    String path = "/rooms/" + encode(name) + "/webhook";
    if (url == null) {
      api().delete(path);
      System.out.println("Messages of " + name + " are kept here only.");
      return;
    }
    Map<String, Object> webhook = new LinkedHashMap<>();
    webhook.put("url", url);
    if (preset != null) {
      webhook.put("preset", preset);
    }
    if (headers != null) {
      webhook.put("headers", headers);
    }
    if (body != null) {
      webhook.put("body", body);
    }
    JsonNode answer = api().put(path, webhook);
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println("Messages of " + name + " go to " + url + " too.");
    }
  }
}
