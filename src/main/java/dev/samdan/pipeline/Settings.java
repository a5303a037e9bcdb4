package dev.samdan.pipeline;

import java.time.Duration;

/**
 * The room's measures; others than the default ones only for tests.
 *
 * @param places how many actions run side by side, not counting those that only wait
 * @param lease how long a claim holds without a sign of life
 * @param tick how often the rows are looked at without a wake
 * @param executionsKept how many executions of a pipeline stay
 * @param artifactsKept how many of them keep their artifacts
 */
record Settings(int places, Duration lease, Duration tick, int executionsKept, int artifactsKept) {
  static final Settings DEFAULT =
      new Settings(8, Duration.ofSeconds(30), Duration.ofSeconds(1), 50, 10);

  /** How often a worker may die under an action before it fails. */
  static final int INTERRUPTIONS = 10;

  /** How often a provider may answer TryAgain, the first time included. */
  static final int TRIES = 3;
}
