package dev.samdan.pipeline;

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
  /**
   * @throws InterruptedException when the action is cancelled ({@link ActionContext#cancelled()})
   *     or control goes down (not cancelled: leave everything as it stands, the next control calls
   *     again)
   */
  ActionOutcome run(ActionContext context) throws InterruptedException;
}
