package dev.samdan.pipeline;

import dev.samdan.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The room's threads: looks at the rows on each wake and each tick, whichever comes first. */
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration SWEEP = Duration.ofMinutes(10);

  /**
   * How often every execution that goes on is looked at, although each change already moves what it
   * may.
   */
  private static final Duration DRIVE_ALL = Duration.ofSeconds(30);

  private static final Duration CLOSING = Duration.ofSeconds(5);
  private static final Duration ACTIONS_END = Duration.ofSeconds(10);

  private final Database database;
  private final Driver driver;
  private final Claims claims;
  private final Workers workers;
  private final Housekeeping housekeeping;
  private final Settings settings;
  private final Signal signal = new Signal();
  private final Signal sweeping = new Signal();
  private final List<Thread> threads = new ArrayList<>();
  private final List<AutoCloseable> subscriptions = new ArrayList<>();
  private volatile boolean closed;

  Heartbeat(
      Database database,
      Driver driver,
      Claims claims,
      Workers workers,
      Housekeeping housekeeping,
      Settings settings) {
    this.database = database;
    this.driver = driver;
    this.claims = claims;
    this.workers = workers;
    this.housekeeping = housekeeping;
    this.settings = settings;
  }

  void start() {
    claims.takeOverAll(driver);
    driver.busy().forEach(this::tick);
    threads.add(Thread.ofVirtual().name("pipeline-claims").start(workers::claimUntilClosed));
    threads.add(Thread.ofVirtual().name("pipeline-heartbeat").start(this::beat));
    threads.add(Thread.ofVirtual().name("pipeline-housekeeping").start(this::sweep));
    subscriptions.add(database.listen(Driver.CHANNEL, _ -> wake()));
  }

  void wake() {
    workers.wake();
    signal.wake();
  }

  private void beat() {
    Instant ticked = Instant.EPOCH;
    Instant drivenAll = Instant.now();
    while (!closed) {
      try {
        workers.heed();
        Instant now = Instant.now();
        if (!now.isBefore(ticked.plus(settings.tick()))) {
          claims.takeOverExpired(driver, workers.held());
          boolean all = !now.isBefore(drivenAll.plus(DRIVE_ALL));
          (all ? driver.busy() : driver.due()).forEach(this::tick);
          drivenAll = all ? now : drivenAll;
          ticked = now;
        }
      } catch (RuntimeException e) {
        LOG.warn("cannot look at the executions now: {}", Store.reason(e));
      }
      signal.await(settings.tick());
    }
  }

  /** One pipeline's trouble keeps no other one from going on. */
  private void tick(String pipeline) {
    try {
      driver.tick(pipeline);
    } catch (RuntimeException e) {
      LOG.warn("cannot move pipeline {} on now: {}", pipeline, Store.reason(e));
    }
  }

  private void sweep() {
    while (!closed) {
      try {
        housekeeping.sweep();
      } catch (RuntimeException e) {
        LOG.warn("cannot tidy the history now: {}", Store.reason(e));
      }
      sweeping.await(SWEEP);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (AutoCloseable subscription : subscriptions) {
      try {
        subscription.close();
      } catch (Exception e) {
        LOG.debug("closing a subscription", e);
      }
    }
    workers.close();
    signal.wake();
    sweeping.wake();
    try {
      for (Thread thread : threads) {
        thread.join(CLOSING);
      }
      workers.awaitEnd(ACTIONS_END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
