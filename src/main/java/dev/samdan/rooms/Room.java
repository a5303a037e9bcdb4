package dev.samdan.rooms;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A room.
 *
 * @param unread messages that the reader has not seen
 * @param readUpTo id of the last message that the reader has seen, 0 for none
 * @param speaksFor environments whose messages come here
 */
public record Room(
    String name,
    int messages,
    int unread,
    long readUpTo,
    @Nullable Message newest,
    List<Webhook> webhooks,
    List<SpeaksFor> speaksFor) {
  /** One environment of an application. */
  public record SpeaksFor(String application, String environment) {}
}
