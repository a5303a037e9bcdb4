package dev.samdan.runtime;

import java.time.Duration;
import java.time.Instant;

/**
 * When a slot's next task may start: at once after the first end, then after 1, 2, 4… seconds, at
 * most 30. A task that lived for a minute starts the count anew.
 *
 * @param ends in a row, of tasks that did not live long
 */
record Backoff(int ends, Instant due) {
  static final Backoff NONE = new Backoff(0, Instant.EPOCH);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration LONG_LIFE = Duration.ofMinutes(1);

  Backoff after(Instant started, Instant ended) {
    int count = Duration.between(started, ended).compareTo(LONG_LIFE) >= 0 ? 1 : ends + 1;
    Duration wait = count == 1 ? Duration.ZERO : Duration.ofSeconds(1L << Math.min(count - 2, 10));
    return new Backoff(count, ended.plus(wait.compareTo(LONGEST) > 0 ? LONGEST : wait));
  }
}
