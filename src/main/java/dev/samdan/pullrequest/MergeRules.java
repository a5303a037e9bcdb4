package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy;
import dev.samdan.application.BranchPolicy.Kind;
import dev.samdan.application.Tier;
import dev.samdan.base.Problem;
import dev.samdan.pullrequest.Check.State;
import dev.samdan.source.BranchView;
import dev.samdan.source.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what must hold before a pull request is merged, in the reader's language; no I/O. */
final class MergeRules {
  private static final int MOST_NAMED = 10;

  private final Facts facts;
  private final PullRequest pull;
  private final boolean korean;

  private MergeRules(Facts facts, @Nullable String language) {
    this.facts = facts;
    this.pull = facts.pullRequest();
    this.korean = "ko".equals(language);
  }

  static List<Check> checks(Facts facts, @Nullable String language) {
    return new MergeRules(facts, language).all();
  }

  private List<Check> all() {
    List<Check> checks = new ArrayList<>();
    checks.add(branch());
    switch (pull.purpose()) {
      case CHANGE, HOTFIX -> {
        checks.addAll(runs());
        checks.add(files());
        baseTests().ifPresent(checks::add);
      }
      case RELEASE -> {
        checks.add(files());
        checks.add(delivered());
      }
      // It was delivered to production as it is.
      case RETURN -> {}
    }
    checks.add(conflicts());
    review().ifPresent(checks::add);
    return checks;
  }

  private String say(String english, String inKorean) {
    return korean ? inKorean : english;
  }

  private static Check check(
      String name, String title, State state, String summary, List<String> remedies) {
    return new Check(name, title, state, summary, List.of(), remedies, null);
  }

  private Check branch() {
    String title = say("Branch name and base", "브랜치 이름과 분기한 곳");
    for (BranchView.Finding finding : facts.policyProblems()) {
      return new Check(
          "branch", title, State.FAILED, finding.message(), List.of(), finding.commands(), null);
    }
    Optional<String> late = lateVersion();
    if (late.isPresent()) {
      return check(
          "branch",
          title,
          State.FAILED,
          say(
              facts.newestVersion() + " is there already, so this version comes too late",
              facts.newestVersion() + " 버전이 이미 있어서 이 버전은 늦었어요"),
          List.of(
              "samdan branch start hotfix",
              say(
                  "bring the commits to the new branch and close this pull request",
                  "새 브랜치로 커밋을 옮기고 이 풀 리퀘스트를 닫으세요")));
    }
    return check("branch", title, State.PASSED, pull.kind(), List.of());
  }

  /** Of a hotfix, a version that does not come after the newest one. */
  private Optional<String> lateVersion() {
    Kind kind = facts.kind();
    String newest = facts.newestVersion();
    if (pull.purpose() != Purpose.HOTFIX || kind == null || newest == null || !kind.versioned()) {
      return Optional.empty();
    }
    return kind.variable(pull.source()).filter(version -> !History.isAfter(version, newest));
  }

  private List<Check> runs() {
    List<Check> checks = new ArrayList<>();
    if (facts.invalid() != null) {
      return checks;
    }
    for (Tier tier : facts.tiers()) {
      checks.add(
          run(
              "unit-tests-" + tier.text(),
              say("Unit tests, " + tier.text(), "단위 테스트, " + tier.text())));
    }
    if (facts.runs().containsKey("trial")) {
      checks.add(run("trial", say("Started once, with its tests", "잠깐 띄워서 테스트")));
    }
    return checks;
  }

  private Check run(String name, String title) {
    Facts.Run run = facts.runs().get(name);
    if (run == null) {
      return check(
          name,
          title,
          State.RUNNING,
          say("starts", "곧 시작해요"),
          List.of(
              say("where it does not by itself:", "저절로 시작하지 않으면:"),
              "samdan pr check " + pull.number()));
    }
    List<String> remedies =
        run.state() == State.FAILED
            ? List.of(
                say("mend it and push, or run it again:", "고쳐서 푸시하거나 다시 실행하세요:"),
                "samdan pr check " + pull.number())
            : List.of();
    Check check = check(name, title, run.state(), run.summary(), remedies);
    return run.execution() == null ? check : check.in(run.execution());
  }

  private Check files() {
    String title = say("Files agree", "파일이 서로 맞는지");
    String invalid = facts.invalid();
    if (invalid != null) {
      return new Check(
          "files",
          title,
          State.FAILED,
          say("samdan.yml is not valid", "samdan.yml 파일이 올바르지 않아요"),
          invalid.lines().limit(MOST_NAMED).toList(),
          List.of("samdan validate samdan.yml", say("mend it and push", "고쳐서 푸시하세요")),
          null);
    }
    List<Problem> errors = facts.findings().stream().filter(Problem::isError).toList();
    List<String> lines =
        facts.findings().stream()
            .sorted(java.util.Comparator.comparing(Problem::severity))
            .limit(MOST_NAMED)
            .map(Problem::toString)
            .toList();
    return errors.isEmpty()
        ? new Check("files", title, State.PASSED, warnings(), lines, List.of(), null)
        : new Check(
            "files",
            title,
            State.FAILED,
            say(errors.size() + " of them could not be delivered", errors.size() + "가지는 배포할 수 없어요"),
            lines,
            List.of("samdan validate .", say("mend it and push", "고쳐서 푸시하세요")),
            null);
  }

  private String warnings() {
    int count = facts.findings().size();
    return count == 0
        ? ""
        : say(count == 1 ? "one warning" : count + " warnings", "경고 " + count + "개");
  }

