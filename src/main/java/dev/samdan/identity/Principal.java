package dev.samdan.identity;

import org.jspecify.annotations.Nullable;

/**
 * Who acts.
 *
 * @param user the person's name in URLs and audit
 * @param displayName the name to show
 * @param language {@code en} or {@code ko}; null while not chosen
 */
public record Principal(String user, String displayName, @Nullable String language) {
  /** The one of two sentences that this person reads. */
  public String reads(String english, String korean) {
    return "ko".equals(language) ? korean : english;
  }
}
