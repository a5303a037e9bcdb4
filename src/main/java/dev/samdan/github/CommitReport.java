package dev.samdan.github;

import java.util.Locale;

/**
 * How a context of a commit is to stand at GitHub.
 *
 * @param context such as {@code samdan/sample-dev-api}
 * @param title one line; a status shows 140 characters of it
 * @param summary more of it, in Markdown; may be empty
 * @param url the page to read on
 * @param externalId by which a check run is found again
 */
record CommitReport(
    String commit,
    String context,
    State state,
    String title,
    String summary,
    String url,
    String externalId) {
  /** As commit statuses call them. */
  enum State {
    PENDING,
    SUCCESS,
    FAILURE,
    ERROR;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }
}
