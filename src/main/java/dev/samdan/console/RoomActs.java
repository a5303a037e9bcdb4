package dev.samdan.console;

import static dev.samdan.identity.Right.MAINTAIN;

import dev.samdan.base.PlatformException;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Webhook;
import dev.samdan.rooms.WebhookOrder;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the buttons of a room do: its webhooks. */
final class RoomActs {
  private final ConsoleRooms rooms;

  RoomActs(ConsoleRooms rooms) {
    this.rooms = rooms;
  }

  void register(Acting acting, RoutesConfig routes) {
    Acting.Needs room =
        new Acting.Needs(MAINTAIN, c -> rooms.subjects().room(Acting.text(c.formParam("room"))));
    Acting.Needs webhook = new Acting.Needs(MAINTAIN, c -> rooms.subjects().webhook(id(c)));
    acting.post(routes, "/webhooks", room, "Set a webhook", this::set);
    acting.post(
        routes, "/webhooks/{webhook}/send-again", webhook, "Send messages again", this::sendAgain);
    acting.post(routes, "/webhooks/{webhook}/test", webhook, "Try a webhook", this::test);
    acting.post(
        routes,
        "/webhooks/{webhook}/remove",
        webhook,
        "Remove a webhook",
        this::remove,
        this::asked);
  }

  private String set(Context context, String user) {
    String body = Acting.text(context.formParam("body"));
    String recipient = Acting.text(context.formParam("recipient"));
    rooms
        .rooms()
        .setWebhook(
            new WebhookOrder(
                Acting.text(context.formParam("room")),
                Acting.text(context.formParam("name")),
                Acting.text(context.formParam("url")),
                headers(Acting.text(context.formParam("headers"))),
                Acting.text(context.formParam("preset")),
                body.isEmpty() ? null : body,
                recipient.isEmpty() ? null : recipient,
                Language.of(context.formParam("language"))));
    return Acting.back(context);
  }

  /** One header a line, {@code Name: value}. */
  private static Map<String, String> headers(String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw PlatformException.invalid("a header is written Name: value, one a line");
      }
      headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private String sendAgain(Context context, String user) {
    rooms.rooms().sendAgain(id(context));
    return Acting.back(context);
  }

  private String test(Context context, String user) {
    rooms
        .rooms()
        .test(id(context))
        .ifPresent(problem -> {
          throw PlatformException.conflict(problem);
        });
    return Acting.back(context);
  }

  private String remove(Context context, String user) {
    rooms.rooms().removeWebhook(id(context));
    return Acting.back(context);
  }

  private Question asked(Asked asked) {
    long id = id(asked.context());
    Webhook webhook =
        rooms.rooms().webhooks().stream()
            .filter(w -> w.id() == id)
            .findFirst()
            .orElseThrow(() -> PlatformException.notFound(asked.words().say("error.nothing")));
    return Questions.danger(asked, "webhook", webhook.name(), webhook.room());
  }

  private static long id(Context context) {
    String text = context.pathParam("webhook");
    if (!text.matches("\\d{1,18}")) {
      throw PlatformException.notFound("there is no webhook " + text);
    }
    return Long.parseLong(text);
  }
}
