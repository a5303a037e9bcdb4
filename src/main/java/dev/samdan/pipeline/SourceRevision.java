package dev.samdan.pipeline;

import java.time.Instant;

/**
 * The commit that an execution delivers.
 *
 * @param commit the full object id
 * @param message the whole commit message
 * @param at the author's date
 */
public record SourceRevision(
    String repository,
    String branch,
    String commit,
    String message,
    String author,
    String authorEmail,
    Instant at) {}
