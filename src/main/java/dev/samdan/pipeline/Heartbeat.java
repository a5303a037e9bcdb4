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

  private final Database database;
  private final Driver driver;
  private final Claims claims;
  private final Workers workers;
  private final Housekeeping housekeeping;
  private final Settings settings;
  private final Signal signal = new Signal();
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
    claims.takeOver(driver, true);
    driver.busy().forEach(driver::tick);
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
    while (!closed) {
      try {
        workers.heed(claims.renew());
        if (!Instant.now().isBefore(ticked.plus(settings.tick()))) {
          claims.takeOver(driver, false);
          driver.busy().forEach(driver::tick);
          ticked = Instant.now();
        }
        signal.await(settings.tick());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("cannot look at the executions now: {}", e.getMessage());
        pause(settings.tick());
      }
    }
  }

  private void sweep() {
    while (!closed) {
      try {
        housekeeping.sweep();
      } catch (RuntimeException e) {
        LOG.warn("cannot tidy the history now: {}", e.getMessage());
      }
      pause(SWEEP);
    }
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
    threads.forEach(Thread::interrupt);
  }
}
