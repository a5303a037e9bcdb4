package dev.samdan.pullrequest;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import dev.samdan.pullrequest.PullRequestEvent.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What people say and decide about a pull request, each with its event, in one transaction. */
final class Talk {
  private static final int MOST_TEXT = 20_000;

  private final Journal journal;

  Talk(Journal journal) {
    this.journal = journal;
  }

  void ready(PullRequest pull, Principal by) {
    journal
        .database()
        .useTransaction(handle -> {
          if (!PullRequestRows.ready(handle, pull, journal.now())) {
            throw PlatformException.conflict(
                by.reads(pull.name() + " is no draft", pull.name() + " 풀 리퀘스트는 초안이 아니에요"));
          }
          journal.event(handle, pull, Kind.READY, by.user(), Map.of());
        });
  }

  long comment(
      PullRequest pull,
      String text,
      Comment.@Nullable Place place,
      @Nullable Long replyTo,
      Principal by) {
    String said = required(text, "a comment");
    return journal
        .database()
        .inTransaction(handle -> {
          if (replyTo != null
              && Conversation.comments(handle, pull, user -> user).stream()
                  .noneMatch(c -> c.id() == replyTo && c.replyTo() == null)) {
            throw PlatformException.notFound(
                pull.name() + " has no comment " + replyTo + " that a thread begins with");
          }
          long id =
              Conversation.comment(
                  handle,
                  pull,
                  new Conversation.Said(by.user(), said, place, replyTo),
                  journal.now());
          journal.event(
              handle, pull, Kind.COMMENTED, by.user(), Map.of("comment", String.valueOf(id)));
          return id;
        });
  }

  void resolve(PullRequest pull, long comment, Principal by) {
    journal
        .database()
        .useTransaction(handle -> {
          if (!Conversation.resolve(handle, pull, comment, by.user())) {
            throw PlatformException.notFound(
                pull.name() + " has no open thread that begins with comment " + comment);
          }
          journal.event(
              handle, pull, Kind.RESOLVED, by.user(), Map.of("comment", String.valueOf(comment)));
        });
  }

  void review(
      PullRequest pull,
      Review.Verdict verdict,
      String text,
      boolean allowsTestChanges,
      Principal by) {
    if (verdict == Review.Verdict.APPROVED && pull.author().equals(by.user())) {
      throw PlatformException.conflict(
          by.reads(
                  "your own pull request is approved by somebody else",
                  "내가 올린 풀 리퀘스트는 다른 사람이 승인해야 해요")
              + ": "
              + journal.link(pull));
    }
    Journal.Teller teller =
        journal.teller(pull, new Journal.News(by.user(), text, verdict.text(), null, null));
    journal
        .database()
        .useTransaction(handle -> {
          Conversation.review(
              handle,
              pull,
              new Conversation.Judged(by.user(), verdict, limited(text), allowsTestChanges),
              journal.now());
          journal.event(
              handle,
              pull,
              Kind.REVIEWED,
              by.user(),
              Map.of(
                  "verdict",
                  verdict.text(),
                  "commit",
                  pull.head(),
                  "allowsTestChanges",
                  String.valueOf(allowsTestChanges)));
          teller.tell(handle, pull, dev.samdan.rooms.Kind.PULL_REQUEST_REVIEWED);
        });
  }

  /** Records that a release may go although its commit was not delivered and tested. */
  void waive(PullRequest pull, String reason, Principal by) {
    if (pull.purpose() != Purpose.RELEASE) {
      throw PlatformException.invalid(
          "only a release can be overruled; " + pull.name() + " is a " + pull.kind());
    }
    PullRequest.Waiver waiver =
        new PullRequest.Waiver(required(reason, "the reason"), by.user(), pull.head());
    journal
        .database()
        .useTransaction(handle -> {
          PullRequestRows.waive(handle, pull, waiver, journal.now());
          journal.event(
              handle,
              pull,
              Kind.OVERRIDDEN,
              by.user(),
              Map.of("reason", waiver.reason(), "commit", waiver.commit()));
        });
  }

  void close(PullRequest pull, Principal by) {
    Journal.Teller teller = journal.teller(pull, Journal.News.by(by.user()));
    journal
        .database()
        .useTransaction(handle -> {
          if (!PullRequestRows.closed(
              handle, pull, PullRequestState.Why.BY_HAND, by.user(), journal.now())) {
            throw PlatformException.conflict(
                by.reads(
                    pull.name() + " has changed: look at it again",
                    pull.name() + " 풀 리퀘스트가 그 사이에 바뀌었어요. 다시 확인하세요"));
          }
          journal.event(handle, pull, Kind.CLOSED, by.user(), Map.of("why", "by-hand"));
          teller.tell(handle, pull, dev.samdan.rooms.Kind.PULL_REQUEST_CLOSED);
        });
  }

  private static String required(String text, String what) {
    if (text.isBlank()) {
      throw PlatformException.invalid(what + " has no text");
    }
    return limited(text);
  }

  static String limited(String text) {
    if (text.length() > MOST_TEXT) {
      throw new PlatformException(
          PlatformException.Code.TOO_LARGE,
          "the text has " + text.length() + " characters, at most " + MOST_TEXT + " are kept");
    }
    return text.strip();
  }
}
