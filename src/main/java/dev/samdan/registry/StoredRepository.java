package dev.samdan.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A repository of images.
 *
 * @param lifecyclePolicy the policy's JSON as it was given, or null
 */
public record StoredRepository(
    String name, Instant createdAt, TagMutability mutability, @Nullable String lifecyclePolicy) {}
