package dev.samdan.deploy;

import dev.samdan.pipeline.ActionContext;
import java.net.URI;

/**
 * Runs a tier's tests against green before it takes traffic; platform hands in the build room's.
 */
@FunctionalInterface
public interface TrafficTests {
  /**
   * Blocks until the tests ended.
   *
   * @param context the deploy action that waits for them; its inputs hold the source
   * @param project {@code <app>-<env>-<tier>-test}
   * @param target the environment's testUrl
   */
  Outcome run(ActionContext context, String project, URI target) throws InterruptedException;

  /** How they ended, with one line for people, such as {@code 149 tests, 2 failed}. */
  record Outcome(boolean passed, String summary) {}
}
