package dev.samdan.deploy;

import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionContext;
import java.time.Duration;
import java.util.Optional;

/** Lets one deployment a group begin at a time; the next one waits for its end. */
final class Queue {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final DeploymentRows deployments;
  private final Runs runs;

  Queue(DeploymentRows deployments, Runs runs) {
    this.deployments = deployments;
    this.runs = runs;
  }

  /** Begins at once, or after the one that is active ended. */
  Deployment begin(Beginning beginning, ActionContext context)
      throws InterruptedException, DeploymentStopped {
    Optional<Deployment> begun = deployments.begin(beginning);
    return begun.isPresent() ? begun.get() : waiting(beginning, context);
  }

  private Deployment waiting(Beginning beginning, ActionContext context)
      throws InterruptedException, DeploymentStopped {
    try {
      return context.waiting(
          "waits for the deployment before it", () -> untilBegun(beginning, context));
    } catch (InterruptedException | DeploymentStopped | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Deployment untilBegun(Beginning beginning, ActionContext context)
      throws InterruptedException, DeploymentStopped {
    while (true) {
      if (context.cancelled()) {
        throw new DeploymentStopped();
      }
      Optional<Deployment> begun = deployments.begin(beginning);
      if (begun.isPresent()) {
        return begun.get();
      }
      Deployment active =
          deployments
              .active(beginning.application(), beginning.environment(), beginning.tier())
              .orElse(null);
      if (active != null) {
        context.summary("waits for " + active.id() + " of " + active.group());
        endAbandoned(active);
      }
      Thread.sleep(LOOK);
    }
  }

  /** Begins at once, or says what is active. */
  Deployment beginNow(Beginning beginning) {
    return deployments
        .begin(beginning)
        .orElseThrow(() ->
            PlatformException.conflict(
                beginning.application()
                    + "-"
                    + beginning.environment()
                    + "-"
                    + beginning.tier()
                    + " is being deployed: "
                    + deployments
                        .active(beginning.application(), beginning.environment(), beginning.tier())
                        .map(Deployment::id)
                        .orElse("it just ended")
                    + ". Wait for its end, or stop its pipeline."));
  }

  /**
   * A deployment that a later one of its group waits for, and that nobody works on, will never be
   * worked on.
   */
  private void endAbandoned(Deployment active) throws InterruptedException {
    if (!runs.isRunning(active.id())) {
      var unused =
          runs.undo(
              active,
              DeploymentStatus.Failed,
              "INTERNAL_ERROR",
              "Control was restarted during the deployment, and its pipeline did not take it up"
                  + " again.",
              null);
    }
  }
}
