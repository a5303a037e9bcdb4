package dev.samdan.database;

import dev.samdan.base.PlatformException;
import dev.samdan.base.ProcessId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded PostgreSQL of one home: its binaries, its data and its log in HOME/postgres. The
 * postmaster lives in a session of its own and outlives whoever started it.
 */
public final class PostgresEngine {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresEngine.class);
  private static final String HOST = "127.0.0.1";
  private static final Duration SHUTDOWN = Duration.ofMinutes(1);
  // What a postmaster that was just killed leaves behind ends by itself within seconds.
  private static final Duration REMAINS = Duration.ofSeconds(15);
  private static final String REMAINS_IN_THE_WAY = "pre-existing shared memory block";
  private static final Duration RECOVERY = Duration.ofMinutes(5);

  private final Path folder;
  private final Cluster cluster;
  private final Postmaster postmaster;

  public PostgresEngine(Path home) {
    this.folder = home.resolve("postgres").toAbsolutePath().normalize();
    this.cluster = new Cluster(folder);
    this.postmaster = new Postmaster(cluster.data(), folder.resolve("log"));
  }

  /** A live engine. Its text never shows the password. */
  public record Running(
      String host, int port, String superuser, String password, ProcessId process) {
    @Override
    public String toString() {
      return superuser + "@" + host + ":" + port + " (process " + process.pid() + ")";
    }
  }

  /**
   * Starts the engine, or adopts the one that lives; idempotent. Takes a moment only where it
   * lives. UNAVAILABLE with the remedy where the folder, the disk, the port or the kernel forbids
   * it.
   */
  public synchronized Running startOrAdopt() {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (FileChannel lock = lock()) {
        postmaster.trimLog();
        Optional<Running> adopted = adopt();
        return adopted.isPresent() ? adopted.get() : createAndStart();
      }
    } catch (IOException e) {
      throw Failures.of("PostgreSQL could not be started", folder, e);
    }
  }

  /** Shuts down without waiting for clients, and waits until the last process is gone. */
  public synchronized void stop() {
    Optional<ProcessId> living = postmaster.process();
    if (living.isEmpty()) {
      return;
    }
    postmaster.signal(living.get(), "INT");
    if (!await(() -> !living.get().isAlive(), SHUTDOWN)) {
      postmaster.signal(living.get(), "QUIT");
    }
    if (!await(() -> !living.get().isAlive() && postmaster.others().isEmpty(), REMAINS)) {
      throw PlatformException.unavailable(
          "PostgreSQL (process " + living.get().pid() + ") does not end; see " + postmaster.log());
    }
  }

  /** The live postmaster. Whoever watches over it by asking also keeps its log bounded. */
  public Optional<ProcessId> process() {
    try {
      postmaster.trimLog();
    } catch (IOException e) {
      LOG.warn("the log of PostgreSQL cannot be bounded: {}", e.getMessage());
    }
    return postmaster.process();
  }

  /** Empty where none lives, or where the one that lives was about to end. */
  private Optional<Running> adopt() {
    Optional<ProcessId> living = postmaster.process();
    try {
      return living.map(this::awaitReady);
    } catch (PlatformException e) {
      if (living.filter(ProcessId::isAlive).isPresent()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private Running createAndStart() throws IOException {
    PostgresBinaries binaries = PostgresBinaries.in(folder);
    PostgresUser user = PostgresUser.choose(folder);
    cluster.createWhereMissing(binaries, user);
    awaitRemainsGone();
    refuseTakenPort();
    return start(binaries, user);
  }

  /**
   * What a killed postmaster left may hold its memory for a moment longer, so such a start is tried
   * again.
   */
  private Running start(PostgresBinaries binaries, PostgresUser user) throws IOException {
    Instant end = Instant.now().plus(REMAINS);
    while (true) {
      long logged = postmaster.logSize();
      Process process = postmaster.start(binaries, user, cluster.readAccess().port());
      await(() -> !process.isAlive() || postmaster.process().isPresent(), RECOVERY);
      Optional<ProcessId> living = postmaster.process();
      if (living.isPresent()) {
        try {
          return awaitReady(living.get());
        } catch (PlatformException e) {
          if (living.get().isAlive()) {
            throw e;
          }
        }
      }
      String said = postmaster.logSince(logged);
      if (!said.contains(REMAINS_IN_THE_WAY) || Instant.now().isAfter(end)) {
        throw Failures.of("PostgreSQL ended while it started", folder, said);
      }
    }
  }

  private Running awaitReady(ProcessId process) {
    Cluster.Access access = cluster.readAccess();
    Running running =
        new Running(HOST, access.port(), Cluster.SUPERUSER, access.password(), process);
    Reach reach = new Reach(running, cluster.access());
    await(
        () ->
            !process.isAlive() || (postmaster.isReady() && (reach.answers() || reach.isHopeless())),
        RECOVERY);
    if (!process.isAlive()) {
      throw PlatformException.unavailable(
          "PostgreSQL (process " + process.pid() + ") ended; see " + postmaster.log());
    }
    if (!reach.answered()) {
      throw PlatformException.unavailable(
          "PostgreSQL (process "
              + process.pid()
              + ") lives but does not answer on port "
              + access.port()
              + "; see "
              + postmaster.log()
              + ", or end it with kill -QUIT "
              + process.pid());
    }
    return running;
  }

  private void awaitRemainsGone() {
    if (!await(() -> postmaster.others().isEmpty(), REMAINS)) {
      List<Long> left = postmaster.others();
      throw PlatformException.unavailable(
          "processes of a PostgreSQL that died still use "
              + cluster.data()
              + ": "
              + left
              + ". End them with kill -QUIT and start again");
    }
  }

  private void refuseTakenPort() {
    int port = cluster.readAccess().port();
    if (!await(() -> Cluster.isFree(port), Duration.ofSeconds(3))) {
      throw PlatformException.conflict(
          "port "
              + port
              + " on "
              + HOST
              + ", where PostgreSQL of "
              + folder
              + " listens, is taken by another program"
              + " (ss -ltnp 'sport = :"
              + port
              + "' names it). End that program, or write another port into "
              + cluster.access()
              + "; running applications need a new deployment then");
    }
  }

  /** Two starters wait for each other; the lock ends with its process. */
  private FileChannel lock() throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.lock();
      return channel;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw PlatformException.conflict(
          "PostgreSQL of " + folder + " is being started by this program already");
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Whether it became true in time. */
  private static boolean await(java.util.function.BooleanSupplier condition, Duration time) {
    Instant end = Instant.now().plus(time);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        return false;
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw PlatformException.unavailable("interrupted while waiting for PostgreSQL");
      }
    }
    return true;
  }
}
