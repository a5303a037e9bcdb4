package dev.samdan.pullrequest;

import dev.samdan.identity.Principal;
import dev.samdan.source.BranchView.Finding;
import dev.samdan.source.Branches;
import java.util.List;

/** Pull requests that stand elsewhere, as at GitHub, held against the strategy. */
final class Elsewhere {
  private static final Principal READER = new Principal(Journal.PLATFORM, "Samdan", "en");

  private Elsewhere() {}

  static List<Finding> against(
      Branches branches, String repository, String source, String target, String head) {
    return switch (Aim.elsewhere(branches.policy(repository), source, target)) {
      case Aim.Refused refused -> List.of(new Finding(refused.english(), refused.remedies()));
      // It may have taken the target's commits, to mend a conflict.
      case Aim.Allowed allowed when allowed.purpose() == Purpose.RETURN -> List.of();
      case Aim.Allowed _ -> branches.problems(repository, source, head, READER);
    };
  }
}
