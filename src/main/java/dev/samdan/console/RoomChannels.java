package dev.samdan.console;

import dev.samdan.rooms.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A room's webhooks as people see them. */
final class RoomChannels {
  private final Words words;

  RoomChannels(Words words) {
    this.words = words;
  }

  RoomsPage.Channel of(Webhook webhook) {
    return new RoomsPage.Channel(
        webhook.id(),
        webhook.name(),
        state(webhook),
        about(webhook),
        webhook.waiting() + webhook.gaveUp() > 0,
        webhook.url(),
        webhook.preset(),
        Shells.or(webhook.recipient(), ""),
        Shells.or(webhook.body(), ""),
        webhook.language().code(),
        webhook.headers());
  }

  private State state(Webhook webhook) {
    if (webhook.gaveUp() > 0) {
      return new State(
          "fail", "fail", words.say("channel.gaveup", webhook.gaveUp()), "NotDelivered");
    }
    return webhook.waiting() > 0 && webhook.lastError() != null
        ? new State("run", "run", words.say("channel.retrying"), "Retrying")
        : new State("", "done", words.say("channel.uptodate"), "UpToDate");
  }

  private String about(Webhook webhook) {
    List<String> parts = new ArrayList<>();
    if (webhook.gaveUp() == 0 && webhook.waiting() == 0) {
      parts.add(words.say("language." + webhook.language().code()));
      if (webhook.lastDeliveredAt() != null) {
        parts.add(words.say("channel.last", words.at(webhook.lastDeliveredAt())));
      }
      return String.join(", ", parts);
    }
    Instant next = webhook.nextTryAt();
    if (webhook.waiting() > 0 && next != null) {
      Duration wait = Duration.between(Instant.now(), next);
      parts.add(
          words.count(
              "channel.waits",
              webhook.waiting(),
              words.duration(wait.isNegative() ? Duration.ZERO : wait)));
    }
    if (webhook.lastError() != null) {
      parts.add(words.say("channel.error", Brief.firstLine(webhook.lastError())));
    }
    return String.join(" ", parts);
  }
}
