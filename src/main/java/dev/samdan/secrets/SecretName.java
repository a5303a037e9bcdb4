package dev.samdan.secrets;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A secret as it may be shown: never its value.
 *
 * @param environment null for one that every environment of the application finds
 * @param name without a leading {@code /}
 * @param version changes with each value
 * @param setBy who gave the value that stands
 */
public record SecretName(
    String application,
    @Nullable String environment,
    String name,
    UUID version,
    Instant setAt,
    String setBy) {}
