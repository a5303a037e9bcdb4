package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy;
import dev.samdan.application.BranchPolicy.Kind;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a pull request from one branch into another is by the strategy; knows no repository. */
sealed interface Aim {
  /** The strategy has it. */
  record Allowed(Purpose purpose, String kind, String target) implements Aim {}

  /** The strategy has not; in both languages, with what mends it. */
  record Refused(String english, String korean, List<String> remedies) implements Aim {}

  /**
   * Decides.
   *
   * @param target null for the one that the strategy names
   * @param delivered whether the source is a hotfix that was delivered, which comes back next
   */
  static Aim of(BranchPolicy policy, String source, @Nullable String target, boolean delivered) {
    if (source.equals(policy.integration())) {
      return target == null || target.equals(policy.production())
          ? new Allowed(Purpose.RELEASE, "release", policy.production())
          : wrongTarget(source, target, policy.production(), again(source));
    }
    if (source.equals(policy.production())) {
      return new Refused(
          source + " is not merged into other branches: a hotfix comes back by itself.",
          source + " 브랜치는 다른 브랜치로 병합하지 않아요. 핫픽스는 저절로 돌아와요.",
          List.of("samdan branch start feature SUMMARY"));
    }
    Kind kind = policy.kindOf(source).orElse(null);
    if (kind == null) {
      return new Refused(
          source + " is a name of no kind of branch.",
          source + " 이름은 브랜치 전략에 없어요.",
          List.of(
              "git branch -m " + source + " feature/SUMMARY",
              "git push -u origin feature/SUMMARY"));
    }
    if (kind.versioned() && delivered) {
      return target == null || target.equals(policy.integration())
          ? new Allowed(Purpose.RETURN, kind.name(), policy.integration())
          : wrongTarget(source, target, policy.integration(), again(source));
    }
    if (target != null && !target.equals(kind.target())) {
      return wrongTarget(source, target, kind.target(), again(source));
    }
    return new Allowed(
        kind.target().equals(policy.production()) ? Purpose.HOTFIX : Purpose.CHANGE,
        kind.name(),
        kind.target());
  }

  /**
   * Decides where pull requests are made and merged elsewhere, as at GitHub. There nothing comes
   * back by itself: people merge a hotfix's branch, or production, into the integration branch.
   */
  static Aim elsewhere(BranchPolicy policy, String source, String target) {
    Optional<Kind> kind = policy.kindOf(source);
    boolean production = source.equals(policy.production());
    if (target.equals(policy.integration())
        && (production || kind.filter(Kind::versioned).isPresent())) {
      return new Allowed(Purpose.RETURN, kind.map(Kind::name).orElse("return"), target);
    }
    Aim usual =
        production
            ? new Allowed(Purpose.RETURN, "return", policy.integration())
            : of(policy, source, null, false);
    return usual instanceof Allowed(Purpose _, String _, String right) && !right.equals(target)
        ? wrongTarget(source, target, right, "change the pull request's base to " + right)
        : usual;
  }

  private static String again(String source) {
    return "samdan pr create --source " + source;
  }

  private static Aim wrongTarget(String source, String target, String right, String remedy) {
    return new Refused(
        source + " goes into " + right + ", not into " + target + ".",
        source + " 브랜치는 " + target + " 브랜치가 아니라 " + right + " 브랜치에 병합해요.",
        List.of(remedy));
  }
}
