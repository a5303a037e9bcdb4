package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy;
import dev.samdan.application.BranchPolicy.Merge;
import dev.samdan.identity.Principal;
import dev.samdan.pullrequest.PullRequestRow.Standing;
import dev.samdan.source.Changes.Change;
import dev.samdan.source.Commit;
import dev.samdan.source.Diff;
import dev.samdan.source.History;
import dev.samdan.source.Outlook;
import dev.samdan.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts together what lists and pages show. */
final class Views {
  private static final int MOST_COMMITS = 250;
  private static final int MOST_MERGED = 500;

  private final Journal journal;
  private final Source source;
  private final History history;
  private final Looks looks;
  private final CheckRuns runs;
  private final FactFinder finder;

  Views(
      Journal journal,
      Source source,
      History history,
      Looks looks,
      CheckRuns runs,
      FactFinder finder) {
    this.journal = journal;
    this.source = source;
    this.history = history;
    this.looks = looks;
    this.runs = runs;
    this.finder = finder;
  }

  Looks.Look look(PullRequest pull) {
    return looks.at(pull.repository(), pull.base(), pull.head());
  }

  /** Its files; none where git has its commits no more. */
  Diff diff(PullRequest pull) {
    return isThere(pull)
        ? history.diff(pull.repository(), look(pull).base(), pull.head(), true)
        : new Diff(null, pull.head(), List.of(), 0, 0, false);
  }

  /** Whether git still has what it was made of; not where the repository was made anew. */
  private boolean isThere(PullRequest pull) {
    return source.hasCommit(pull.repository(), pull.head())
        && (pull.base() == null || source.hasCommit(pull.repository(), pull.base()));
  }

  List<Check> checks(PullRequest pull, Outside outside, Principal reader) {
    UnaryOperator<String> names = journal.names();
    List<Review> reviews =
        journal.database().withHandle(handle -> Conversation.reviews(handle, pull, names));
    Facts facts =
        finder.of(pull, look(pull), reviews, runs.runs(pull), outside.fileCheck(), reader);
    return MergeRules.checks(facts, reader.language());
  }

  PullRequestRow row(PullRequest pull, Outside outside, Principal reader) {
    List<Check> checks =
        pull.state().isOpen() && isThere(pull) ? checks(pull, outside, reader) : List.of();
    return row(pull, checks);
  }

  private PullRequestRow row(PullRequest pull, List<Check> checks) {
    Looks.Look look = isThere(pull) ? look(pull) : Looks.Look.GONE;
    int comments = journal.database().withHandle(handle -> Conversation.count(handle, pull));
    return new PullRequestRow(
        pull.repository(),
        pull.number(),
        pull.title(),
        pull.state().text(),
        standing(pull, checks),
        pull.purpose(),
        pull.kind(),
        pull.source(),
        pull.target(),
        pull.author(),
        journal.name(pull.author()),
        pull.head(),
        look.ahead(),
        pull.state().isOpen() ? look.behind() : 0,
        look.files(),
        look.additions(),
        look.deletions(),
        comments,
        pull.state().isOpen() ? look.conflicts() : List.of(),
        pull.state() instanceof PullRequestState.Merged merged ? merged.commit() : null,
        pull.createdAt(),
        pull.updatedAt());
  }

  private static Standing standing(PullRequest pull, List<Check> checks) {
    return switch (pull.state()) {
      case PullRequestState.Merged _ -> Standing.MERGED;
      case PullRequestState.Closed _ -> Standing.CLOSED;
      case PullRequestState.Draft _ -> Standing.DRAFT;
      case PullRequestState.Merging _ -> Standing.MERGING;
      case PullRequestState.Open _ -> standing(checks);
    };
  }

  private static Standing standing(List<Check> checks) {
    Map<String, Check> blocking =
        checks.stream().filter(Check::blocks).collect(Collectors.toMap(Check::name, c -> c));
    if (blocking.containsKey("conflicts")) {
      return Standing.CONFLICTS;
    }
    if (blocking.containsKey("branch")) {
      return Standing.OFF_STRATEGY;
    }
    Check review = blocking.remove("review");
    Check delivered = blocking.remove("delivered");
    if (blocking.values().stream().anyMatch(c -> c.state() == Check.State.FAILED)) {
      return Standing.CHECKS_FAILED;
    }
    if (review != null && review.state() == Check.State.FAILED) {
      return Standing.CHANGES_REQUESTED;
    }
    if (!blocking.isEmpty()) {
      return Standing.CHECKS_RUN;
    }
    if (review != null) {
      return Standing.WAITS_FOR_REVIEW;
    }
    return delivered != null ? Standing.WAITS_FOR_DELIVERY : Standing.READY;
  }

