package dev.samdan.pullrequest;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * Something that happened to a pull request; ids ascend in the order of commits, so a cursor misses
 * none.
 *
 * @param by the user's name; {@code samdan} for what follows by itself
 * @param facts what the kind needs, such as {@code from} and {@code to} of a push
 */
public record PullRequestEvent(
    long id,
    String repository,
    int number,
    Instant at,
    Kind kind,
    String by,
    String byName,
    Map<String, String> facts) {
  public PullRequestEvent {
    facts = Map.copyOf(facts);
  }

  /** What happened. */
  public enum Kind {
    OPENED,
    PUSHED,
    READY,
    RETARGETED,
    COMMENTED,
    RESOLVED,
    REVIEW_ASKED,
    REVIEWED,
    OVERRIDDEN,
    MERGED,
    CLOSED,
    REOPENED,
    BRANCH_DELETED,
    BRANCH_KEPT,
    NOT_DELIVERED,
    TAGGED,
    RETURN_OPENED,
    RETURN_CONFLICTS,
    RETURNED;

    /** As in JSON and in the store. */
    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Kind of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}
