package dev.samdan.platform;

import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one of the house's processes alive: looks ten times a second, starts it again within a
 * second of its death, and waits longer each time that it dies young.
 */
final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** A process that lived this long had a good start: the next wait is short again. */
  private static final Duration GROWN = Duration.ofSeconds(60);

  private final String name;
  private final BooleanSupplier alive;
  private final Runnable restart;
  private final Thread thread;

  Supervisor(String name, BooleanSupplier alive, Runnable restart) {
    this.name = name;
    this.alive = alive;
    this.restart = restart;
    this.thread = Thread.ofPlatform().daemon().name("supervise-" + name).unstarted(this::supervise);
  }

  Supervisor start() {
    thread.start();
    return this;
  }

  private void supervise() {
    Duration wait = Duration.ZERO;
    long started = System.nanoTime();
    try {
      while (true) {
        Thread.sleep(LOOK);
        if (alive.getAsBoolean()) {
          continue;
        }
        boolean grown = System.nanoTime() - started > GROWN.toNanos();
        wait = grown || wait.isZero() ? LOOK : min(wait.multipliedBy(2), LONGEST_WAIT);
        LOG.warn("{} is dead; it is started again in {} ms", name, wait.toMillis());
        Thread.sleep(wait);
        tryRestart();
        started = System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tryRestart() {
    try {
      restart.run();
      LOG.info("{} is up again", name);
    } catch (PlatformException e) {
      LOG.error("{} could not be started: {}", name, e.text());
    } catch (RuntimeException e) {
      LOG.error("{} could not be started", name, e);
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