  PullRequestView view(PullRequest pull, Outside outside, Principal reader) {
    boolean there = isThere(pull);
    List<Check> checks = pull.state().isOpen() && there ? checks(pull, outside, reader) : List.of();
    Looks.Look look = there ? look(pull) : Looks.Look.GONE;
    BranchPolicy policy = finder.policy(pull.repository());
    PullRequestRow row = row(pull, checks);
    List<Commit> commits =
        there
            ? history.between(pull.repository(), pull.base(), pull.head(), MOST_COMMITS)
            : List.of();
    ReleaseContents release =
        pull.purpose() == Purpose.RELEASE && there ? release(pull, checks) : null;
    HotfixView hotfix = hotfix(pull);
    Outlook brings = there ? finder.outlook(pull, look) : Outlook.NOTHING;
    UnaryOperator<String> names = journal.names();
    return journal
        .database()
        .withHandle(handle ->
            new PullRequestView(
                row,
                pull.text(),
                String.valueOf(look.base()),
                Merging.how(how(pull, policy)).text(),
                pull.purpose() != Purpose.RELEASE,
                commits,
                Conversation.timeline(handle, pull, names),
                Conversation.comments(handle, pull, names),
                Conversation.reviews(handle, pull, names),
                Reviewers.asked(handle, pull, names),
                checks,
                brings,
                release,
                hotfix));
  }

  /** How it will be merged: what goes into or out of production always by a merge commit. */
  static Merge how(PullRequest pull, BranchPolicy policy) {
    return switch (pull.purpose()) {
      case CHANGE -> policy.kind(pull.kind()).map(BranchPolicy.Kind::merge).orElse(Merge.COMMIT);
      case HOTFIX, RELEASE, RETURN -> Merge.COMMIT;
    };
  }

  private @Nullable HotfixView hotfix(PullRequest pull) {
    return hotfixes(pull.repository(), MOST_MERGED).stream()
        .filter(h ->
            h.number() == pull.number() || Integer.valueOf(pull.number()).equals(h.returnNumber()))
        .findFirst()
        .orElse(null);
  }

  /** Newest first. */
  List<HotfixView> hotfixes(String repository, int limit) {
    return journal
        .database()
        .withHandle(handle ->
            HotfixRows.list(handle, repository, limit).stream()
                .map(hotfix -> {
                  Integer number = hotfix.returnNumber();
                  Optional<PullRequest> back =
                      number == null
                          ? Optional.empty()
                          : PullRequestRows.find(handle, repository, number);
                  List<String> conflicts =
                      back.filter(p -> p.state().isOpen() && isThere(p))
                          .map(p -> look(p).conflicts())
                          .orElse(List.of());
                  return new HotfixView(
                      repository,
                      hotfix.version(),
                      hotfix.branch(),
                      hotfix.number(),
                      hotfix.author(),
                      hotfix.mergeCommit(),
                      hotfix.step(),
                      hotfix.tagged(),
                      hotfix.problem(),
                      number,
                      conflicts,
                      hotfix.createdAt());
                })
                .toList());
  }

  private ReleaseContents release(PullRequest pull, List<Check> checks) {
    Check delivered =
        checks.stream()
            .filter(c -> c.name().equals("delivered"))
            .findFirst()
            .orElseGet(() ->
                new Check("delivered", "", Check.State.NEUTRAL, "", List.of(), List.of(), null));
    return contents(
        pull.repository(),
        pull.source(),
        pull.target(),
        new Ends(pull.base(), pull.head()),
        delivered,
        pull.state().isOpen() ? pull.number() : null);
  }

  private record Ends(@Nullable String base, String head) {}

  /** What would be released now. */
  ReleaseContents nextRelease(String repository, String head, Principal reader) {
    BranchPolicy policy = finder.policy(repository);
    String base = source.tips(repository).get(policy.production());
    Optional<PullRequest> open =
        journal
            .database()
            .withHandle(
                handle -> PullRequestRows.openFrom(handle, repository, policy.integration()));
    Check delivered =
        MergeRules.delivered(
            policy,
            head,
            open.map(PullRequest::waiver).orElse(null),
            finder.delivery(repository, policy, head),
            reader.language());
    return contents(
        repository,
        policy.integration(),
        policy.production(),
        new Ends(base, head),
        delivered,
        open.map(PullRequest::number).orElse(null));
  }

  private ReleaseContents contents(
      String repository,
      String from,
      String into,
      Ends ends,
      Check delivered,
      @Nullable Integer open) {
    Looks.Look look = looks.at(repository, ends.base(), ends.head());
    List<Commit> commits = history.between(repository, ends.base(), ends.head(), MOST_COMMITS);
    Outlook brings = finder.outlook(new Change(repository, into, look.base(), ends.head()));
    return new ReleaseContents(
        repository,
        from,
        into,
        ends.head(),
        ends.base(),
        included(repository, ends),
        commits,
        look.ahead(),
        brings,
        delivered,
        open);
  }

  /** The pull requests whose merge is among the commits. */
  private List<ReleaseContents.Included> included(String repository, Ends ends) {
    Map<String, Commit> inside =
        history.between(repository, ends.base(), ends.head(), 10_000).stream()
            .collect(Collectors.toMap(Commit::id, Function.identity()));
    List<ReleaseContents.Included> included = new ArrayList<>();
    for (PullRequest pull :
        journal
            .database()
            .withHandle(handle -> PullRequestRows.merged(handle, repository, MOST_MERGED))) {
      if (pull.state() instanceof PullRequestState.Merged merged
          && pull.purpose() != Purpose.RELEASE
          && inside.containsKey(merged.commit())) {
        included.add(
            new ReleaseContents.Included(
                pull.number(), pull.title(), pull.kind(), journal.name(pull.author())));
      }
    }
    return included;
  }
}
