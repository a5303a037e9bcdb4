package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An application's pull requests.
 *
 * @param older the address of those before these; null at the end
 */
public record PullRequestsPage(
    String headline,
    String application,
    List<Filter> filters,
    List<Line> lines,
    @Nullable String older) {
  /** One of them. */
  public record Line(
      int number,
      String href,
      State state,
      String title,
      String source,
      String target,
      String author,
      int additions,
      int deletions,
      When at) {}
}
