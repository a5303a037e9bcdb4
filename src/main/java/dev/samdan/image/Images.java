package dev.samdan.image;

import dev.samdan.base.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds images and knows which base image a commit belongs to. */
public final class Images {
  /**
   * One image to build.
   *
   * @param context the folder that COPY and ADD read
   * @param dockerfile below the context, such as {@code docker/Dockerfile}
   * @param arguments values of ARG
   * @param target the stage to build, null for the last
   * @param repository where the image goes
   * @param tags may be empty: the digest names the image anyway
   * @param log takes each step's line
   */
  public record ImageBuild(
      Path context,
      String dockerfile,
      Map<String, String> arguments,
      @Nullable String target,
      String repository,
      List<String> tags,
      Consumer<String> log) {}

  /** Builds and stores an image; the same input gives the same digest. */
  public Digest build(ImageBuild build) {
    throw new UnsupportedOperationException("the builder is being built");
  }
}
