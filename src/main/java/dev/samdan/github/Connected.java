package dev.samdan.github;

import dev.samdan.source.Remote;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A followed repository as it may be shown: no credential in it.
 *
 * @param gitHub null where it lives elsewhere
 */
public record Connected(Remote remote, @Nullable AtGitHub gitHub) {
  /**
   * What GitHub is told and tells.
   *
   * @param fullName {@code owner/name} there
   * @param api the root of its API
   * @param appId of the GitHub App that Samdan acts as; null where it acts by a token
   * @param webhookUrl where its webhook is to point
   * @param webhookSecret what signs it; shown to whoever connects, null else
   * @param hookAt when a webhook last came; null before the first
   * @param reportsError why results could not be reported last; null while they can
   */
  public record AtGitHub(
      String fullName,
      String api,
      @Nullable String appId,
      String webhookUrl,
      @Nullable String webhookSecret,
      @Nullable Instant hookAt,
      @Nullable String reportsError) {
    /** Without the secret. */
    @Override
    public String toString() {
      return fullName + " at " + api;
    }
  }
}
