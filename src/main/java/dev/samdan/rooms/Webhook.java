package dev.samdan.rooms;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a room's messages are delivered, and how that goes.
 *
 * @param name what people call it, such as {@code workchat}; one of a room
 * @param headers their names; the values are secrets
 * @param preset {@code workchat} or {@code none}
 * @param body the template of its own; null where the preset's is used
 * @param recipient the group's thread, for {@code workchat}
 * @param waiting messages still to be delivered
 * @param gaveUp messages that were not delivered and are tried no more
 * @param nextTryAt null where nothing waits
 * @param lastError of a message that waits or was given up
 */
public record Webhook(
    long id,
    String room,
    String name,
    String url,
    List<String> headers,
    String preset,
    @Nullable String body,
    @Nullable String recipient,
    Language language,
    int waiting,
    int gaveUp,
    @Nullable Instant nextTryAt,
    @Nullable String lastError,
    @Nullable Instant lastDeliveredAt) {}
