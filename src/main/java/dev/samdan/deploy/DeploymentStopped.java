package dev.samdan.deploy;

import org.jspecify.annotations.Nullable;

/** A person stopped the deployment, or its wait for one was over. */
final class DeploymentStopped extends Exception {
  private final @Nullable String reason;

  /** With its pipeline. */
  DeploymentStopped() {
    this(null);
  }

  /** By itself, with a sentence that says by whom or why. */
  DeploymentStopped(@Nullable String reason) {
    super(reason);
    this.reason = reason;
  }

  @Nullable String reason() {
    return reason;
  }
}
