package dev.samdan.github;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something again and again, when it is woken and at its interval; what takes long for one
 * repository is done on a thread of its own, one at a time. Threads end by a flag: an interrupt
 * would break their connection to the store.
 */
final class Loop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final Duration END = Duration.ofSeconds(3);

  private final String name;
  private final Duration interval;
  private final Semaphore wake = new Semaphore(0);
  private final Map<String, Thread> busy = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Loop(String name, Duration interval) {
    this.name = name;
    this.interval = interval;
  }

  /** Begins. */
  void start(Runnable round) {
    busy.put("", Thread.ofVirtual().name(name).start(() -> run(round)));
  }

  void wake() {
    wake.release();
  }

  boolean isClosed() {
    return closed;
  }

  /** On a thread of its own, unless one does it for this repository already. */
  void aside(String repository, Consumer<String> work) {
    busy.computeIfAbsent(
        repository,
        key ->
            Thread.ofVirtual()
                .name(name + "-" + key)
                .start(() -> {
                  try {
                    work.accept(key);
                  } catch (RuntimeException e) {
                    LOG.warn("{} of {} rests: {}", name, key, e.toString());
                  } finally {
                    busy.remove(key);
                  }
                }));
  }

  private void run(Runnable round) {
    while (!closed) {
      try {
        round.run();
      } catch (RuntimeException e) {
        LOG.warn("{} rests: {}", name, e.toString());
      }
      await();
    }
  }

  private void await() {
    try {
      if (wake.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        wake.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    wake.release();
    Instant end = Instant.now().plus(END);
    for (Thread thread : busy.values()) {
      try {
        if (!thread.join(Duration.between(Instant.now(), end))) {
          thread.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
