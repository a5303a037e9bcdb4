package dev.samdan.deploy;

import org.jspecify.annotations.Nullable;

/**
 * The expected end of a deployment that cannot go on; whoever carries it out puts all back on blue.
 */
final class DeploymentFailure extends Exception {
  private final String code;
  private final transient @Nullable Explanation explanation;

  /**
   * @param code CodeDeploy's error code (CodeDeploy API, ErrorInformation)
   * @param message what, where and the remedy
   */
  DeploymentFailure(String code, String message, @Nullable Explanation explanation) {
    super(message);
    this.code = code;
    this.explanation = explanation;
  }

  String code() {
    return code;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  @Nullable Explanation explanation() {
    return explanation;
  }
}
