package dev.samdan.build;

import dev.samdan.build.Buildspec.OnFailure;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What follows a phase (AWS CodeBuild user guide, "View build phase details", and {@code
 * on-failure}).
 */
final class PhaseRules {
  private static final long LOOKS = 200_000_000L;

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
        && (pattern == null || finds(pattern, output));
  }

  /** A pattern that does not come to an end is taken for one that does not match. */
  private static boolean finds(Pattern pattern, String output) {
    try {
      return pattern.matcher(new Bounded(output, new AtomicLong(LOOKS))).find();
    } catch (TooLong | StackOverflowError e) {
      return false;
    }
  }

  private static final class TooLong extends RuntimeException {
    TooLong() {
      super("", null, false, false);
    }
  }

  /** A text that can be looked at only so often. */
  private record Bounded(CharSequence text, AtomicLong looks) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (looks.decrementAndGet() < 0) {
        throw new TooLong();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Bounded(text.subSequence(start, end), looks);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  private static Next unsaid(String phase) {
    return phase.equals("build") || phase.equals("post_build") ? Next.NEXT_PHASE : Next.END;
  }
}
