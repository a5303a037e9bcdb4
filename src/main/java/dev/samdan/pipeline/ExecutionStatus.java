package dev.samdan.pipeline;

/** CodePipeline's PipelineExecutionStatus. */
public enum ExecutionStatus {
  InProgress,
  Stopping,
  Stopped,
  Succeeded,
  Superseded,
  Failed,
  Cancelled;

  /** Whether nothing more will happen unless it is retried. */
  public boolean ended() {
    return this != InProgress && this != Stopping;
  }
}
