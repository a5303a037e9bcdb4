package dev.samdan.pullrequest;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pull request as it is kept.
 *
 * @param number in its repository, from 1
 * @param kind of the source branch, such as {@code feature}; {@code release} of the integration
 *     branch
 * @param text what it is about, may be empty
 * @param author the user's name
 * @param head the newest commit of the source that was seen
 * @param base the target's newest commit that was seen, of a merged one before the merge; null
 *     where the target is not there yet
 * @param waiver of a release, that it may go although its commit was not delivered before
 */
public record PullRequest(
    long id,
    String repository,
    int number,
    Purpose purpose,
    String kind,
    String title,
    String text,
    String source,
    String target,
    String author,
    String head,
    @Nullable String base,
    PullRequestState state,
    @Nullable Waiver waiver,
    Instant createdAt,
    Instant updatedAt) {
  /** A person's word that a commit may be released untested. */
  public record Waiver(String reason, String by, String commit) {}

  /** {@code sample#12}. */
  String name() {
    return repository + "#" + number;
  }
}
