package dev.samdan.console;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A moment as people read it.
 *
 * @param recent whether the words are of its age, which the page keeps true
 */
public record When(String text, String exact, boolean recent) {
  private static final Duration RECENT = Duration.ofHours(1);

  /** Its clock, or its day. */
  static When at(Words words, Instant instant) {
    return new When(words.at(instant), exact(instant), false);
  }

  /** Its age within the last hour, else as {@link #at}. */
  static When ago(Words words, Instant instant) {
    Duration age = Duration.between(instant, Instant.now());
    return age.compareTo(RECENT) >= 0
        ? at(words, instant)
        : new When(words.ago(age), exact(instant), true);
  }

  private static String exact(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
