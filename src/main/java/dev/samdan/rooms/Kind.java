package dev.samdan.rooms;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a message tells. */
public enum Kind {
  STARTED("started"),
  RETRIED("retried"),
  APPROVAL_WANTED("approvalWanted"),
  APPROVED("approved"),
  REJECTED("rejected"),
  EXPIRED("expired"),
  SUCCEEDED("succeeded"),
  FAILED("failed"),
  STOPPED("stopped"),
  SUPERSEDED("superseded"),
  INVALID_DECLARATION("invalidDeclaration"),
  PULL_REQUEST_OPENED("pullRequestOpened"),
  PULL_REQUEST_REVIEWED("pullRequestReviewed"),
  PULL_REQUEST_MERGED("pullRequestMerged"),
  PULL_REQUEST_CLOSED("pullRequestClosed"),
  HOTFIX_TAGGED("hotfixTagged"),
  HOTFIX_NOT_DELIVERED("hotfixNotDelivered"),
  HOTFIX_CONFLICTS("hotfixConflicts"),
  HOTFIX_RETURNED("hotfixReturned"),
  NOTE("note");

  private final String text;

  Kind(String text) {
    this.text = text;
  }

  /** As in JSON and in the store. */
  @JsonValue
  public String text() {
    return text;
  }

  static Kind of(String text) {
    for (Kind kind : values()) {
      if (kind.text.equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(text);
  }
}
