package dev.samdan.runtime;

import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param exitCode 128 + signal where a signal ended it; null where nobody saw the end
 * @param reason for people, begun with ECS's stop code
 */
record TaskEnd(@Nullable Integer exitCode, String reason) {}
