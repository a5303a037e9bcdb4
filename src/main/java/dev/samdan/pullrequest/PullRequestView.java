package dev.samdan.pullrequest;

import dev.samdan.source.Commit;
import dev.samdan.source.Outlook;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All of a pull request but its files.
 *
 * @param text what it is about
 * @param base the commit that it is made from
 * @param mergeHow how it will be merged: commit, squash, rebase
 * @param deletesBranch whether the source goes once it is merged
 * @param commits newest first, at most 250
 * @param timeline what happened, oldest first
 * @param comments oldest first
 * @param reviews oldest first
 * @param asked the names of those whose review is asked for and not given
 * @param checks what must hold before it is merged
 * @param brings what it brings to its target
 * @param release what is in a release
 * @param hotfix how far a merged hotfix is
 */
public record PullRequestView(
    PullRequestRow row,
    String text,
    String base,
    String mergeHow,
    boolean deletesBranch,
    List<Commit> commits,
    List<PullRequestEvent> timeline,
    List<Comment> comments,
    List<Review> reviews,
    List<String> asked,
    List<Check> checks,
    Outlook brings,
    @Nullable ReleaseContents release,
    @Nullable HotfixView hotfix) {
  public PullRequestView {
    commits = List.copyOf(commits);
    timeline = List.copyOf(timeline);
    comments = List.copyOf(comments);
    reviews = List.copyOf(reviews);
    asked = List.copyOf(asked);
    checks = List.copyOf(checks);
  }

  /** Whether nothing stands against merging it. */
  public boolean mergeable() {
    return checks.stream().noneMatch(Check::blocks)
        && (row.standing() == PullRequestRow.Standing.READY);
  }
}
