package dev.samdan.pipeline;

/** How executions of one pipeline share its stages (CodePipeline, execution-modes). */
public enum ExecutionMode {
  /** One execution in a stage; of those waiting before it only the newest goes on. */
  SUPERSEDED,
  /** One execution in a stage; all others wait in order. */
  QUEUED,
  /** Executions do not know of each other. */
  PARALLEL
}
