package dev.samdan.source;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.rooms.Post;
import dev.samdan.rooms.Rooms;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repositories that follow one elsewhere. Each is asked at its interval, and at once when somebody
 * knows of a change; what moved there is fetched, held against the branch strategy, told, and then
 * delivered as a push would be.
 */
public final class Mirrors implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);
  private static final Duration END = Duration.ofSeconds(5);
  private static final int AT_ONCE = 2;
  private static final int DUE = 50;

  /** Failures in a row before the room hears of it; a passing one is nobody's concern. */
  private static final int TOLD_AFTER = 3;

  /**
   * What other rooms do.
   *
   * @param moved hears what moved before it is delivered; may hear it again after a crash
   * @param further refs of a repository to fetch beside branches and tags
   * @param token of the moment, which goes before the one that is kept
   */
  public record Outside(
      Consumer<Mirrored> moved,
      Function<String, List<String>> further,
      Function<Remote, Optional<String>> token) {
    private static final Outside NOBODY =
        new Outside(_ -> {}, _ -> List.of(), _ -> Optional.empty());
  }

  private final Source source;
  private final Deliveries deliveries;
  private final Rooms rooms;
  private final RemoteRows rows;
  private final RemoteCredentials credentials;
  private final Mirror mirror;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Map<String, Thread> asking = new ConcurrentHashMap<>();
  private final Semaphore permits = new Semaphore(AT_ONCE);
  private final Semaphore wake = new Semaphore(0);
  private volatile Outside outside = Outside.NOBODY;
  private volatile boolean closed;
  private @Nullable Thread thread;

  public Mirrors(
      Database database,
      Source source,
      Deliveries deliveries,
      RemoteCredentials credentials,
      Rooms rooms) {
    this.source = source;
    this.deliveries = deliveries;
    this.rooms = rooms;
    this.rows = new RemoteRows(database);
    this.credentials = credentials;
    this.mirror = new Mirror(source, source.remoteGit());
  }

  /** Begins to ask the remotes. */
  public void start(Outside to) {
    outside = to;
    thread = Thread.ofVirtual().name("mirrors").start(this::run);
  }

  /**
   * Follows a repository elsewhere from now on: its first fetch begins at once, in the background.
   *
   * <p>A credential that the order does not give stays, where the server is the same.
   *
   * @param passing a token of the moment, which is not kept; null where there is none
   * @throws PlatformException INVALID where the address or a credential is none, or the remote
   *     refuses; CONFLICT where another application follows with this repository
   */
  public Remote connect(RemoteOrder order, @Nullable String passing, String by) {
    RemoteUrl url = RemoteUrl.parse(order.url());
    Optional<Remote> before = rows.find(order.repository());
    if (before.isPresent() && !before.get().application().equals(order.application())) {
      throw PlatformException.conflict(
          order.repository() + " belongs to the application " + before.get().application());
    }
    boolean keep = before.isPresent() && url.sameServer(RemoteUrl.parse(before.get().url()));
    Credential credential =
        passing != null
            ? new Credential.Token(url.user(), passing)
            : credentials.offered(order, url, keep);
    try {
      source.remoteGit().ask(url, credential, List.of());
    } catch (PlatformException e) {
      throw PlatformException.invalid(url.text() + " cannot be read: " + e.text());
    }
    source.createRepository(order.repository());
    credentials.keep(order, keep, by);
    rows.put(order.repository(), order.application(), url.text(), order.pollSeconds());
    source.follow(order.repository(), url.text());
    wake.release();
    return show(order.repository());
  }

  /** Follows no longer; what was fetched stays, and is pushed to from now on. */
  public void disconnect(String repository) {
    Remote remote = show(repository);
    ReentrantLock lock = lock(repository);
    lock.lock();
    try {
      boolean _ = rows.delete(repository);
      credentials.forget(remote.application(), repository);
      if (source.exists(repository)) {
        source.follow(repository, null);
      }
    } finally {
      lock.unlock();
    }
  }

  public Optional<Remote> find(String repository) {
    return rows.find(repository);
  }

  /** NOT_FOUND where it follows nothing. */
  public Remote show(String repository) {
    return find(repository)
        .orElseThrow(() ->
            PlatformException.notFound(
                repository
                    + " follows no other repository: 'samdan app connect "
                    + repository
                    + " URL' makes it"));
  }

  /** What an application follows. */
  public List<Remote> of(String application) {
    return rows.of(application);
  }

  /** The token that opens a remote, for its own API too. */
  public Optional<String> token(Remote remote) {
    return credentials.token(remote.application(), remote.repository());
  }

  /**
   * Asks now, and waits until what moved is here and its delivery has begun.
   *
   * @param by who moved it; null where that is not known
   * @throws PlatformException where it cannot be asked or fetched; it is asked again by itself
   */
  public void sync(String repository, @Nullable String by) {
    ReentrantLock lock = lock(repository);
    lock.lock();
    try {
      Remote remote = show(repository);
      RemoteUrl url = RemoteUrl.parse(remote.url());
      String mover = by == null ? url.host().isEmpty() ? "remote" : url.host() : by;
      try {
        if (update(remote, url, mover)) {
          deliveries.moved(repository, mover);
        }
      } catch (RuntimeException e) {
        if (!closed) {
          failed(remote, e);
        }
        throw e;
      }
      answered(remote);
    } finally {
      lock.unlock();
    }
  }

  private boolean update(Remote remote, RemoteUrl url, String by) {
    Mirror.Order order =
        new Mirror.Order(
            remote,
            url,
            outside
                .token()
                .apply(remote)
                .<Credential>map(token -> new Credential.Token(url.user(), token))
                .orElseGet(() -> credentials.of(remote.application(), remote.repository(), url)),
            outside.further().apply(remote.repository()),
            deliveries.strategy(remote.repository()),
            by,
            remote.syncedAt() == null);
    permit();
    try {
      return mirror.update(order, this::tell);
    } finally {
      permits.release();
    }
  }

  private void permit() {
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("it was interrupted while others were fetched");
    }
  }

  /** Told before it happens: after a crash between the two it is told once more. */
  private void tell(Mirrored mirrored) {
    outside.moved().accept(mirrored);
    MirrorMessages.wrong(mirrored)
        .ifPresent(said -> say(mirrored.application(), said.english(), said.korean()));
  }

  private void answered(Remote remote) {
    Instant now = Instant.now();
    Duration pause = Duration.ofSeconds(remote.pollSeconds());
    if (rows.answered(remote.repository(), now, now.plus(jittered(pause)))) {
      MirrorMessages.Said said = MirrorMessages.back(remote, now);
      say(remote.application(), said.english(), said.korean());
    }
  }

  private void failed(Remote remote, RuntimeException problem) {
    String error = problem instanceof PlatformException e ? e.text() : problem.toString();
    Instant now = Instant.now();
    int failures = rows.failed(remote.repository(), error, now);
    LOG.warn("{} could not be followed: {}", remote.url(), error);
    rows.askAgain(remote.repository(), now.plus(jittered(pause(failures))));
    if (failures >= TOLD_AFTER && rows.tell(remote.repository())) {
      MirrorMessages.Said said = MirrorMessages.lost(remote, error);
      say(remote.application(), said.english(), said.korean());
    }
  }

  /** After 5, 10, 20... seconds, at most a quarter of an hour. */
  private static Duration pause(int failures) {
    Duration pause = Duration.ofSeconds(5).multipliedBy(1L << Math.min(failures - 1, 10));
    return failures < 1 || pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  /** A tenth more or less, so that many repositories do not ask a server in step. */
  private static Duration jittered(Duration pause) {
    return Duration.ofMillis(
        (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.9, 1.1)));
  }

  private void say(String application, String english, String korean) {
    String room = rooms.roomOf(application, null, null);
    long _ = rooms.post(Post.note(room, application, english, korean));
  }

  private void run() {
    while (!closed) {
      try {
        rows.due(Instant.now(), DUE).forEach(this::askInBackground);
      } catch (RuntimeException e) {
        LOG.warn("the remotes rest: {}", e.getMessage());
      }
      await();
    }
  }

  private void askInBackground(Remote remote) {
    asking.computeIfAbsent(
        remote.repository(),
        repository ->
            Thread.ofVirtual().name("mirror-" + repository).start(() -> askQuietly(repository)));
  }

  private void askQuietly(String repository) {
    try {
      sync(repository, null);
    } catch (RuntimeException e) {
      LOG.debug("{} is asked again later", repository, e);
    } finally {
      asking.remove(repository);
    }
  }

  private ReentrantLock lock(String repository) {
    return locks.computeIfAbsent(repository, _ -> new ReentrantLock());
  }

  private void await() {
    try {
      if (wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        wake.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends what asks and fetches; the next control begins it anew. */
  @Override
  public void close() {
    closed = true;
    wake.release();
    Instant end = Instant.now().plus(END);
    List<Thread> all = new ArrayList<>(asking.values());
    all.forEach(Thread::interrupt);
    if (thread != null) {
      all.add(thread);
    }
    try {
      for (Thread one : all) {
        boolean _ = one.join(Duration.between(Instant.now(), end));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
