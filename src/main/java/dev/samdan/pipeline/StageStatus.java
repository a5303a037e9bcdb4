package dev.samdan.pipeline;

/** CodePipeline's StageExecutionStatus; a stage that was not reached has none. */
public enum StageStatus {
  InProgress,
  Stopping,
  Stopped,
  Succeeded,
  Failed,
  Cancelled,
  Skipped
}
