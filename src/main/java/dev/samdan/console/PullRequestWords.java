package dev.samdan.console;

import dev.samdan.pullrequest.Check;
import dev.samdan.pullrequest.PullRequestRow;

/** How pull requests and their checks stand, as shapes and words. */
final class PullRequestWords {
  private PullRequestWords() {}

  static State of(Words w, PullRequestRow pull) {
    String word = w.say("pull.standing." + pull.standing().text());
    return state(pull, word);
  }

  /** With its number: {@code #88 waits for review}. */
  static State numbered(Words w, PullRequestRow pull) {
    String word = w.say("pull.numbered." + pull.standing().text(), pull.number());
    return state(pull, word);
  }

  private static State state(PullRequestRow pull, String word) {
    String exact = pull.standing().text();
    return switch (pull.standing()) {
      case MERGED, READY -> new State("", "done", word, exact);
      case CLOSED -> new State("", "stop", word, exact);
      case DRAFT -> new State("none", "todo", word, exact);
      case MERGING, CHECKS_RUN -> new State("run", "run", word, exact);
      case WAITS_FOR_REVIEW, WAITS_FOR_DELIVERY, CONFLICTS, CHANGES_REQUESTED ->
          new State("wait", "wait", word, exact);
      case OFF_STRATEGY, CHECKS_FAILED -> new State("fail", "fail", word, exact);
    };
  }

  static State of(Words w, Check check) {
    String exact = check.state().text();
    String word = w.say("pull.check." + exact);
    return switch (check.state()) {
      case PASSED -> new State("", "done", word, exact);
      case NEUTRAL -> new State("none", "todo", word, exact);
      case RUNNING -> new State("run", "run", word, exact);
      case WAITING -> new State("wait", "wait", word, exact);
      case FAILED -> new State("fail", "fail", word, exact);
    };
  }
}
