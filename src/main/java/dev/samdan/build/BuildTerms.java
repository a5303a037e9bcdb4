package dev.samdan.build;

import org.jspecify.annotations.Nullable;

/**
 * Where a build runs and within which bounds.
 *
 * @param caches where the buildspec's {@code cache} is kept; null where the folder that is built
 *     keeps it by itself
 */
public record BuildTerms(BuildLimits limits, Workplace where, @Nullable CacheFolder caches) {}
