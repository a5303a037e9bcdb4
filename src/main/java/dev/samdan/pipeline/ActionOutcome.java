package dev.samdan.pipeline;

import java.time.Duration;
import java.util.Map;

/** How a provider's run ended. */
public sealed interface ActionOutcome {
  /**
   * @param summary one line for people
   * @param outputVariables read by later actions under the action's namespace
   */
  record Succeeded(String summary, Map<String, String> outputVariables) implements ActionOutcome {}

  /**
   * @param code a stable word, such as {@code BuildFailed}
   * @param message what, where and the remedy
   * @param facts what a page shows beside it, such as {@code buildId}
   */
  record Failed(String code, String message, Map<String, String> facts) implements ActionOutcome {}

  /**
   * Not yet; run me again after the delay. The third one in all fails the action with its reason.
   */
  record TryAgain(String reason, Duration delay) implements ActionOutcome {}

  /** The run ended because it was cancelled. */
  record Stopped() implements ActionOutcome {}

  static ActionOutcome succeeded(String summary) {
    return new Succeeded(summary, Map.of());
  }

  static ActionOutcome failed(String code, String message) {
    return new Failed(code, message, Map.of());
  }
}
