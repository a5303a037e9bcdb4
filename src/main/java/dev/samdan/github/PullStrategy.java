package dev.samdan.github;

import dev.samdan.application.BranchPolicy;
import dev.samdan.application.BranchPolicy.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Whether the branch strategy has a pull request from one branch into another. What it says of the
 * branch's own history is told where the branch is pushed.
 */
final class PullStrategy {
  private PullStrategy() {}

  static List<PullFinding> of(BranchPolicy policy, String source, String target) {
    if (source.equals(policy.integration())) {
      return into(source, policy.production(), target);
    }
    if (source.equals(policy.production())) {
      // A hotfix that was delivered comes back so.
      return into(source, policy.integration(), target);
    }
    Optional<Kind> kind = policy.kindOf(source);
    if (kind.isEmpty()) {
      return List.of(
          new PullFinding(
              source + " is a name of no kind of branch.",
              List.of("git branch -m " + source + " feature/SUMMARY")));
    }
    boolean comesBack = kind.get().versioned() && target.equals(policy.integration());
    return comesBack ? List.of() : into(source, kind.get().target(), target);
  }

  private static List<PullFinding> into(String source, String right, String target) {
    return right.equals(target)
        ? List.of()
        : List.of(
            new PullFinding(
                source + " goes into " + right + ", not into " + target + ".",
                List.of("Change the pull request's base to " + right + ".")));
  }
}
