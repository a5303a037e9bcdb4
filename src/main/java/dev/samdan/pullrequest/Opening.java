package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import dev.samdan.pullrequest.PullRequestEvent.Kind;
import dev.samdan.source.Commit;
import dev.samdan.source.History;
import dev.samdan.source.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens pull requests as the strategy has them. */
final class Opening {
  private static final int MOST_TITLE = 200;

  private final Journal journal;
  private final Source source;
  private final History history;

  Opening(Journal journal, Source source, History history) {
    this.journal = journal;
    this.source = source;
    this.history = history;
  }

  /**
   * What a person asks for.
   *
   * @param target null for the one that the strategy names
   * @param title null for the newest commit's subject where there is one commit, else the branch's
   *     name
   */
  record Wanted(
      String repository,
      String source,
      @Nullable String target,
      @Nullable String title,
      @Nullable String text,
      boolean draft) {}

  /**
   * INVALID where the strategy has no such pull request, CONFLICT where one is open or nothing is
   * to be merged, NOT_FOUND where the branch is not there.
   */
  PullRequest open(Wanted wanted, BranchPolicy policy, Principal by) {
    source.requireOwn(wanted.repository(), by);
    Map<String, String> tips = source.tips(wanted.repository());
    String head = tips.get(wanted.source());
    if (head == null) {
      throw PlatformException.notFound(
          by.reads(
                  wanted.repository() + " has no branch " + wanted.source(),
                  wanted.repository() + " 저장소에 " + wanted.source() + " 브랜치가 없어요")
              + ": git push -u origin "
              + wanted.source());
    }
    Aim.Allowed aim = aim(wanted, policy, by);
    String target = tips.get(aim.target());
    requireWork(wanted, aim, head, target, by);
    PullRequestRows.New fresh =
        new PullRequestRows.New(
            wanted.repository(),
            aim,
            wanted.source(),
            title(wanted, policy, aim, head, target),
            wanted.text() == null ? "" : wanted.text().strip(),
            by.user(),
            head,
            target,
            wanted.draft());
    Journal.Teller teller =
        journal.teller(wanted.repository(), aim.target(), by.user(), Journal.News.by(by.user()));
    return journal
        .database()
        .inTransaction(handle -> {
          Optional<PullRequest> made = PullRequestRows.insert(handle, fresh, journal.now());
          made.ifPresent(pull -> {
            journal.event(handle, pull, Kind.OPENED, by.user(), Map.of("head", head));
            teller.tell(handle, pull, dev.samdan.rooms.Kind.PULL_REQUEST_OPENED);
          });
          return made;
        })
        .orElseThrow(() -> already(wanted, aim, by));
  }

  private Aim.Allowed aim(Wanted wanted, BranchPolicy policy, Principal by) {
    boolean delivered =
        policy
            .kindOf(wanted.source())
            .filter(BranchPolicy.Kind::versioned)
            .flatMap(kind -> kind.variable(wanted.source()))
            .filter(history.tags(wanted.repository())::containsKey)
            .isPresent();
    return switch (Aim.of(policy, wanted.source(), wanted.target(), delivered)) {
      case Aim.Allowed allowed -> allowed;
      case Aim.Refused refused ->
          throw PlatformException.invalid(
              by.reads(refused.english(), refused.korean())
                  + refused.remedies().stream()
                      .map(line -> "\n    " + line)
                      .reduce("", String::concat));
    };
  }

  private void requireWork(
      Wanted wanted, Aim.Allowed aim, String head, @Nullable String target, Principal by) {
    if (target == null && aim.purpose() != Purpose.RELEASE) {
      throw PlatformException.conflict(
          by.reads(
                  wanted.repository() + " has no branch " + aim.target() + " yet",
                  wanted.repository() + " 저장소에 아직 " + aim.target() + " 브랜치가 없어요")
              + ": git push origin HEAD:"
              + aim.target());
    }
    if (target != null && history.holds(wanted.repository(), target, head)) {
      throw PlatformException.conflict(
          by.reads(
              wanted.source()
                  + " has nothing that "
                  + aim.target()
                  + " has not: commit something and push it",
              wanted.source() + " 브랜치에는 " + aim.target() + " 브랜치에 없는 커밋이 없어요. 커밋하고 푸시하세요"));
    }
  }

  private PlatformException already(Wanted wanted, Aim.Allowed aim, Principal by) {
    int number =
        journal
            .database()
            .withHandle(
                handle -> PullRequestRows.openFrom(handle, wanted.repository(), wanted.source()))
            .map(PullRequest::number)
            .orElse(0);
    return PlatformException.conflict(
        by.reads(
                "#"
                    + number
                    + " asks to merge "
                    + wanted.source()
                    + " into "
                    + aim.target()
                    + " already; it follows what is pushed",
                "#"
                    + number
                    + " 풀 리퀘스트가 이미 "
                    + wanted.source()
                    + " 브랜치를 "
                    + aim.target()
                    + " 브랜치에 병합하려고 해요. 푸시하면 반영돼요")
            + ": samdan pr show "
            + number);
  }

  private String title(
      Wanted wanted, BranchPolicy policy, Aim.Allowed aim, String head, @Nullable String target) {
    String given = wanted.title();
    if (given != null && !given.isBlank()) {
      return cut(given.strip());
    }
    if (aim.purpose() == Purpose.RELEASE) {
      return "Release " + wanted.source() + " to " + aim.target();
    }
    List<Commit> commits = history.between(wanted.repository(), target, head, 2);
    if (commits.size() == 1 && !commits.getFirst().subject().isBlank()) {
      return cut(commits.getFirst().subject());
    }
    String summary =
        policy
            .kind(aim.kind())
            .flatMap(kind -> kind.variable(wanted.source()))
            .map(text -> text.replaceAll("[-_]+", " ").strip())
            .orElse(wanted.source());
    return cut(
        aim.purpose() == Purpose.HOTFIX
            ? wanted.source()
            : summary.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + summary.substring(1));
  }

  private static String cut(String title) {
    String line = title.lines().findFirst().orElse(title);
    return line.length() <= MOST_TITLE ? line : line.substring(0, MOST_TITLE - 1) + "…";
  }
}
