package dev.samdan.pipeline;

import java.time.Duration;

/**
 * Carries out the actions of one {@link ActionType}. Called on a virtual thread of its own and
 * blocks until the end.
 *
 * <p>Called again with the same {@link ActionContext#actionExecutionId()} and a higher attempt when
 * control died or lost its store meanwhile, so effects are keyed by it. An exception that is thrown
 * fails the action with its message.
 */
@FunctionalInterface
public interface ActionProvider {
  /** The limit of providers that bound themselves, or wait for people: far beyond what those do. */
  Duration BOUNDS_ITSELF = Duration.ofDays(14);

  /**
   * @throws InterruptedException when the action is cancelled ({@link ActionContext#cancelled()})
   *     or control goes down (not cancelled: leave everything as it stands, the next control calls
   *     again)
   */
  ActionOutcome run(ActionContext context) throws InterruptedException;

  /**
   * How long a call may take before the action is cancelled and fails. What passes while no control
   * runs it does not count.
   */
  default Duration limit() {
    return Duration.ofMinutes(60);
  }
}
