package dev.samdan.pullrequest;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A merged hotfix on its way to a tag and back into the integration branch.
 *
 * @param version {@code major.minor.hotfix}, the tag that it gets
 * @param number of its pull request
 * @param problem why it is not delivered, or why there is no tag; null where all is well
 * @param returnNumber of the pull request that brings it back
 * @param conflicts files that keep it from coming back by itself
 */
public record HotfixView(
    String repository,
    String version,
    String branch,
    int number,
    String author,
    String mergeCommit,
    Step step,
    boolean tagged,
    @Nullable String problem,
    @Nullable Integer returnNumber,
    List<String> conflicts,
    Instant mergedAt) {
  public HotfixView {
    conflicts = List.copyOf(conflicts);
  }

  /** How far it is. */
  public enum Step {
    /** Production's pipelines run, or wait for an approval. */
    DELIVERING,
    /** They failed, or the approval was rejected: no tag until they succeed. */
    NOT_DELIVERED,
    /** It serves; the tag and the way back follow. */
    DELIVERED,
    /** A pull request brings it back. */
    RETURNING,
    DONE;

    /** As in JSON and in the store. */
    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Step of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}
