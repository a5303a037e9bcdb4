package dev.samdan.pullrequest;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a pull request is for. */
public enum Purpose {
  /** A branch of work into where its kind goes. */
  CHANGE,
  /** An urgent change of what is in production. */
  HOTFIX,
  /** All of the integration branch into production. */
  RELEASE,
  /** A delivered hotfix into the integration branch. */
  RETURN;

  /** As in JSON and in the store. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Purpose of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
