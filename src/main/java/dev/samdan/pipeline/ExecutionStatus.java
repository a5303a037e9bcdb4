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

  /** Whether somebody wanted it to end before it had come to a result, or wants so now. */
  public boolean stopped() {
    return this == Stopping || this == Stopped || this == Cancelled;
  }
}
