package dev.samdan.build;

import dev.samdan.build.Buildspec.OnFailure;

/**
 * What follows a phase (AWS CodeBuild user guide, "View build phase details", and {@code
 * on-failure}).
 */
final class PhaseRules {
  private PhaseRules() {}

  /** Where a build goes on. */
  enum Next {
    /** The next phase of the fixed order. */
    NEXT_PHASE,
    /** The end: nothing more runs and no artifact is uploaded. */
    END
  }

  /**
   * After a phase's last attempt. A failed build phase is followed by post_build, a failed
   * post_build by the upload.
   */
  static Next after(String phase, boolean failed, OnFailure onFailure) {
    if (!failed) {
      return Next.NEXT_PHASE;
    }
    return switch (onFailure) {
      case OnFailure.Abort() -> Next.END;
      case OnFailure.Continue() -> Next.NEXT_PHASE;
      case OnFailure.Unsaid() -> unsaid(phase);
      case OnFailure.Retry retry -> unsaid(phase);
    };
  }

  /** Whether a phase that failed runs once more, having run {@code attempts} times. */
  static boolean again(OnFailure onFailure, int attempts, String output) {
    return onFailure instanceof OnFailure.Retry(int count, var pattern)
        && attempts <= count
        && (pattern == null || pattern.matcher(output).find());
  }

  private static Next unsaid(String phase) {
    return phase.equals("build") || phase.equals("post_build") ? Next.NEXT_PHASE : Next.END;
  }
}
