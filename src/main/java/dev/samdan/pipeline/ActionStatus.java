package dev.samdan.pipeline;

/** CodePipeline's ActionExecutionStatus; an action that was not started has none. */
public enum ActionStatus {
  InProgress,
  Abandoned,
  Succeeded,
  Failed
}
