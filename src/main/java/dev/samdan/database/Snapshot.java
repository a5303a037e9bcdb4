package dev.samdan.database;

import java.time.Instant;

/**
 * A copy of an environment's database.
 *
 * @param id {@code s-} and eight letters or digits
 * @param reason {@code asked}, or {@code replaced} for what a restore put aside
 */
public record Snapshot(
    String id,
    String application,
    String environment,
    long sizeBytes,
    String reason,
    Instant takenAt,
    String takenBy) {}
