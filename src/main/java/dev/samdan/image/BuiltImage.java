package dev.samdan.image;

import dev.samdan.base.Digest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An image and what it was built from.
 *
 * @param commit the revision whose build this was
 * @param base {@code repository@sha256:…} of the image that its Dockerfile began with, null where
 *     it began with scratch
 */
public record BuiltImage(
    String application,
    String repository,
    Digest digest,
    String commit,
    UUID execution,
    @Nullable String base,
    Instant builtAt) {}
