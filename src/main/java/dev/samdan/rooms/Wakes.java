package dev.samdan.rooms;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waiting of the rooms' threads, which end by a flag: an interrupt would break their connection to
 * the store.
 */
final class Wakes {
  private static final Duration END = Duration.ofSeconds(10);

  private Wakes() {}

  /** Until it is woken, or the time has passed; several wakes are one. */
  static void await(Semaphore wake, Duration time) {
    try {
      if (wake.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS)) {
        wake.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void join(@Nullable Thread thread) {
    if (thread != null) {
      try {
        if (!thread.join(END)) {
          thread.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
