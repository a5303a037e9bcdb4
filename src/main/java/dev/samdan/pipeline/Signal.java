package dev.samdan.pipeline;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes the one thread that waits on it; wakes that come while it works are not lost. */
final class Signal {
  private final Semaphore wakes = new Semaphore(0);

  void wake() {
    wakes.release();
  }

  /** Returns after a wake or the time, whichever is first. */
  void await(Duration atMost) {
    try {
      if (wakes.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        wakes.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
