package dev.samdan.build;

import dev.samdan.application.BuildDeclaration;
import dev.samdan.base.Folders;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.engine.Engine;
import dev.samdan.isolation.Isolation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The builds of this home: rows in the store, and for each a folder {@code HOME/builds/<uuid>} with
 * its log; what a build needs while it runs stands in {@code work} beside it and goes with its end.
 */
public final class Builds implements AutoCloseable {
  private static final int KEPT_PER_PROJECT = 30;
  private static final int OPEN_LOGS = 64;
  private static final long LARGEST_HOME = 10L << 30;
  private static final Logger LOG = LoggerFactory.getLogger(Builds.class);

  private final BuildStore store;
  private final ReportRows reports;
  private final Isolation isolation;
  private final Engine engine;
  private final Path folder;
  private final InstantSource clock;
  private final Semaphore places =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);
  private final Map<String, RunningBuild> running = new ConcurrentHashMap<>();
  private final Map<String, Set<Runnable>> listeners = new ConcurrentHashMap<>();
  private final Map<String, LogFile> logs =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, LogFile> eldest) {
          return size() > OPEN_LOGS;
        }
      };

  /**
   * @param engine runs the builds whose declaration names an image
   */
  public Builds(Database database, Isolation isolation, Engine engine, InstantSource clock) {
    this.store = new BuildStore(database);
    this.reports = new ReportRows(database);
    this.isolation = isolation;
    this.engine = engine;
    this.folder = isolation.home().resolve("builds");
    this.clock = clock;
  }

  /** Ends what an earlier control left running and makes room; call once before any build runs. */
  public void start() {
    endProcesses(isolation.home(), engine);
    store.endLeft(clock.instant(), "control ended while it ran");
    prune();
  }

  /**
   * Ends every process and container of a home's builds, without its store; their work folders go
   * with them. What cannot be ended or deleted is logged: it keeps no control from starting.
   */
  public static void endProcesses(Path home, Engine engine) {
    Path builds = home.resolve("builds");
    ContainerProcess.endLeft(engine);
    if (!Files.isDirectory(builds)) {
      return;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(builds)) {
      for (Path build : folders) {
        Path work = build.resolve("work");
        if (Files.isDirectory(work)) {
          clear(work, String.valueOf(build.getFileName()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void clear(Path work, String uuid) {
    try {
      HostProcess.endLeft(work, uuid);
      Strays.endUuid(uuid);
    } catch (PlatformException | UncheckedIOException e) {
      LOG.warn("what the build of {} left running could not be ended", work, e);
      return;
    }
    delete(work);
  }

  /**
   * Deletes a folder of builds. One that stays, such as one with files of root that a container
   * wrote, is logged: it costs room on the disk, and no build is the worse for it.
   */
  static void delete(Path folder) {
    try {
      Folders.delete(folder);
    } catch (PlatformException e) {
      LOG.warn("{}; delete it by hand", e.text());
    }
  }

  /** Writes the row of a build that is about to run. */
  public RunningBuild prepare(BuildOrder order) {
    String id = order.project().name() + ":" + UUID.randomUUID();
    Path own = folderOf(id);
    try {
      Files.createDirectories(own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long number = store.insert(id, order, clock.instant());
    String application = order.project().application();
    RunningBuild.Place place =
        new RunningBuild.Place(id, number, own, keptHome(order), isolation.ofBuilds(application));
    RunningBuild build = new RunningBuild(this, order, place, clock);
    running.put(id, build);
    return build;
  }

  /** Deletes what the builds of an application kept for the next ones; none of them may run. */
  public void forget(String application) {
    for (String kept : List.of("homes", "container-homes", "caches")) {
      Folders.delete(folder.resolve(kept).resolve(application));
    }
    isolation.forgetBuilds(application);
  }

  public Optional<Build> build(String id) {
    return store.find(id);
  }

  /** The builds of one action of an execution, one for each attempt, oldest first. */
  public List<Build> ofAction(UUID actionExecution) {
    return store.ofAction(actionExecution);
  }

  /** The newest builds first; an empty application means all. */
  public List<Build> newest(String application, int limit) {
    return store.newest(application, limit);
  }

  /** The test reports of a build, empty for an unknown one. */
  public List<Report> reports(String id) {
    return reports.reports(id);
  }

  /**
   * For each test of the build that failed, by {@link ReportCase#fullName()}, the commit whose
   * build it failed in first since it last passed, as far as the project's builds are kept.
   */
  public Map<String, String> failingSince(String id) {
    return reports.failingSince(id);
  }

  /**
   * Lines of the log from this number (from 1) on, at most so many; NOT_FOUND for an unknown build.
   */
  public LogLines log(String id, long from, int limit) {
    long first = Math.max(1, from);
    // Asked before reading: what a build wrote before its end is then all there.
    boolean ended = !running.containsKey(id);
    if (ended && store.find(id).isEmpty()) {
      throw PlatformException.notFound("there is no build " + id);
    }
    LogFile file;
    synchronized (logs) {
      file = logs.computeIfAbsent(id, i -> new LogFile(folderOf(i).resolve("log")));
    }
    try {
      List<String> lines = file.lines(first, limit);
      return new LogLines(first, lines, first + lines.size(), ended && lines.size() < limit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, but waits for the line to be there, the build's end or the time to pass. */
  public LogLines awaitLog(String id, long from, int limit, Duration wait)
      throws InterruptedException {
    Semaphore grown = new Semaphore(0);
    long end = System.nanoTime() + wait.toNanos();
    Runnable listener = grown::release;
    listen(id, listener);
    try {
      LogLines found = log(id, from, limit);
      while (found.lines().isEmpty() && !found.complete()) {
        if (!grown.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          break;
        }
        grown.drainPermits();
        found = log(id, from, limit);
      }
      return found;
    } finally {
      unlisten(id, listener);
    }
  }

  /**
   * Calls the listener, which must not block, whenever the log has grown or the build has ended;
   * close to stop.
   */
  public AutoCloseable onLog(String id, Runnable listener) {
    listen(id, listener);
    return () -> unlisten(id, listener);
  }

  /**
   * Ends the builds that run; the next control finds their rows ended, and runs for their actions
   * again.
   */
  @Override
  public void close() {
    running.values().forEach(RunningBuild::interrupt);
  }

  /** As many builds run at once as the machine has processors, and at least two. */
  Semaphore places() {
    return places;
  }

  /** Where an order's build runs and within which bounds. */
  BuildTerms terms(BuildOrder order) {
    BuildDeclaration build = order.build();
    int memory = build.memoryMiB() == 0 ? BuildLimits.usualMemoryMiB() : build.memoryMiB();
    String image = build.image();
    return new BuildTerms(
        new BuildLimits(build.cpus(), memory, Duration.ofMinutes(build.timeoutMinutes())),
        image == null
            ? new Workplace.Machine(order.tools())
            : new Workplace.Container(engine, image),
        new CacheFolder(folder.resolve("caches").resolve(order.project().application()), clock));
  }

  void phases(String id, List<BuildPhase> phases) {
    store.phases(id, phases);
  }

  void grown(String id) {
    listeners.getOrDefault(id, Set.of()).forEach(Runnable::run);
  }

  void ended(String id, BuildResult result) {
    RunningBuild build;
    try {
      store.end(id, result, clock.instant());
    } finally {
      build = running.remove(id);
      grown(id);
    }
    try {
      if (build != null) {
        emptyLarge(build.home());
      }
      prune();
    } catch (RuntimeException e) {
      LOG.warn("what earlier builds left cannot be cleared away", e);
    }
  }

  /** A HOME that grew too large is emptied as soon as no build uses it. */
  private void emptyLarge(Path home) {
    if (running.values().stream().noneMatch(b -> b.home().equals(home))
        && CacheFolder.isLargerThan(home, LARGEST_HOME)) {
      LOG.info("{} holds more than {} GB and is emptied", home, LARGEST_HOME >> 30);
      delete(home);
    }
  }

  private void prune() {
    for (String id : store.prune(KEPT_PER_PROJECT)) {
      delete(folderOf(id));
    }
  }

  private void listen(String id, Runnable listener) {
    listeners.computeIfAbsent(id, i -> new CopyOnWriteArraySet<>()).add(listener);
  }

  private void unlisten(String id, Runnable listener) {
    listeners.computeIfPresent(
        id,
        (i, all) -> {
          all.remove(listener);
          return all.isEmpty() ? null : all;
        });
  }

  /** In a container another user fills it. */
  private Path keptHome(BuildOrder order) {
    String kind = order.build().image() == null ? "homes" : "container-homes";
    return folder.resolve(kind).resolve(order.project().application());
  }

  private Path folderOf(String id) {
    return folder.resolve(id.substring(id.indexOf(':') + 1));
  }
}
