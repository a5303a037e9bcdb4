package dev.samdan.pipeline;

/**
 * Why an execution started.
 *
 * @param by the user's name, or the committer's for a push
 * @param detail one line for people, such as {@code refs/heads/dev}; may be empty
 */
public record Trigger(Type type, String by, String detail) {
  /**
   * CodePipeline's trigger types (API reference, ExecutionTrigger); a push is {@code WebhookV2}
   * there.
   */
  public enum Type {
    CreatePipeline,
    StartPipelineExecution,
    PollForSourceChanges,
    Webhook,
    CloudWatchEvent,
    PutActionRevision,
    WebhookV2,
    ManualRollback,
    AutomatedRollback
  }

  /** A branch moved. */
  public static Trigger push(String by, String detail) {
    return new Trigger(Type.WebhookV2, by, detail);
  }

  /** A person asked for it. */
  public static Trigger manual(String by) {
    return new Trigger(Type.StartPipelineExecution, by, "");
  }
}
