package dev.samdan.pullrequest;

import dev.samdan.application.Applications;
import dev.samdan.application.BranchPolicy;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Principal;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.rooms.Rooms;
import dev.samdan.source.BranchView;
import dev.samdan.source.Branches;
import dev.samdan.source.Changes;
import dev.samdan.source.Deliveries;
import dev.samdan.source.Diff;
import dev.samdan.source.History;
import dev.samdan.source.Merges;
import dev.samdan.source.Source;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Pull requests: opening, talking, judging, merging, and what follows from a merged hotfix. A
 * number that is not there is NOT_FOUND, what the strategy does not have INVALID, what cannot be
 * done now CONFLICT with the reasons and what mends each.
 */
public final class PullRequests implements AutoCloseable {
  private final Journal journal;
  private final Outside outside;
  private final Branches branches;
  private final Opening opening;
  private final Merging merging;
  private final CheckRuns runs;
  private final Views views;
  private final Talk talk;
  private final Upkeep upkeep;
  private final Reviewers reviewers;

  /** The rooms that pull requests live in. */
  public record House(
      Identity identity,
      Applications applications,
      Pipelines pipelines,
      Rooms rooms,
      Source source,
      Changes changes) {}

  public PullRequests(Database database, House house, Outside outside, InstantSource clock) {
    this.outside = outside;
    this.journal =
        new Journal(
            database, house.identity(), house.applications(), house.rooms(), outside.url(), clock);
    this.talk = new Talk(journal);
    Source source = house.source();
    this.branches = new Branches(source, house.applications(), outside.moved());
    this.reviewers = new Reviewers(journal, house.identity(), branches);
    History history = new History(source);
    Merges merges = new Merges(source);
    this.opening = new Opening(journal, source, history);
    this.merging = new Merging(journal, source, history, merges);
    this.runs = new CheckRuns(house.pipelines(), house.changes(), merges);
    Looks looks = new Looks(history, merges);
    FactFinder finder =
        new FactFinder(
            journal, source, branches, house.applications(), house.pipelines(), house.changes());
    this.views = new Views(journal, source, history, looks, runs, finder);
    HotfixDelivery delivery =
        new HotfixDelivery(
            source, history, house.applications(), house.pipelines(), house.changes());
    this.upkeep =
        new Upkeep(
            new Following(journal, source, history, merging, runs),
            new Hotfixes(journal, source, history, merges, merging, delivery),
            looks,
            runs,
            branches,
            new Upkeep.Surroundings(journal, source, merges, outside));
  }

  /** Finishes what a dead control left half done, and keeps up from then on. */
  public void start() {
    upkeep.start();
  }

  /**
   * Follows the branches of a repository that moved; opens a pull request where the push asks for
   * one.
   *
   * @return lines for the person who pushed
   */
  public List<String> moved(String repository, Deliveries.@Nullable Push push) {
    upkeep.follow(repository, push == null ? Journal.PLATFORM : push.by().user());
    return push == null ? List.of() : new PushAnswer(this, journal).of(repository, push);
  }

  /**
   * A pull request to open.
   *
   * @param target null for the one that the strategy names
   * @param title null for one from the commits
   */
  public record Order(
      String repository,
      String source,
      @Nullable String target,
      @Nullable String title,
      @Nullable String text,
      boolean draft) {}

  /** Opens a pull request; its checks begin. */
  public PullRequestRow create(Order order, Principal by) {
    PullRequest made =
        opening.open(
            new Opening.Wanted(
                order.repository(),
                order.source(),
                order.target(),
                order.title(),
                Talk.limited(order.text() == null ? "" : order.text()),
                order.draft()),
            branches.policy(order.repository()),
            by);
    upkeep.check(made);
    return views.row(made, outside, by);
  }

  /** Newest first, at most so many. */
  public List<PullRequestRow> list(PullRequestFilter filter, int limit, Principal reader) {
    return journal
        .database()
        .withHandle(handle -> PullRequestRows.list(handle, filter, limit))
        .stream()
        .map(pull -> views.row(pull, outside, reader))
        .toList();
  }

  /** All of one but its files. */
  public PullRequestView show(String repository, int number, Principal reader) {
    return views.view(find(repository, number), outside, reader);
  }

  /**
   * What the strategy says against a pull request that stands elsewhere, as at GitHub, where
   * nothing comes back by itself; in English.
   *
   * @param head its newest commit, which must be here
   */
  public List<BranchView.Finding> elsewhere(
      String repository, String source, String target, String head) {
    return Elsewhere.against(branches, repository, source, target, head);
  }

