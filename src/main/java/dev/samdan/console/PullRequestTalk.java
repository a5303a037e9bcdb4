package dev.samdan.console;

import dev.samdan.pullrequest.Comment;
import dev.samdan.pullrequest.PullRequestEvent;
import dev.samdan.pullrequest.PullRequestView;
import dev.samdan.pullrequest.Review;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Makes the conversation of a pull request: what was said, what was decided, what happened. */
final class PullRequestTalk {
  private final Words words;
  private final PullRequestView view;

  PullRequestTalk(Words words, PullRequestView view) {
    this.words = words;
    this.view = view;
  }

  /** Whether it may still be merged. */
  boolean open() {
    return !view.row().state().equals("merged") && !view.row().state().equals("closed");
  }

  private record At(Instant at, PullRequestPage.Item item) {}

  PullRequestPage.Conversation conversation() {
    List<At> items = new ArrayList<>();
    for (PullRequestEvent event : view.timeline()) {
      switch (event.kind()) {
        // These are shown as what was said.
        case COMMENTED, RESOLVED, REVIEWED -> {}
        case OPENED,
            PUSHED,
            READY,
            REVIEW_ASKED,
            RETARGETED,
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
            RETURNED ->
            items.add(new At(event.at(), event(event)));
      }
    }
    view.reviews().forEach(review -> items.add(new At(review.at(), review(review))));
    view.comments().stream()
        .filter(c -> c.replyTo() == null)
        .forEach(first -> items.add(new At(first.at(), said(first))));
    items.sort(Comparator.comparing(At::at));
    return new PullRequestPage.Conversation(
        view.text(),
        items.stream().map(At::item).toList(),
        open(),
        view.row().state().equals("open"),
        view.checks().stream().anyMatch(c -> c.name().equals("base-tests")));
  }

  private PullRequestPage.Item event(PullRequestEvent event) {
    String icon =
        switch (event.kind()) {
          case MERGED, TAGGED, RETURNED -> "done";
          case CLOSED -> "stop";
          case NOT_DELIVERED -> "fail";
          case RETURN_CONFLICTS, OVERRIDDEN -> "wait";
          default -> "branch";
        };
    String tone = icon.equals("fail") ? "fail" : icon.equals("wait") ? "wait" : "";
    return new PullRequestPage.Item(
        icon, tone, event.byName(), sentence(event), When.ago(words, event.at()), "", null);
  }

  private String sentence(PullRequestEvent event) {
    String key = "pull.event." + event.kind().text();
    return switch (event.kind()) {
      case PUSHED -> words.say(key, Brief.commit(fact(event, "to")));
      case MERGED -> words.say(key, Brief.commit(fact(event, "commit")), view.row().target());
      case OVERRIDDEN -> words.say(key, fact(event, "reason"));
      case NOT_DELIVERED -> words.say(key, fact(event, "problem"));
      case TAGGED -> words.say(key, fact(event, "tag"));
      case RETURN_OPENED -> words.say(key, fact(event, "number"));
      case RETURN_CONFLICTS -> words.say(key, fact(event, "files"));
      case BRANCH_DELETED, BRANCH_KEPT -> words.say(key, view.row().source());
      case REVIEW_ASKED -> words.say(key, fact(event, "name"));
      case RETARGETED -> words.say(key, view.row().target());
      case OPENED, READY, CLOSED, REOPENED, RETURNED, COMMENTED, RESOLVED, REVIEWED ->
          words.say(key);
    };
  }

  private static String fact(PullRequestEvent event, String name) {
    return event.facts().getOrDefault(name, "");
  }

  private PullRequestPage.Item review(Review review) {
    boolean approved = review.verdict() == Review.Verdict.APPROVED;
    String sentence = words.say("pull.review." + review.verdict().text());
    return new PullRequestPage.Item(
        approved ? "done" : "wait",
        approved || review.stale() ? "" : "wait",
        review.reviewerName(),
        review.stale() ? sentence + " " + words.say("pull.review.stale") : sentence,
        When.ago(words, review.at()),
        review.text(),
        null);
  }

  private PullRequestPage.Item said(Comment first) {
    return new PullRequestPage.Item(
        "room",
        "",
        first.authorName(),
        words.say(first.place() == null ? "pull.said" : "pull.said.line"),
        When.ago(words, first.at()),
        "",
        thread(first));
  }

  /** A thread by its first comment. */
  PullRequestPage.Thread thread(Comment first) {
    Comment.Place place = first.place();
    return new PullRequestPage.Thread(
        first.id(),
        place == null ? "" : place.path() + ":" + place.line(),
        place != null && place.outdated(),
        Shells.or(first.resolvedBy(), ""),
        view.comments().stream()
            .filter(c -> c.id() == first.id() || Long.valueOf(first.id()).equals(c.replyTo()))
            .map(c ->
                new PullRequestPage.Said(c.id(), c.authorName(), c.text(), When.ago(words, c.at())))
            .toList());
  }
}
