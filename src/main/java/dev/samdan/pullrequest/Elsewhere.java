package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy;
import dev.samdan.identity.Principal;
import dev.samdan.pullrequest.Check.State;
import dev.samdan.source.BranchView;
import dev.samdan.source.Branches;
import java.util.ArrayList;
import java.util.List;

/** The strategy's checks of a pull request that is kept by another service. */
final class Elsewhere {
  private Elsewhere() {}

  static List<Check> policy(
      Branches branches,
      String repository,
      String source,
      String target,
      String head,
      Principal reader) {
    boolean korean = "ko".equals(reader.language());
    BranchPolicy policy = branches.policy(repository);
    List<Check> checks = new ArrayList<>();
    String title = korean ? "브랜치 이름과 분기한 곳" : "Branch name and base";
    List<BranchView.Finding> problems = branches.problems(repository, source, head, reader);
    checks.add(
        problems.isEmpty()
            ? new Check("branch", title, State.PASSED, "", List.of(), List.of(), null)
            : new Check(
                "branch",
                title,
                State.FAILED,
                problems.getFirst().message(),
                List.of(),
                problems.getFirst().commands(),
                null));
    String where = korean ? "병합할 곳" : "Where it goes";
    boolean back = target.equals(policy.integration());
    checks.add(
        switch (Aim.of(policy, source, target, back)) {
          case Aim.Allowed allowed ->
              new Check("target", where, State.PASSED, allowed.kind(), List.of(), List.of(), null);
          case Aim.Refused refused ->
              new Check(
                  "target",
                  where,
                  State.FAILED,
                  korean ? refused.korean() : refused.english(),
                  List.of(),
                  refused.remedies(),
                  null);
        });
    return checks;
  }
}
