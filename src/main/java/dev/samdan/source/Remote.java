package dev.samdan.source;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A repository that follows one elsewhere.
 *
 * @param url where that one is; never with a password
 * @param pollSeconds how often it is asked, whatever else tells of changes
 * @param syncedAt when it last answered; null before the first time
 * @param failingSince null while it answers
 * @param lastError why it could not be asked or fetched; null while it answers
 */
public record Remote(
    String repository,
    String application,
    String url,
    int pollSeconds,
    Instant connectedAt,
    @Nullable Instant syncedAt,
    @Nullable Instant failingSince,
    @Nullable String lastError) {}