  /** Its files, compared with the commit that it is made from; none once git has it no more. */
  public Diff diff(String repository, int number) {
    return views.diff(find(repository, number));
  }

  /** A draft asks to be merged from now on. */
  public void ready(String repository, int number, Principal by) {
    talk.ready(find(repository, number), by);
  }

  /**
   * Says something, on the whole, on a line or as a reply; gives its id.
   *
   * @param place its commit is the head that was looked at
   */
  public long comment(
      String repository,
      int number,
      String text,
      Comment.@Nullable Place place,
      @Nullable Long replyTo,
      Principal by) {
    return talk.comment(find(repository, number), text, place, replyTo, by);
  }

  /** Calls a thread done, by its first comment. */
  public void resolve(String repository, int number, long comment, Principal by) {
    talk.resolve(find(repository, number), comment, by);
  }

  /**
   * Gives a verdict on the head.
   *
   * @param seen the commit that was looked at, CONFLICT where the head is another by now; null to
   *     judge whatever the head is
   * @param allowsTestChanges that existing tests may be edited or deleted
   */
  public void review(
      String repository,
      int number,
      @Nullable String seen,
      Review.Verdict verdict,
      String text,
      boolean allowsTestChanges,
      Principal by) {
    PullRequest pull = requireOpen(find(repository, number), by).requireSeen(seen, by);
    talk.review(pull, verdict, text, allowsTestChanges, by);
  }

  /** Asks a person for a review; CONFLICT where they wrote it. */
  public void ask(String repository, int number, String reviewer, Principal by) {
    reviewers.ask(requireOpen(find(repository, number), by), reviewer, by);
  }

  /**
   * What waits for a person's review anywhere, the oldest first; whoever shows it checks the
   * rights.
   */
  public List<ReviewWanted> reviewsWanted(String user) {
    return reviewers.wantedOf(user);
  }

  /** The files that a person has looked at: by path, the content that they saw. */
  public Map<String, String> viewed(String repository, int number, Principal person) {
    return reviewers.viewed(find(repository, number), person.user());
  }

  /**
   * Remembers that a person has looked at a file.
   *
   * @param content what was to be seen, so that another content asks anew; null to forget it
   */
  public void view(
      String repository, int number, String path, @Nullable String content, Principal person) {
    reviewers.view(find(repository, number), person.user(), path, content);
  }

  /** Runs the failed and stopped checks of the head again, and those that never began. */
  public void check(String repository, int number, Principal by) {
    PullRequest pull = requireOpen(find(repository, number), by);
    runs.again(pull, by.user());
    upkeep.check(pull);
  }

  /**
   * How a merge ended.
   *
   * @param commit the target's new commit
   */
  public record Merged(int number, String target, String commit, boolean branchDeleted) {}

  /**
   * Merges it as the strategy says, and deletes its branch.
   *
   * @param seen as for a review
   * @param override of a release, why it may go although its commit was not delivered and tested;
   *     it is recorded. Null asks for none
   * @throws PlatformException CONFLICT with each reason and what mends it
   */
  public Merged merge(
      String repository,
      int number,
      @Nullable String seen,
      @Nullable String override,
      Principal by) {
    try {
      return upkeep.alone(
          repository,
          () -> {
            upkeep.follow(repository, by.user());
            PullRequest found = find(repository, number).requireSeen(seen, by);
            PullRequest pull = requireMergeable(found, override, by);
            String commit = merging.merge(pull, Views.how(pull, branches.policy(repository)), by);
            boolean deleted = pull.purpose() == Purpose.CHANGE || pull.purpose() == Purpose.RETURN;
            return new Merged(number, pull.target(), commit, deleted);
          });
    } finally {
      // Also after a failure: the target may have moved, and only the note of it be missing.
      outside.moved().accept(repository, by.user());
    }
  }

