package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy;
import dev.samdan.pullrequest.Check.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A release asks that its commit was delivered and tested before, or for a person's word. */
record ReleaseRule(
    BranchPolicy policy, String head, PullRequest.@Nullable Waiver waiver, boolean korean) {

  private String say(String english, String inKorean) {
    return korean ? inKorean : english;
  }

  Check check(Facts.Delivery delivery) {
    return switch (delivery) {
      case Facts.Delivery.Delivered _ -> check(State.PASSED, "", List.of(), List.of());
      case Facts.Delivery.NoEnvironment _ ->
          check(
              State.NEUTRAL,
              say("nothing is delivered from it", "배포하는 환경이 없어요"),
              List.of(),
              List.of());
      case Facts.Delivery.OnItsWay way ->
          waived(
              State.WAITING,
              say("on its way", "진행 중"),
              way.pipelines(),
              say("wait for it, or overrule it, which is recorded:", "기다리거나, 기록을 남기고 넘어가세요:"));
      case Facts.Delivery.Failed failed ->
          waived(
              State.FAILED,
              say("not delivered", "배포되지 않았어요"),
              failed.pipelines(),
              say(
                  "mend it on " + policy.integration() + ", or overrule it, which is recorded:",
                  policy.integration() + " 브랜치에서 고치거나, 기록을 남기고 넘어가세요:"));
    };
  }

  private Check waived(State state, String summary, List<String> details, String remedy) {
    if (waiver != null && waiver.commit().equals(head)) {
      return check(
          State.PASSED,
          say("overruled by " + waiver.by() + ": ", waiver.by() + " 님이 넘어감: ") + waiver.reason(),
          details,
          List.of());
    }
    return check(state, summary, details, List.of(remedy, "samdan release --override REASON"));
  }

  private Check check(State state, String summary, List<String> details, List<String> remedies) {
    return new Check(
        "delivered",
        say(
            "Delivered and tested from " + policy.integration(),
            policy.integration() + " 브랜치에서 배포하고 테스트함"),
        state,
        summary,
        details,
        remedies,
        null);
  }
}
