package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.rooms.Kind;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Message;
import dev.samdan.rooms.Room;
import dev.samdan.rooms.Webhook;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the page of the rooms. */
final class RoomPages {
  private static final int MESSAGES = 100;

  private final ConsoleRooms rooms;
  private final Words words;
  private final String reader;

  RoomPages(ConsoleRooms rooms, Door.Reader reader) {
    this.rooms = rooms;
    this.words = reader.words();
    this.reader = reader.principal().user();
  }

  RoomsPage page(@Nullable String asked) {
    Language language = Language.of(words.tag());
    List<Room> all = rooms.rooms().list(language, reader);
    if (all.isEmpty()) {
      return new RoomsPage(words.say("rooms"), List.of(), List.of(), 0, List.of(), List.of());
    }
    Room open =
        asked == null
            ? all.getFirst()
            : all.stream()
                .filter(r -> r.name().equals(asked))
                .findFirst()
                .orElseThrow(() -> PlatformException.notFound(words.say("error.nothing")));
    List<Message> messages = rooms.rooms().read(open.name(), language, 0, MESSAGES);
    return new RoomsPage(
        open.name(),
        all.stream()
            .map(r ->
                new RoomsPage.RoomLink(
                    r.name(), "/rooms?room=" + encode(r.name()), r.unread(), r == open))
            .toList(),
        lines(messages, open.readUpTo()),
        messages.isEmpty() ? 0 : messages.getLast().id(),
        open.webhooks().stream().map(this::channel).toList(),
        open.speaksFor().stream().map(s -> s.application() + " " + s.environment()).toList());
  }

  /** Remembers that the reader has seen what the page shows. */
  static void markRead(ConsoleRooms rooms, Door.Reader reader, RoomsPage page) {
    if (page.newest() > 0) {
      rooms.rooms().markRead(page.room(), reader.principal().user(), page.newest());
    }
  }

  static String encode(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  private List<RoomsPage.Line> lines(List<Message> messages, long readUpTo) {
    List<RoomsPage.Line> lines = new ArrayList<>();
    LocalDate day = LocalDate.MIN;
    boolean marked = readUpTo == 0;
    for (Message message : messages) {
      RoomsPage.Line line = line(words, message);
      LocalDate own = message.at().atZone(ZoneId.systemDefault()).toLocalDate();
      boolean isNew = !marked && message.id() > readUpTo;
      marked |= isNew;
      String name =
          own.equals(day)
              ? ""
              : own.equals(LocalDate.now(ZoneId.systemDefault()))
                  ? words.say("time.today")
                  : own.toString();
      day = own;
      lines.add(
          new RoomsPage.Line(
              line.at(),
              line.exact(),
              line.tone(),
              line.icon(),
              line.sentence(),
              line.detail(),
              line.href(),
              line.room(),
              isNew,
              name));
    }
    return lines;
  }

  static RoomsPage.Line line(Words words, Message m) {
    String href = m.executionId() == null ? null : "/executions/" + m.executionId();
    return new RoomsPage.Line(
        words.at(m.at()),
        m.at().toString(),
        tone(m.kind()),
        icon(m.kind()),
        m.sentence(),
        m.detail(),
        href,
        m.room(),
        false,
        "");
  }

  private static String tone(Kind kind) {
    return switch (kind) {
      case STARTED, RETRIED -> "run";
      case APPROVAL_WANTED -> "wait";
      case FAILED, INVALID_DECLARATION -> "fail";
      case APPROVED, REJECTED, EXPIRED, SUCCEEDED, STOPPED, SUPERSEDED, NOTE -> "";
    };
  }

  private static String icon(Kind kind) {
    return switch (kind) {
      case STARTED, RETRIED -> "play";
      case APPROVAL_WANTED -> "wait";
      case FAILED, INVALID_DECLARATION -> "fail";
      case APPROVED, SUCCEEDED -> "done";
      case REJECTED, EXPIRED, STOPPED -> "stop";
      case SUPERSEDED -> "superseded";
      case NOTE -> "room";
    };
  }

  private RoomsPage.Channel channel(Webhook webhook) {
    String state =
        webhook.waiting() == 0 && webhook.gaveUp() == 0
            ? words.say("rooms.delivered")
            : words.say(
                "rooms.undelivered",
                webhook.name(),
                webhook.waiting() + webhook.gaveUp(),
                Shells.or(webhook.lastError(), "?"));
    return new RoomsPage.Channel(
        webhook.id(), webhook.name(), state, webhook.waiting() + webhook.gaveUp() > 0);
  }
}
