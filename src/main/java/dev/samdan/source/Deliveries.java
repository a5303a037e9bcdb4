package dev.samdan.source;

import dev.samdan.application.Applications;
import dev.samdan.base.Problem;
import dev.samdan.database.Database;
import dev.samdan.identity.Principal;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.source.RefTriggers.RefTrigger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Constants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the pipelines that a change of a branch calls for. A move is recorded first, then handled;
 * what a dead control left unrecorded or unhandled is found by {@link #start()}, and what it had
 * started is not started again.
 */
public final class Deliveries implements AutoCloseable, GitRoutes.Pushes {
  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
  private static final String PLATFORM = "samdan";

  /**
   * What other rooms know and do.
   *
   * @param baseExists whether the base image of this application is built, or being built, for this
   *     commit
   * @param invalidFile told of an invalid samdan.yml where no pipeline can show it
   * @param page address of the page where an application's executions are followed
   * @param fileCheck what the person who pushes is told of the files of the commit
   * @param mayMerge whether this person may bring commits to the production branch of this
   *     application
   */
  public record Outside(
      BiPredicate<String, String> baseExists,
      Consumer<InvalidFile> invalidFile,
      Function<String, String> page,
      FileCheck fileCheck,
      BiPredicate<String, String> mayMerge) {}

  /**
   * A push.
   *
   * @param branches that moved
   * @param options given with {@code git push -o}
   */
  public record Push(Principal by, Set<String> branches, List<String> options) {
    public Push {
      branches = Set.copyOf(branches);
      options = List.copyOf(options);
    }
  }

  /** Told after the moves of a repository's branches were handled; a move may be told twice. */
  @FunctionalInterface
  public interface Follower {
    /**
     * Brings what it keeps up with the branches.
     *
     * @param push null where nobody waits for an answer
     * @return lines for the person who pushed
     */
    List<String> moved(String repository, @Nullable Push push);
  }

  /** Checks the files of a commit against each other; nothing it finds stops a delivery. */
  @FunctionalInterface
  public interface FileCheck {
    /**
     * What was found, each with its file and line.
     *
     * @param file a file's content by its path
     * @param language in which the findings are written, {@code ko} or {@code en}
     */
    List<Problem> check(
        Function<String, Optional<byte[]>> file,
        Collection<String> paths,
        @Nullable String language);
  }

  /**
   * An invalid samdan.yml that was pushed where no pipeline exists; {@code errors} is a line each.
   */
  public record InvalidFile(
      String application, String branch, Commit commit, String by, String errors) {}

  private final Source source;
  private final Applications applications;
  private final RefTriggers triggers;
  private final Delivery delivery;
  private final Outside outside;
  private final CommitChecks checks;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Set<String> retried = ConcurrentHashMap.newKeySet();
  private volatile Follower follower = (repository, push) -> List.of();
  private final ScheduledExecutorService again =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("deliveries").factory());

  public Deliveries(
      Database database,
      Source source,
      Applications applications,
      Pipelines pipelines,
      Outside outside) {
    this.source = source;
    this.applications = applications;
    this.triggers = new RefTriggers(database);
    this.delivery = new Delivery(source, triggers, applications, pipelines, outside);
    this.outside = outside;
    this.checks = new CommitChecks(source, outside.fileCheck());
  }

  /** Names who else follows the branches; before {@link #start()}. */
  public void follow(Follower other) {
    follower = other;
  }

  /**
   * Clears away what a dead control left half done, and finds the branches that moved while nobody
   * looked.
   */
  public void start() {
    source.sweep();
    source.repositories().forEach(this::catchUp);
  }

  /**
   * Records and handles whatever moved in this repository, such as after an import; by the platform
   * itself.
   */
  public void catchUp(String repository) {
    moved(repository, PLATFORM);
  }

  /** Records and handles what somebody moved here otherwise than by a push, such as by a merge. */
  public void moved(String repository, String by) {
    try {
      handleMoves(repository, by);
      List<String> _ = follower.moved(repository, null);
    } catch (RuntimeException e) {
      LOG.warn("the changes of {} are handled again in a moment: {}", repository, e.toString());
      tryAgain(repository, 1);
    }
  }

  /** Records and handles a push. */
  @Override
  public List<String> received(
      String repository, Principal by, Collection<String> refs, List<String> options) {
    Set<String> branches =
        refs.stream()
            .filter(r -> r.startsWith(Constants.R_HEADS))
            .map(r -> r.substring(Constants.R_HEADS.length()))
            .collect(Collectors.toSet());
    PushMessages messages = new PushMessages(by.language(), outside.page());
    try {
      List<String> lines = new ArrayList<>();
      List<Delivered> all = handleMoves(repository, by.user());
      lines.addAll(followed(repository, new Push(by, branches, options), messages));
      for (Delivered delivered : all) {
        if (branches.contains(delivered.branch())) {
          lines.addAll(messages.of(delivered));
          lines.addAll(messages.of(checks.of(repository, delivered, by.language())));
        }
      }
      return lines;
    } catch (RuntimeException e) {
      LOG.warn(
          "the push to {} is kept and handled again in a moment: {}", repository, e.toString());
      tryAgain(repository, 1);
      return List.of(messages.later());
    }
  }

  /** The push was handled: what follows it is told apart, and made up for in a moment. */
  private List<String> followed(String repository, Push push, PushMessages messages) {
    try {
      return follower.moved(repository, push);
    } catch (RuntimeException e) {
      LOG.warn("what follows the push to {} is done in a moment: {}", repository, e.toString());
      tryAgain(repository, 1);
      return messages.followedLater(!push.options().isEmpty());
    }
  }

  @Override
  public List<String> applications(String repository) {
    return Strategy.owners(applications, repository);
  }

  @Override
  public Strategy strategy(String repository) {
    return Strategy.of(applications, repository);
  }

  /** Forgets where the branches of a repository were seen; when it is deleted. */
  public void forget(String repository) {
    triggers.forget(repository);
  }

  private List<Delivered> handleMoves(String repository, String by) {
    ReentrantLock lock = locks.computeIfAbsent(repository, r -> new ReentrantLock());
    lock.lock();
    try {
      if (!source.exists(repository)) {
        return List.of();
      }
      triggers.record(repository, source.tips(repository), by);
      return handle(triggers.open(repository));
    } finally {
      lock.unlock();
    }
  }

  /** A branch whose move cannot be handled holds up no other; it fails at the end. */
  private List<Delivered> handle(List<RefTrigger> open) {
    List<Delivered> delivered = new ArrayList<>();
    RuntimeException failure = null;
    for (RefTrigger trigger : open) {
      try {
        delivered.addAll(delivery.handle(trigger));
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return delivered;
  }

  /**
   * After 1, 2, 4... at most 60 seconds, until it works; nothing more where that is on its way for
   * this repository.
   */
  private void tryAgain(String repository, int seconds) {
    if (!retried.add(repository)) {
      return;
    }
    Runnable attempt =
        () -> {
          // From here on a push that fails has a try of its own: this one may have seen too little.
          retried.remove(repository);
          try {
            handleMoves(repository, PLATFORM);
            List<String> _ = follower.moved(repository, null);
          } catch (RuntimeException e) {
            LOG.warn("the changes of {} are still not handled: {}", repository, e.toString());
            tryAgain(repository, Math.min(60, seconds * 2));
          }
        };
    try {
      again.schedule(attempt, seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("control goes down; the next one finds what moved in {}", repository);
    }
  }

  @Override
  public void close() {
    again.shutdownNow();
  }
}
