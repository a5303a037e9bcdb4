package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy;
import dev.samdan.application.Tier;
import dev.samdan.base.Problem;
import dev.samdan.source.BranchView;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is known when it is decided whether a pull request may be merged.
 *
 * @param targetTip null where the target is not there yet
 * @param policyProblems what the strategy says against the source branch
 * @param newestVersion of tags, and of hotfixes that are merged and get theirs once delivered
 * @param behind commits of the target that it has not
 * @param runs of the pipelines that check it, by {@code <check>} name
 * @param findings of the files, or why the declaration is not valid
 * @param testsTouched existing tests that it edits or takes away
 * @param delivery of a release's commit to the environment before
 */
record Facts(
    PullRequest pullRequest,
    BranchPolicy policy,
    @Nullable String targetTip,
    List<BranchView.Finding> policyProblems,
    @Nullable String newestVersion,
    int ahead,
    int behind,
    List<String> conflicts,
    List<Review> reviews,
    List<Tier> tiers,
    Map<String, Run> runs,
    List<Problem> findings,
    @Nullable String invalid,
    List<String> testsTouched,
    Delivery delivery) {

  /**
   * How a check that a pipeline carries out stands.
   *
   * @param summary such as {@code 219 tests passed}, or why it failed
   */
  record Run(Check.State state, String summary, java.util.@Nullable UUID execution) {}

  /** Whether a commit was delivered to the environment that the integration branch feeds. */
  sealed interface Delivery {
    /** It serves there and its tests passed. */
    record Delivered() implements Delivery {}

    /** It is on its way. */
    record OnItsWay(List<String> pipelines) implements Delivery {}

    /** It failed there; a line a pipeline. */
    record Failed(List<String> pipelines) implements Delivery {}

    /** Nothing is delivered from the integration branch. */
    record NoEnvironment() implements Delivery {}
  }

  BranchPolicy.@Nullable Kind kind() {
    return policy.kind(pullRequest.kind()).orElse(null);
  }

  /** Approvals of this head by others than the author. */
  List<Review> approvals() {
    return reviews.stream()
        .filter(r -> !r.stale() && r.verdict() == Review.Verdict.APPROVED)
        .filter(r -> !r.reviewer().equals(pullRequest.author()))
        .toList();
  }

  /** Verdicts that ask for changes and were not replaced. */
  List<Review> objections() {
    return reviews.stream()
        .filter(r -> !r.stale() && r.verdict() == Review.Verdict.CHANGES_REQUESTED)
        .toList();
  }
}
