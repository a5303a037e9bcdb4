package dev.samdan.github;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A followed repository that lives at GitHub.
 *
 * @param fullName {@code owner/name} there
 * @param api the root of its REST API, such as {@code https://api.github.com}
 * @param appId of the GitHub App that Samdan acts as; null where it acts by a token
 * @param hookAt when a webhook last came; null before the first
 * @param reportsError why statuses could not be reported last; null while they can
 */
record GitHubRepository(
    String repository,
    String fullName,
    String api,
    @Nullable String appId,
    @Nullable Instant hookAt,
    @Nullable String reportsError) {}
