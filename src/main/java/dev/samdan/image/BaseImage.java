package dev.samdan.image;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The base image of a tier as of the last commit that touched what it is made of.
 *
 * @param tier {@code api}
 * @param commit that last commit
 * @param execution of the base pipeline, which builds or built it
 * @param image {@code repository@sha256:…}, where it is ready
 * @param error why it failed, where it did
 */
public record BaseImage(
    String application,
    String tier,
    String commit,
    Status status,
    UUID execution,
    @Nullable String image,
    @Nullable String error,
    Instant updatedAt) {
  /** How far it is. */
  public enum Status {
    Building,
    Ready,
    Failed
  }
}
