package dev.samdan.pullrequest;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
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

  /**
   * CONFLICT where the head is not the commit that a person looked at.
   *
   * @param commit its id, or the first seven digits of it or more; null where nobody says
   */
  PullRequest requireSeen(@Nullable String commit, Principal by) {
    if (commit != null && (commit.length() < 7 || !head.startsWith(commit))) {
      throw PlatformException.conflict(
          by.reads(
                  "a push came meanwhile, and the newest commit of "
                      + name()
                      + " is "
                      + head.substring(0, 8)
                      + ": look again",
                  "그 사이에 푸시가 있었어요. "
                      + name()
                      + " 풀 리퀘스트의 최신 커밋은 "
                      + head.substring(0, 8)
                      + "이에요. 다시 확인하세요")
              + ": samdan pr diff "
              + number);
    }
    return this;
  }

  /** {@code sample#12}. */
  String name() {
    return repository + "#" + number;
  }
}
