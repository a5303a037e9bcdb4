package dev.samdan.pullrequest;

import dev.samdan.base.PlatformException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which pull requests to list.
 *
 * @param state open (draft, open, merging), merged, closed or all
 * @param source the branch that they come from; null for any
 * @param before only numbers below this one; null from the newest on
 */
public record PullRequestFilter(
    String repository, String state, @Nullable String source, @Nullable Integer before) {
  private static final Set<String> STATES = Set.of("open", "draft", "merged", "closed", "all");

  /** INVALID for a state that is none. */
  public PullRequestFilter {
    if (!STATES.contains(state)) {
      throw PlatformException.invalid(
          "'" + state + "' is not a state of pull requests: open, draft, merged, closed, all");
    }
  }

  /** Those that may still be merged. */
  public static PullRequestFilter open(String repository) {
    return new PullRequestFilter(repository, "open", null, null);
  }
}
