package dev.samdan.deploy;

import java.net.URI;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a deployment is told by whoever started it.
 *
 * @param cancelled whether a person stopped it
 * @param summary takes a live line for people
 * @param tests runs a test project against an address
 */
record Run(BooleanSupplier cancelled, Consumer<String> summary, Tests tests) {
  /** As {@link TrafficTests}, bound to an action. */
  interface Tests {
    TrafficTests.Outcome run(String project, URI target) throws InterruptedException;
  }

  /** One that nobody watches, such as a rollback. */
  static Run unattended() {
    return new Run(
        () -> false, line -> {}, (project, target) -> new TrafficTests.Outcome(true, "not run"));
  }
}
