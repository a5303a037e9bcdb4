package dev.samdan.deploy;

/** CodeDeploy's deployment statuses, by their own names (CodeDeploy API, DeploymentInfo). */
public enum DeploymentStatus {
  Created,
  Queued,
  InProgress,
  Baking,
  Succeeded,
  Failed,
  Stopped,
  Ready;

  /** Whether nothing more will happen to it. */
  public boolean isFinal() {
    return this == Succeeded || this == Failed || this == Stopped;
  }
}
