package dev.samdan.pullrequest;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pull request that waits for somebody's review.
 *
 * @param askedBy who asked this person; null where the strategy asks for anybody's
 * @param since when it was asked, else when the pull request was opened
 */
public record ReviewWanted(
    String repository,
    int number,
    String title,
    String source,
    String target,
    String author,
    String authorName,
    @Nullable String askedBy,
    Instant since) {}
