package dev.samdan.deploy;

import java.time.Duration;
import java.time.Instant;

/**
 * The steps of one deployment as they are recorded: each event begins, ends or fails, and between
 * any two of them it is asked whether a person wants it stopped.
 */
final class Steps {
  private static final Duration ASK_EVERY = Duration.ofMillis(400);

  private final Parts parts;
  private final Deployment deployment;
  private final Run run;
  private Instant asked = Instant.EPOCH;

  Steps(Parts parts, Deployment deployment, Run run) {
    this.parts = parts;
    this.deployment = deployment;
    this.run = run;
  }

  boolean done(String event) {
    return parts.lifecycle().isOver(deployment.id(), event);
  }

  void begin(String event, String summary) throws DeploymentStopped {
    stopIfAsked();
    say(summary);
    parts.lifecycle().begin(deployment.id(), event);
  }

  void end(String event, String detail) {
    parts.lifecycle().end(deployment.id(), event, LifecycleEvent.Status.Succeeded, detail);
  }

  DeploymentFailure fail(String event, String code, Explanation explanation) {
    parts
        .lifecycle()
        .end(deployment.id(), event, LifecycleEvent.Status.Failed, explanation.headline());
    return new DeploymentFailure(code, explanation.headline(), explanation);
  }

  /** A live line for whoever watches. */
  void say(String summary) {
    run.summary().accept(summary);
  }

  /** Its pipeline's stop at once, a stop of itself within half a second. */
  void stopIfAsked() throws DeploymentStopped {
    if (run.cancelled().getAsBoolean()) {
      throw new DeploymentStopped();
    }
    if (Duration.between(asked, Instant.now()).compareTo(ASK_EVERY) >= 0) {
      asked = Instant.now();
      String reason = parts.waits().asked(deployment.id()).stopReason();
      if (reason != null) {
        throw new DeploymentStopped(reason);
      }
    }
  }
}
