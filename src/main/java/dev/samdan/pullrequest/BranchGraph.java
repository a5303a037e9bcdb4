package dev.samdan.pullrequest;

import dev.samdan.source.BranchView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The branches of a repository as lanes; time runs with the commits.
 *
 * @param lanes production first, then hotfixes, the integration branch, and the others by the
 *     newest to leave
 * @param joins merges from lane to lane, and from branches that are gone
 */
public record BranchGraph(String repository, List<Lane> lanes, List<Join> joins) {
  public BranchGraph {
    lanes = List.copyOf(lanes);
    joins = List.copyOf(joins);
  }

  /**
   * One branch.
   *
   * @param branch its kind, base, distance and what is wrong with it
   * @param fork the commit of another lane that it left from; null of the production branch
   * @param forkedFrom the lane that holds that commit; null where it is older than what is shown
   * @param nodes its own commits, oldest first; the newest 60
   * @param pullRequest open or, of a hotfix, the one that brings it back
   */
  public record Lane(
      BranchView branch,
      @Nullable String fork,
      @Nullable String forkedFrom,
      List<Node> nodes,
      @Nullable PullRequestRow pullRequest) {
    public Lane {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * A commit on a lane.
   *
   * @param tags its tags
   * @param arriving versions whose tag follows once they are delivered
   * @param live environments that serve it
   */
  public record Node(
      String commit,
      String subject,
      String author,
      Instant at,
      boolean merge,
      List<String> tags,
      List<String> arriving,
      List<String> live) {
    public Node {
      tags = List.copyOf(tags);
      arriving = List.copyOf(arriving);
      live = List.copyOf(live);
    }
  }

  /**
   * A merge.
   *
   * @param into the lane, and its commit
   * @param from the lane that was merged; null where its branch is gone
   * @param fromCommit the newest commit of what was merged
   * @param number of the pull request that did it
   */
  public record Join(
      String into,
      String commit,
      @Nullable String from,
      String fromCommit,
      @Nullable Integer number) {}
}
