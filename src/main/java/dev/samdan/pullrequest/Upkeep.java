package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import dev.samdan.pullrequest.PullRequestEvent.Kind;
import dev.samdan.source.BranchView;
import dev.samdan.source.Branches;
import dev.samdan.source.History;
import dev.samdan.source.Merges;
import dev.samdan.source.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps pull requests and hotfixes up with their repositories, one at a time for each. */
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final long TICK_MILLIS = 1_000;

  private final Following following;
  private final Hotfixes hotfixes;
  private final Looks looks;
  private final CheckRuns runs;
  private final Branches branches;
  private final Surroundings around;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("pull requests").factory());

  /** What it works on. */
  record Surroundings(Journal journal, Source source, Merges merges, Outside outside) {}

  Upkeep(
      Following following,
      Hotfixes hotfixes,
      Looks looks,
      CheckRuns runs,
      Branches branches,
      Surroundings around) {
    this.following = following;
    this.hotfixes = hotfixes;
    this.looks = looks;
    this.runs = runs;
    this.branches = branches;
    this.around = around;
  }

  void start() {
    around.source().repositories().forEach(this::catchUp);
    var _ =
        worker.scheduleWithFixedDelay(
            this::advance, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** One repository's trouble, such as damage on the disk, keeps control from nothing else. */
  private void catchUp(String repository) {
    try {
      follow(repository, Journal.PLATFORM);
      alone(
          repository,
          () -> {
            following.tidy(repository);
            return true;
          });
      around
          .journal()
          .database()
          .withHandle(handle -> PullRequestRows.open(handle, repository))
          .forEach(this::check);
    } catch (RuntimeException e) {
      LOG.warn("the pull requests of {} are as they were: {}", repository, e.toString());
    }
  }

  /** Nothing else changes the pull requests of the repository meanwhile. */
  <T extends @Nullable Object> T alone(String repository, Supplier<T> work) {
    ReentrantLock lock = locks.computeIfAbsent(repository, r -> new ReentrantLock());
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  void follow(String repository, String by) {
    if (!around.source().exists(repository)) {
      return;
    }
    List<PullRequest> moved = alone(repository, () -> following.follow(repository, by));
    for (PullRequest pull : moved) {
      around.outside().checked().accept(pull.repository(), pull.head());
      around
          .journal()
          .database()
          .withHandle(handle -> PullRequestRows.find(handle, repository, pull.number()))
          .ifPresent(this::check);
    }
  }

  /** Keeps the head, and starts what checks it, in a moment: nobody who pushes waits for it. */
  void check(PullRequest pull) {
    try {
      worker.execute(() -> {
        try {
          around.merges().keep(pull.repository(), "pull/" + pull.number(), pull.head());
          boolean keepsTests =
              branches
                  .policy(pull.repository())
                  .kind(pull.kind())
                  .map(BranchPolicy.Kind::keepsTests)
                  .orElse(false);
          runs.start(pull, looks.at(pull.repository(), pull.base(), pull.head()), keepsTests);
        } catch (RuntimeException e) {
          LOG.warn("the checks of {} could not be started", pull.name(), e);
        }
      });
    } catch (RejectedExecutionException e) {
      LOG.debug("control goes down; the next one starts the checks of {}", pull.name());
    }
  }

  /** Takes the hotfixes that are on their way a step further. */
  private void advance() {
    try {
      for (String repository : around.journal().database().withHandle(HotfixRows::repositories)) {
        // What is merged in a repository that follows another, is merged there.
        if (around.source().exists(repository) && around.source().follows(repository).isEmpty()) {
          advance(repository);
        }
      }
    } catch (RuntimeException e) {
      LOG.warn("the hotfixes rest: {}", e.toString());
    }
  }

  private void advance(String repository) {
    boolean moved;
    try {
      moved =
          alone(repository, () -> hotfixes.advance(repository, branches.policy(repository), looks));
    } catch (RuntimeException e) {
      LOG.warn("the hotfixes of {} rest: {}", repository, e.toString());
      moved = true; // Perhaps: what failed may have been the note of it.
    }
    if (moved) {
      around.outside().moved().accept(repository, Journal.PLATFORM);
    }
  }

  /** CONFLICT where its branch is gone, it is not closed, or another one is open. */
  void reopen(PullRequest pull, Principal by) {
    alone(
        pull.repository(),
        () -> {
          String head = tip(pull.repository(), pull.source(), by);
          boolean reopened =
              around
                  .journal()
                  .database()
                  .inTransaction(handle -> {
                    boolean another =
                        PullRequestRows.openFrom(handle, pull.repository(), pull.source())
                            .isPresent();
                    if (another
                        || !PullRequestRows.reopened(handle, pull, head, around.journal().now())) {
                      return false;
                    }
                    around.journal().event(handle, pull, Kind.REOPENED, by.user(), Map.of());
                    return true;
                  });
          if (!reopened) {
            throw PlatformException.conflict(
                by.reads(
                    pull.name() + " is not closed, or another one is open for " + pull.source(),
                    pull.name()
                        + " 풀 리퀘스트가 닫혀 있지 않거나 "
                        + pull.source()
                        + " 브랜치의 다른 풀 리퀘스트가 열려 있어요"));
          }
          return true;
        });
    follow(pull.repository(), by.user());
    around
        .journal()
        .database()
        .withHandle(handle -> PullRequestRows.find(handle, pull.repository(), pull.number()))
        .ifPresent(this::check);
  }

  String tip(String repository, String branch, Principal by) {
    String tip = around.source().tips(repository).get(branch);
    if (tip == null) {
      throw PlatformException.conflict(
          by.reads(
                  repository + " has no branch " + branch,
                  repository + " 저장소에 " + branch + " 브랜치가 없어요")
              + ": git push -u origin "
              + branch);
    }
    return tip;
  }

  BranchGraph graph(String repository, Views views, Principal reader) {
    BranchPolicy policy = branches.policy(repository);
    History history = new History(around.source());
    List<BranchView> all = branches.list(repository, reader);
    Map<String, List<String>> tags = new HashMap<>();
    history
        .tags(repository)
        .forEach((tag, commit) -> tags.computeIfAbsent(commit, c -> new ArrayList<>()).add(tag));
    Map<String, List<String>> arriving = new HashMap<>();
    for (HotfixView hotfix : views.hotfixes(repository, 50)) {
      if (hotfix.step() == HotfixView.Step.DELIVERING) {
        arriving
            .computeIfAbsent(hotfix.mergeCommit(), c -> new ArrayList<>())
            .add(hotfix.version());
      }
    }
    Map<String, List<String>> live = new HashMap<>();
    for (String application : around.journal().applications(repository)) {
      for (Outside.LiveMark mark : around.outside().live().apply(application)) {
        live.computeIfAbsent(mark.commit(), c -> new ArrayList<>()).add(mark.environment());
      }
    }
    Map<String, PullRequestRow> pulls = new HashMap<>();
    Map<String, Integer> merged = new HashMap<>();
    for (PullRequest pull :
        around.journal().database().withHandle(h -> PullRequestRows.open(h, repository))) {
      pulls.put(pull.source(), views.row(pull, around.outside(), reader));
    }
    for (PullRequest pull :
        around.journal().database().withHandle(h -> PullRequestRows.merged(h, repository, 500))) {
      if (pull.state() instanceof PullRequestState.Merged end) {
        merged.put(end.commit(), pull.number());
      }
    }
    return new Graphs(history, new Graphs.Marks(tags, arriving, live, pulls, merged))
        .of(repository, policy.production(), policy.integration(), all);
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