  /** A refactoring leaves the tests as they are. */
  private Optional<Check> baseTests() {
    Kind kind = facts.kind();
    if (kind == null || !kind.keepsTests()) {
      return Optional.empty();
    }
    String title = say("Existing tests stay", "기존 테스트 유지");
    List<String> touched = facts.testsTouched();
    if (touched.isEmpty()) {
      return Optional.of(
          check(
              "base-tests",
              title,
              State.PASSED,
              say("none edited or deleted", "고치거나 지운 테스트 없음"),
              List.of()));
    }
    List<String> details = new ArrayList<>(named(touched));
    Facts.Run run = facts.runs().get("base-tests");
    if (run != null) {
      details.add(
          say(
                  "the tests of " + pull.target() + " against this change: ",
                  pull.target() + " 브랜치의 테스트로 실행한 결과: ")
              + run.summary());
    }
    boolean allowed = facts.approvals().stream().anyMatch(Review::allowsTestChanges);
    String count =
        say(
            (touched.size() == 1 ? "an existing test is" : touched.size() + " existing tests are")
                + " edited or deleted",
            "기존 테스트 " + touched.size() + "개를 고치거나 지웠어요");
    return Optional.of(
        allowed
            ? new Check(
                "base-tests",
                title,
                State.PASSED,
                count + say(", as a reviewer allowed", ". 리뷰어가 허락했어요"),
                details,
                List.of(),
                run == null ? null : run.execution())
            : new Check(
                "base-tests",
                title,
                State.FAILED,
                count,
                details,
                List.of(
                    "git checkout origin/"
                        + pull.target()
                        + " -- "
                        + String.join(" ", named(touched)),
                    say("or a reviewer allows it:", "또는 리뷰어가 허락해 주세요:"),
                    "samdan pr review " + pull.number() + " --approve --allow-test-changes"),
                run == null ? null : run.execution()));
  }

  private static List<String> named(List<String> paths) {
    return paths.size() <= MOST_NAMED
        ? paths
        : java.util.stream.Stream.concat(
                paths.stream().limit(MOST_NAMED), java.util.stream.Stream.of("…"))
            .toList();
  }

  private Check conflicts() {
    String title = say("No conflict with " + pull.target(), pull.target() + " 브랜치와 충돌 없음");
    List<String> files = facts.conflicts();
    if (files.isEmpty()) {
      String behind =
          facts.behind() == 0 ? "" : say(facts.behind() + " behind", facts.behind() + "개 뒤처짐");
      return check("conflicts", title, State.PASSED, behind, List.of());
    }
    return new Check(
        "conflicts",
        title,
        State.FAILED,
        say(
            files.size() == 1 ? "conflicts in 1 file" : "conflicts in " + files.size() + " files",
            "파일 " + files.size() + "개가 충돌해요"),
        named(files),
        List.of(
            "git fetch origin",
            "git switch " + pull.source(),
            "git merge origin/" + pull.target(),
            say("mend the files, git add, git commit, then:", "파일을 고치고 git add, git commit 한 다음:"),
            "git push"),
        null);
  }

  private Optional<Check> review() {
    Kind kind = facts.kind();
    BranchPolicy.Review asked =
        pull.purpose() == Purpose.RETURN
            ? BranchPolicy.Review.OMITTED
            : kind == null ? BranchPolicy.Review.OPTIONAL : kind.review();
    String title = say("Review", "리뷰");
    List<Review> objections = facts.objections();
    if (!objections.isEmpty()) {
      String who = objections.getLast().reviewerName();
      return Optional.of(
          check(
              "review",
              title,
              State.FAILED,
              say(who + " asks for changes", who + " 님이 수정을 요청했어요"),
              List.of(
                  say(
                      "mend it and push; then " + who + " reviews again:",
                      "고쳐서 푸시하면 " + who + " 님이 다시 리뷰해요:"),
                  "samdan pr review " + pull.number() + " --approve")));
    }
    int approvals = facts.approvals().size();
    return switch (asked) {
      case OMITTED -> Optional.empty();
      case OPTIONAL ->
          Optional.of(
              check(
                  "review",
                  title,
                  approvals == 0 ? State.NEUTRAL : State.PASSED,
                  approvals == 0
                      ? say("optional", "선택")
                      : say(approvals + " approved", approvals + "명 승인"),
                  List.of()));
      case REQUIRED -> {
        boolean stale =
            facts.reviews().stream()
                .anyMatch(r -> r.stale() && r.verdict() == Review.Verdict.APPROVED);
        yield Optional.of(
            approvals > 0
                ? check(
                    "review",
                    title,
                    State.PASSED,
                    say(approvals + " approved", approvals + "명 승인"),
                    List.of())
                : check(
                    "review",
                    title,
                    State.WAITING,
                    stale
                        ? say("a push came after the approval", "승인한 뒤에 새 푸시가 있었어요")
                        : say("0 of 1", "1명 중 0명"),
                    List.of(
                        say("somebody other than the author approves:", "작성자가 아닌 사람이 승인해 주세요:"),
                        "samdan pr review " + pull.number() + " --approve")));
      }
    };
  }

  private Check delivered() {
    return new ReleaseRule(facts.policy(), pull.head(), pull.waiver(), korean)
        .check(facts.delivery());
  }

  /** Whether a commit may be released, also where no pull request is open for it. */
  static Check delivered(
      BranchPolicy policy,
      String head,
      PullRequest.@Nullable Waiver waiver,
      Facts.Delivery delivery,
      @Nullable String language) {
    return new ReleaseRule(policy, head, waiver, "ko".equals(language)).check(delivery);
  }
}
