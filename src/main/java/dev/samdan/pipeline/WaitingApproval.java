package dev.samdan.pipeline;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A manual approval that waits for an answer.
 *
 * @param token names this question; an answer to an older one is refused
 * @param customData the action's text for the approver
 */
public record WaitingApproval(
    String pipeline,
    String application,
    @Nullable String environment,
    UUID executionId,
    int executionNumber,
    String stage,
    String action,
    UUID token,
    @Nullable String customData,
    String commit,
    String message,
    String author,
    String authorEmail,
    String triggeredBy,
    Instant askedAt,
    Instant expiresAt) {}
