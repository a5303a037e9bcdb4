package dev.samdan.pullrequest;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;

/**
 * A verdict on a pull request.
 *
 * @param commit the head that was looked at
 * @param stale whether it counts no more: an approval of an older head, or one that the same person
 *     has replaced
 * @param allowsTestChanges that existing tests may be edited or deleted
 */
public record Review(
    long id,
    String reviewer,
    String reviewerName,
    Verdict verdict,
    String text,
    String commit,
    boolean stale,
    boolean allowsTestChanges,
    Instant at) {
  /** What a reviewer decides. */
  public enum Verdict {
    APPROVED("approved"),
    CHANGES_REQUESTED("changes-requested");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    /** As in JSON and in the store. */
    @JsonValue
    public String text() {
      return text;
    }

    static Verdict of(String text) {
      return text.equals(APPROVED.text) ? APPROVED : CHANGES_REQUESTED;
    }
  }
}
