package dev.samdan.github;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double from a second to a quarter of an hour, for a day at most. */
final class Backoff {
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final Duration WINDOW = Duration.ofDays(1);

  private Backoff() {}

  /** When to try again after so many attempts, not before {@code atLeast} is over. */
  static Instant next(int attempts, Duration atLeast) {
    Duration pause = Duration.ofSeconds(1L << Math.min(attempts, 10));
    pause = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    pause = pause.compareTo(atLeast) < 0 ? atLeast : pause;
    return Instant.now()
        .plusMillis((long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(1, 1.1)));
  }

  static boolean isOver(Instant firstAt) {
    return Instant.now().isAfter(firstAt.plus(WINDOW));
  }
}
