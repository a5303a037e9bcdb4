package dev.samdan.pullrequest;

import dev.samdan.source.Commit;
import dev.samdan.source.Outlook;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is between production and the integration branch.
 *
 * @param head the commit that would be released
 * @param base where production stands; null where there is no such branch yet
 * @param pullRequests merged since the last release, newest first
 * @param commits newest first, at most 250
 * @param commitCount of all
 * @param brings tiers, migrations, base image and pipelines
 * @param delivered whether the head was delivered and tested before
 * @param open number of the pull request that is open for it
 */
public record ReleaseContents(
    String repository,
    String source,
    String target,
    String head,
    @Nullable String base,
    List<Included> pullRequests,
    List<Commit> commits,
    int commitCount,
    Outlook brings,
    Check delivered,
    @Nullable Integer open) {
  public ReleaseContents {
    pullRequests = List.copyOf(pullRequests);
    commits = List.copyOf(commits);
  }

  /** A pull request that is in it. */
  public record Included(int number, String title, String kind, String author) {}
}
