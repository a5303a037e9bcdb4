package dev.samdan.pullrequest;

import java.time.Instant;

/** Where a pull request stands; each state holds only its own facts. */
public sealed interface PullRequestState {
  /** Not to be merged yet. */
  record Draft() implements PullRequestState {}

  /** Asks to be merged. */
  record Open() implements PullRequestState {}

  /**
   * The merge is made and the target is being moved; one that was cut short is finished or undone
   * when control starts.
   */
  record Merging(String commit, How how, String by) implements PullRequestState {}

  /** Its commits are in the target. */
  record Merged(String commit, How how, String by, Instant at) implements PullRequestState {}

  /** Nobody wants it any more. */
  record Closed(Why why, String by, Instant at) implements PullRequestState {}

  /** How the commits came into the target. */
  enum How {
    COMMIT,
    SQUASH,
    REBASE,
    /** With git, past the pull request. */
    BY_HAND;

    /** As in JSON and in the store. */
    String text() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    static How of(String text) {
      return valueOf(text.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
    }
  }

  /** Why it was closed. */
  enum Why {
    BY_HAND,
    BRANCH_DELETED,
    /** The branch has nothing that the target has not. */
    NOTHING_LEFT;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    static Why of(String text) {
      return valueOf(text.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
    }
  }

  /** Its word in JSON and in the store: draft, open, merging, merged, closed. */
  default String text() {
    return switch (this) {
      case Draft _ -> "draft";
      case Open _ -> "open";
      case Merging _ -> "merging";
      case Merged _ -> "merged";
      case Closed _ -> "closed";
    };
  }

  /** Whether it may still be merged. */
  default boolean isOpen() {
    return switch (this) {
      case Draft _, Open _, Merging _ -> true;
      case Merged _, Closed _ -> false;
    };
  }
}
