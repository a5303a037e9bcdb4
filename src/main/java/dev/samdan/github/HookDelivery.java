package dev.samdan.github;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A webhook delivery as it may be shown.
 *
 * @param id GitHub's, by which it is found there too
 * @param event such as {@code push}
 * @param status waiting, done, ignored or gaveUp
 * @param attempts how often its work was tried
 * @param error why the last attempt failed
 */
public record HookDelivery(
    String id,
    String event,
    @Nullable String action,
    String status,
    int attempts,
    Instant receivedAt,
    @Nullable String error) {}