  private PullRequest requireMergeable(PullRequest found, @Nullable String override, Principal by) {
    PullRequest pull = found;
    if (override != null) {
      talk.waive(found, override, by);
      pull = find(found.repository(), found.number());
    }
    switch (pull.state()) {
      case PullRequestState.Draft _ ->
          throw PlatformException.conflict(
              by.reads(pull.name() + " is a draft", pull.name() + " 풀 리퀘스트는 아직 초안이에요")
                  + ": samdan pr ready "
                  + pull.number());
      case PullRequestState.Open _ -> {}
      case PullRequestState.Merging _, PullRequestState.Merged _, PullRequestState.Closed _ ->
          throw over(pull, by);
    }
    List<Check> standing = views.checks(pull, outside, by).stream().filter(Check::blocks).toList();
    if (!standing.isEmpty()) {
      throw PlatformException.conflict(Refusals.of(pull, standing, by.language()));
    }
    return pull;
  }

  /** Nobody wants it any more; the branch stays. */
  public void close(String repository, int number, Principal by) {
    PullRequest pull = requireOpen(find(repository, number), by);
    upkeep.<@Nullable Void>alone(
        repository,
        () -> {
          runs.stop(pull);
          talk.close(pull, by);
          return null;
        });
  }

  /** Opens a closed one again, at its branch's newest commit. */
  public void reopen(String repository, int number, Principal by) {
    upkeep.reopen(find(repository, number), by);
  }

  /** What a release would bring now; CONFLICT where there is no integration branch. */
  public ReleaseContents nextRelease(String repository, Principal reader) {
    BranchPolicy policy = branches.policy(repository);
    String head = upkeep.tip(repository, policy.integration(), reader);
    return views.nextRelease(repository, head, reader);
  }

  /**
   * Releases: opens the pull request from the integration branch into production where none is
   * open, and merges it. Where it cannot be merged it stays open, and CONFLICT says why.
   *
   * @param override why it may go although its commit was not delivered and tested; null asks for
   *     none
   */
  public Merged release(String repository, @Nullable String override, Principal by) {
    BranchPolicy policy = branches.policy(repository);
    int number =
        openFrom(repository, policy.integration())
            .map(PullRequest::number)
            .orElseGet(() ->
                create(new Order(repository, policy.integration(), null, null, null, false), by)
                    .number());
    return merge(repository, number, null, override, by);
  }

  /** Merged hotfixes, newest first; those that are not done yet are still shown as such. */
  public List<HotfixView> hotfixes(String repository, int limit) {
    return views.hotfixes(repository, limit);
  }

  /** Hotfixes of any repository that are not back in the integration branch yet, newest first. */
  public List<HotfixView> hotfixesUnderWay() {
    return journal.database().withHandle(HotfixRows::repositories).stream()
        .flatMap(repository -> views.hotfixes(repository, 50).stream())
        .filter(hotfix -> hotfix.step() != HotfixView.Step.DONE)
        .toList();
  }

  /** The branches as lanes. */
  public BranchGraph graph(String repository, Principal reader) {
    return upkeep.graph(repository, views, reader);
  }

  /** Events of all pull requests with a higher id, oldest first. */
  public List<PullRequestEvent> eventsAfter(long id, int limit) {
    UnaryOperator<String> names = journal.names();
    return journal.database().withHandle(handle -> Conversation.after(handle, id, limit, names));
  }

  /**
   * Calls back with a repository's name after something happened to a pull request of it, with an
   * empty one when anything may have; a wake only.
   */
  public AutoCloseable subscribe(Consumer<String> onChange) {
    return journal.database().listen(Journal.CHANNEL, onChange);
  }

  /** Forgets all of a repository; when it is deleted. */
  public void forget(String repository) {
    journal.database().useTransaction(handle -> PullRequestRows.forget(handle, repository));
  }

  Optional<PullRequest> openFrom(String repository, String source) {
    return journal
        .database()
        .withHandle(handle -> PullRequestRows.openFrom(handle, repository, source));
  }

  private PullRequest find(String repository, int number) {
    return journal
        .database()
        .withHandle(handle -> PullRequestRows.find(handle, repository, number))
        .orElseThrow(() ->
            PlatformException.notFound(
                repository + " has no pull request #" + number + ": samdan pr list shows them"));
  }

  private static PullRequest requireOpen(PullRequest pull, Principal by) {
    if (!pull.state().isOpen()) {
      throw over(pull, by);
    }
    return pull;
  }

  private static PlatformException over(PullRequest pull, Principal by) {
    return PlatformException.conflict(
        by.reads(
            pull.name() + " is " + pull.state().text() + " already",
            pull.name() + " 풀 리퀘스트는 이미 " + pull.state().text() + " 상태예요"));
  }

  /** What runs goes on; the next start takes it up. */
  @Override
  public void close() {
    upkeep.close();
  }
}
