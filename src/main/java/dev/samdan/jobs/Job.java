package dev.samdan.jobs;

import dev.samdan.application.JobDeclaration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job of what serves in an environment.
 *
 * @param next when it runs next; null where never
 * @param last its newest run; null before the first
 */
public record Job(
    String application,
    String environment,
    JobDeclaration declaration,
    @Nullable Instant next,
    @Nullable TaskRun last) {}
