package dev.samdan.pullrequest;

import dev.samdan.pullrequest.PullRequestEvent.Kind;
import dev.samdan.pullrequest.PullRequestState.How;
import dev.samdan.pullrequest.PullRequestState.Why;
import dev.samdan.source.History;
import dev.samdan.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings the rows of a repository's open pull requests to where its branches stand. */
final class Following {
  private final Journal journal;
  private final Source source;
  private final History history;
  private final Merging merging;
  private final CheckRuns runs;

  Following(Journal journal, Source source, History history, Merging merging, CheckRuns runs) {
    this.journal = journal;
    this.source = source;
    this.history = history;
    this.merging = merging;
    this.runs = runs;
  }

  /** Gives those whose head is new and is to be checked. */
  List<PullRequest> follow(String repository, String by) {
    List<PullRequest> moved = new ArrayList<>();
    Map<String, String> tips = source.tips(repository);
    for (PullRequest pull : open(repository)) {
      switch (pull.state()) {
        case PullRequestState.Merging state -> merging.resume(pull, state);
        case PullRequestState.Draft _, PullRequestState.Open _ -> {
          if (follow(pull, tips.get(pull.source()), tips.get(pull.target()), by)) {
            moved.add(pull);
          }
        }
        case PullRequestState.Merged _, PullRequestState.Closed _ -> {}
      }
    }
    return moved;
  }

  private boolean follow(
      PullRequest pull, @Nullable String tip, @Nullable String target, String by) {
    boolean targetMoved = target != null && !target.equals(pull.base());
    if (target != null && targetMoved && holds(pull, target, tip == null ? pull.head() : tip)) {
      merging.merged(pull, target, How.BY_HAND, by);
      return false;
    }
    if (tip == null) {
      close(pull, Why.BRANCH_DELETED, by);
      return false;
    }
    if (!tip.equals(pull.head()) && target != null && holds(pull, target, tip)) {
      close(pull, Why.NOTHING_LEFT, by);
      return false;
    }
    if (targetMoved) {
      journal.database().useTransaction(h -> PullRequestRows.moveBase(h, pull, target));
    }
    return !tip.equals(pull.head()) && push(pull, tip, by);
  }

  private boolean holds(PullRequest pull, String target, String head) {
    return source.hasCommit(pull.repository(), head)
        && history.holds(pull.repository(), target, head);
  }

  private void close(PullRequest pull, Why why, String by) {
    runs.stop(pull);
    Journal.Teller teller = journal.teller(pull, Journal.News.by(by));
    journal
        .database()
        .useTransaction(handle -> {
          if (PullRequestRows.closed(handle, pull, why, by, journal.now())) {
            journal.event(handle, pull, Kind.CLOSED, by, Map.of("why", why.text()));
            teller.tell(handle, pull, dev.samdan.rooms.Kind.PULL_REQUEST_CLOSED);
          }
        });
  }

  private boolean push(PullRequest pull, String tip, String by) {
    runs.stop(pull);
    return journal
        .database()
        .inTransaction(handle -> {
          boolean moved = PullRequestRows.moveHead(handle, pull, tip, journal.now());
          if (moved) {
            journal.event(handle, pull, Kind.PUSHED, by, Map.of("from", pull.head(), "to", tip));
          }
          return moved;
        });
  }

  /** Deletes the branches of merged ones where that was cut short. */
  void tidy(String repository) {
    List<PullRequest> untidy =
        journal.database().withHandle(handle -> PullRequestRows.untidy(handle, repository));
    for (PullRequest pull : untidy) {
      if (pull.state() instanceof PullRequestState.Merged merged) {
        merging.tidy(pull, merged.by());
      }
    }
  }

  private List<PullRequest> open(String repository) {
    return journal.database().withHandle(handle -> PullRequestRows.open(handle, repository));
  }
}
