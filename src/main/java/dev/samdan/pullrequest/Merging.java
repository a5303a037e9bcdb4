package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy.Merge;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import dev.samdan.pullrequest.PullRequestEvent.Kind;
import dev.samdan.pullrequest.PullRequestState.How;
import dev.samdan.source.Commit;
import dev.samdan.source.History;
import dev.samdan.source.Merges;
import dev.samdan.source.Source;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a merge: makes its commit, notes it, moves the target from where it stood, notes the
 * end. A control that dies between finds the note, and the target says whether it was taken.
 */
final class Merging {
  private static final int TRIES = 20;
  private static final int MOST_COMMITS = 100;

  private final Journal journal;
  private final Source source;
  private final History history;
  private final Merges merges;

  Merging(Journal journal, Source source, History history, Merges merges) {
    this.journal = journal;
    this.source = source;
    this.history = history;
    this.merges = merges;
  }

  /**
   * Merges what may be merged, and deletes the branch where it is not wanted any more; gives the
   * target's new commit. CONFLICT where the head or the state is another by now, FORBIDDEN where
   * the repository follows another.
   */
  String merge(PullRequest pull, Merge how, Principal by) {
    source.requireOwn(pull.repository(), by);
    PullRequest now = pull;
    for (int tried = 0; tried < TRIES; tried++) {
      String tip = source.tips(pull.repository()).get(pull.target());
      PullRequest beside = withBase(now, tip);
      String commit = tip == null ? pull.head() : made(beside, tip, how, by);
      PullRequestState.Merging merging =
          new PullRequestState.Merging(commit, tip == null ? How.COMMIT : how(how), by.user());
      boolean noted =
          journal
              .database()
              .inTransaction(handle -> {
                PullRequestRows.moveBase(handle, now, tip);
                return PullRequestRows.merging(handle, beside, merging, journal.now());
              });
      if (!noted) {
        throw PlatformException.conflict(
            by.reads(
                pull.name() + " has changed while it was merged: look at it again",
                pull.name() + " 풀 리퀘스트가 병합하는 사이에 바뀌었어요. 다시 확인하세요"));
      }
      if (merges.move(pull.repository(), pull.target(), tip, commit, by)) {
        finish(beside, merging);
        return commit;
      }
      journal.database().useTransaction(handle -> PullRequestRows.notMerging(handle, beside));
    }
    throw PlatformException.conflict(
        by.reads(
            pull.target() + " moves faster than it can be merged into: try again",
            pull.target() + " 브랜치가 너무 빨리 바뀌어서 병합하지 못했어요. 다시 시도하세요"));
  }

  /** Commits that are put on the target one by one may conflict where the whole does not. */
  private String made(PullRequest pull, String tip, Merge how, Principal by) {
    try {
      return merges.make(pull.repository(), order(pull, tip, how), by);
    } catch (PlatformException e) {
      if (e.code() != PlatformException.Code.CONFLICT) {
        throw e;
      }
      String onto = how == Merge.REBASE ? "git rebase origin/" : "git merge origin/";
      throw PlatformException.conflict(
          String.join(
              "\n    ",
              pull.name() + ": " + e.text(),
              "git fetch origin",
              "git switch " + pull.source(),
              onto + pull.target(),
              how == Merge.REBASE ? "git push --force-with-lease" : "git push"));
    }
  }

  /** Finishes or undoes a merge that was cut short. */
  void resume(PullRequest pull, PullRequestState.Merging merging) {
    String tip = source.tips(pull.repository()).get(pull.target());
    if (tip != null
        && source.hasCommit(pull.repository(), merging.commit())
        && history.holds(pull.repository(), tip, merging.commit())) {
      finish(pull, merging);
    } else {
      journal.database().useTransaction(handle -> PullRequestRows.notMerging(handle, pull));
    }
  }

  private void finish(PullRequest pull, PullRequestState.Merging merging) {
    merged(pull, merging.commit(), merging.how(), merging.by());
    tidy(pull, merging.by());
  }

  /** Notes that its commits are in the target; of a hotfix, that it is on its way. */
  void merged(PullRequest pull, String commit, How how, String by) {
    Journal.Teller teller = journal.teller(pull, Journal.News.by(by));
    journal
        .database()
        .useTransaction(handle -> {
          if (!PullRequestRows.merged(handle, pull, commit, how, by, journal.now())) {
            return;
          }
          journal.event(handle, pull, Kind.MERGED, by, Map.of("commit", commit, "how", how.text()));
          if (pull.purpose() != Purpose.RETURN) {
            teller.tell(handle, pull, dev.samdan.rooms.Kind.PULL_REQUEST_MERGED);
          }
          if (pull.purpose() == Purpose.HOTFIX) {
            HotfixRows.insert(handle, pull, commit, journal.now());
          }
        });
  }

  /**
   * Deletes the branch of a merged one; of a hotfix once it is back. Newer commits stay, and so
   * does the branch where the repository follows another since.
   */
  void tidy(PullRequest pull, String by) {
    if (source.follows(pull.repository()).isPresent()) {
      return;
    }
    switch (pull.purpose()) {
      case CHANGE, RETURN -> {
        Principal who = new Principal(by, journal.name(by), null);
        boolean gone = merges.deleteBranch(pull.repository(), pull.source(), pull.head(), who);
        journal
            .database()
            .useTransaction(handle ->
                journal.event(
                    handle,
                    pull,
                    gone ? Kind.BRANCH_DELETED : Kind.BRANCH_KEPT,
                    by,
                    Map.of("branch", pull.source())));
      }
      case HOTFIX, RELEASE -> {}
    }
  }

  private Merges.Order order(PullRequest pull, String tip, Merge how) {
    return switch (how) {
      case COMMIT, REBASE -> new Merges.Order(tip, pull.head(), how, mergeMessage(pull), null);
      case SQUASH -> {
        List<Commit> commits = history.between(pull.repository(), tip, pull.head(), MOST_COMMITS);
        yield new Merges.Order(
            tip,
            pull.head(),
            how,
            squashMessage(pull, commits),
            commits.isEmpty() ? null : commits.getLast());
      }
    };
  }

  private static String mergeMessage(PullRequest pull) {
    String text = pull.text().isBlank() ? "" : "\n\n" + pull.text().strip();
    return pull.title()
        + " (#"
        + pull.number()
        + ")\n\nMerge "
        + pull.source()
        + " into "
        + pull.target()
        + text;
  }

  private static String squashMessage(PullRequest pull, List<Commit> commits) {
    String text =
        pull.text().isBlank()
            ? commits.reversed().stream()
                .map(c -> "* " + c.subject())
                .collect(Collectors.joining("\n"))
            : pull.text().strip();
    return pull.title() + " (#" + pull.number() + ")\n\n" + text;
  }

  static How how(Merge merge) {
    return switch (merge) {
      case COMMIT -> How.COMMIT;
      case SQUASH -> How.SQUASH;
      case REBASE -> How.REBASE;
    };
  }

  private static PullRequest withBase(PullRequest pull, @Nullable String base) {
    return new PullRequest(
        pull.id(),
        pull.repository(),
        pull.number(),
        pull.purpose(),
        pull.kind(),
        pull.title(),
        pull.text(),
        pull.source(),
        pull.target(),
        pull.author(),
        pull.head(),
        base,
        pull.state(),
        pull.waiver(),
        pull.createdAt(),
        pull.updatedAt());
  }
}
