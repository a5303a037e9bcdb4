package dev.samdan.registry;

import dev.samdan.base.Digest;
import java.time.Instant;
import java.util.List;

/**
 * One image of a repository, as {@code image list} shows it.
 *
 * @param tags in their order, empty where only the digest names it
 * @param sizeBytes the manifest with its configuration and layers as stored
 */
public record StoredImage(
    String repository, Digest digest, List<String> tags, long sizeBytes, Instant pushedAt) {}
