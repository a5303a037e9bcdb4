package dev.samdan.pullrequest;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about a pull request.
 *
 * @param place where it stands; null for one on the whole, and for a reply, which stands where the
 *     first one does
 * @param replyTo the first one of its thread
 * @param resolvedBy who called the thread done; only of a thread's first one
 */
public record Comment(
    long id,
    String author,
    String authorName,
    String text,
    @Nullable Place place,
    @Nullable Long replyTo,
    @Nullable String resolvedBy,
    Instant at) {
  /**
   * A line of a file, from 1.
   *
   * @param oldSide whether it is counted as the file was before
   * @param commit the head that was looked at
   * @param outdated whether the head is another one by now
   */
  public record Place(String path, int line, boolean oldSide, String commit, boolean outdated) {}
}
