package dev.samdan.pullrequest;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A pull request as a list shows it.
 *
 * @param state draft, open, merging, merged or closed
 * @param standing in one word what it waits for
 * @param behind commits of the target that it has not
 * @param conflicts files that cannot be merged by themselves
 * @param comments how many, on the whole and on lines
 * @param mergeCommit of a merged one
 */
public record PullRequestRow(
    String repository,
    int number,
    String title,
    String state,
    Standing standing,
    Purpose purpose,
    String kind,
    String source,
    String target,
    String author,
    String authorName,
    String head,
    int commits,
    int behind,
    int files,
    int additions,
    int deletions,
    int comments,
    List<String> conflicts,
    @Nullable String mergeCommit,
    Instant createdAt,
    Instant updatedAt) {
  public PullRequestRow {
    conflicts = List.copyOf(conflicts);
  }

  /** What it waits for, the first that holds. */
  public enum Standing {
    MERGED,
    CLOSED,
    DRAFT,
    MERGING,
    CONFLICTS,
    OFF_STRATEGY,
    CHECKS_FAILED,
    CHANGES_REQUESTED,
    CHECKS_RUN,
    WAITS_FOR_REVIEW,
    WAITS_FOR_DELIVERY,
    READY;

    /** As in JSON. */
    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
