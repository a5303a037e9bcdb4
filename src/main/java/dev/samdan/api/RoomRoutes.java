package dev.samdan.api;

import static dev.samdan.api.Route.delete;
import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.put;
import static dev.samdan.identity.Right.MAINTAIN;
import static dev.samdan.identity.Right.READ;

import dev.samdan.base.PlatformException;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Message;
import dev.samdan.rooms.Room;
import dev.samdan.rooms.Webhook;
import dev.samdan.rooms.WebhookOrder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Rooms, their messages and webhooks. */
final class RoomRoutes {
  /** A message as the API shows it; {@code text} is the sentence and its detail. */
  private record MessageView(
      long id,
      Instant at,
      String kind,
      String pipeline,
      String execution,
      String text,
      String sentence,
      String detail,
      String link) {}

  private final ApiRooms rooms;

  RoomRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  List<Route> routes() {
    return List.of(
        get(
            "/rooms",
            READ,
            "The rooms",
            r -> Map.of("rooms", list(r).stream().map(room -> view(r, room)).toList()),
            "language"),
        get(
            "/rooms/{room}/messages",
            READ,
            "What was said in a room, newest first",
            this::messages,
            "limit",
            "language",
            "before"),
        put(
            "/rooms/{room}/webhook",
            MAINTAIN,
            "Deliver a room's messages outside too",
            this::setWebhook,
            "url",
            "name",
            "preset",
            "headers",
            "body",
            "recipient",
            "language"),
        delete(
            "/rooms/{room}/webhook",
            MAINTAIN,
            "Deliver a room's messages nowhere but here",
            this::removeWebhooks));
  }

  private List<Room> list(Route.Request request) {
    return rooms
        .rooms()
        .list(
            Language.of(request.query("language")),
            request.principal().user(),
            rooms.subjects().visible(request.access()))
        .stream()
        .filter(room ->
            rooms.subjects().may(request.access(), READ, rooms.subjects().room(room.name())))
        .toList();
  }

  private Room room(Route.Request request) {
    String name = request.path("room");
    return list(request).stream()
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            PlatformException.notFound(
                "there is no room '" + name + "': 'samdan room list' shows them"));
  }

  private static Map<String, Object> view(Route.Request request, Room room) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", room.name());
    shown.put("messages", room.messages());
    shown.put("unread", room.unread());
    shown.put("webhooks", room.webhooks().stream().map(RoomRoutes::view).toList());
    shown.put(
        "speaksFor", room.speaksFor().stream().filter(s -> request.sees(s.application())).toList());
    return shown;
  }

  /** Without the address and the headers, which may hold a secret. */
  private static Map<String, Object> view(Webhook webhook) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", webhook.id());
    shown.put("name", webhook.name());
    shown.put("preset", webhook.preset());
    shown.put("waiting", webhook.waiting());
    shown.put("gaveUp", webhook.gaveUp());
    if (webhook.lastError() != null) {
      shown.put("lastError", webhook.lastError());
    }
    return shown;
  }

  private Object messages(Route.Request request) {
    String name = room(request).name();
    long before = request.query("before") == null ? Long.MAX_VALUE : request.offset("before");
    List<MessageView> messages =
        rooms
            .rooms()
            .read(
                name,
                Language.of(request.query("language")),
                before,
                request.limit(100, 500),
                rooms.subjects().visible(request.access()))
            .stream()
            .map(RoomRoutes::view)
            .toList()
            .reversed();
    return Map.of("messages", messages);
  }

  private static MessageView view(Message m) {
    String execution = m.executionId() == null ? "" : m.executionId().toString();
    return new MessageView(
        m.id(),
        m.at(),
        m.kind().text(),
        m.pipeline() == null ? "" : m.pipeline(),
        execution,
        m.text(),
        m.sentence(),
        m.detail(),
        m.link());
  }

  private Object setWebhook(Route.Request request) {
    String name = room(request).name();
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> header : request.body().path("headers").properties()) {
      headers.put(header.getKey(), header.getValue().asString(""));
    }
    WebhookOrder order =
        new WebhookOrder(
            name,
            request.textOr("name", ""),
            request.required("url"),
            headers,
            request.textOr("preset", "none"),
            request.optionalText("body"),
            request.optionalText("recipient"),
            Language.of(request.optionalText("language")));
    return view(rooms.rooms().setWebhook(order));
  }

  private Object removeWebhooks(Route.Request request) {
    String name = room(request).name();
    List<Webhook> removed =
        rooms.rooms().webhooks().stream().filter(w -> w.room().equals(name)).toList();
    removed.forEach(w -> rooms.rooms().removeWebhook(w.id()));
    return Map.of("removed", removed.size());
  }
}
