package dev.samdan.console;

import dev.samdan.pipeline.WaitingApproval;
import dev.samdan.pullrequest.HotfixView;
import dev.samdan.pullrequest.ReviewWanted;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the page of what waits for the reader. */
final class WaitingPages {
  private final ConsoleRooms rooms;
  private final Words words;

  WaitingPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    Waiting waiting = asked.around().waiting();
    List<String> keys = new ArrayList<>();
    waiting.approvals().forEach(w -> keys.add(w.token().toString()));
    waiting.reviews().forEach(r -> keys.add(key(r)));
    waiting.hotfixes().forEach(h -> keys.add(key(h)));
    String chosen = asked.query("open");
    String open =
        chosen != null && keys.contains(chosen) ? chosen : keys.isEmpty() ? "" : keys.getFirst();
    List<WaitingPage.Line> lines = new ArrayList<>();
    ApprovalFacts approval = null;
    WaitingPage.Other other = null;
    for (WaitingApproval each : waiting.approvals()) {
      boolean current = open.equals(each.token().toString());
      lines.add(line(each, current));
      approval =
          current
              ? new Approvals(rooms, words).facts(each, asked.reader().principal().user())
              : approval;
    }
    for (ReviewWanted each : waiting.reviews()) {
      boolean current = open.equals(key(each));
      lines.add(line(each, current));
      other = current ? review(each) : other;
    }
    for (HotfixView each : waiting.hotfixes()) {
      boolean current = open.equals(key(each));
      lines.add(line(each, current));
      other = current ? hotfix(each) : other;
    }
    String headline = headline(waiting);
    WaitingPage page = new WaitingPage(headline, lines, approval, other);
    return new Asked.Shown("waiting", asked.around().page("waiting", headline, "waiting"), page);
  }

  private String headline(Waiting waiting) {
    return waiting.count() == 0
        ? words.say("waiting.none")
        : waiting.count() == waiting.approvals().size()
            ? words.count("waiting.some", waiting.count())
            : words.count("waiting.things", waiting.count());
  }

  private static String key(ReviewWanted review) {
    return "review-" + review.repository() + "-" + review.number();
  }

  private static String key(HotfixView hotfix) {
    return "hotfix-" + hotfix.repository() + "-" + hotfix.version();
  }

  private WaitingPage.Line line(WaitingApproval each, boolean current) {
    return new WaitingPage.Line(
        "/waiting?open=" + each.token(),
        "wait",
        "wait",
        each.pipeline(),
        words.say("waiting.line", Brief.commit(each.commit()), Shells.or(each.environment(), "")),
        each.author(),
        When.ago(words, each.askedAt()).text(),
        current);
  }

  private WaitingPage.Line line(ReviewWanted each, boolean current) {
    return new WaitingPage.Line(
        "/waiting?open=" + Brief.encoded(key(each)),
        "branch",
        "wait",
        Waiting.application(rooms, each.repository()),
        words.say("waiting.review", "#" + each.number() + " " + each.title()),
        each.authorName(),
        When.ago(words, each.since()).text(),
        current);
  }

  private WaitingPage.Line line(HotfixView each, boolean current) {
    boolean failed = each.step() == HotfixView.Step.NOT_DELIVERED;
    return new WaitingPage.Line(
        "/waiting?open=" + Brief.encoded(key(each)),
        failed ? "fail" : "wait",
        failed ? "fail" : "wait",
        Waiting.application(rooms, each.repository()),
        words.say(
            failed ? "waiting.hotfix.failed" : "waiting.hotfix", each.branch(), integration(each)),
        each.author(),
        When.ago(words, each.mergedAt()).text(),
        current);
  }

  private WaitingPage.Other review(ReviewWanted review) {
    String by = review.askedBy();
    return new WaitingPage.Other(
        new State("wait", "wait", words.say("waiting.review.state"), "open"),
        review.title() + " #" + review.number(),
        by == null
            ? words.say("waiting.review.any", review.authorName())
            : words.say("waiting.review.asked", by),
        review.source(),
        review.target(),
        List.of(),
        "",
        pull(review.repository(), review.number()) + "/files",
        words.say("waiting.review.do"));
  }

  private WaitingPage.Other hotfix(HotfixView hotfix) {
    String integration = integration(hotfix);
    boolean failed = hotfix.step() == HotfixView.Step.NOT_DELIVERED;
    Integer back = hotfix.returnNumber();
    List<String> details = new ArrayList<>(hotfix.conflicts());
    addUnlessNull(details, hotfix.problem());
    return new WaitingPage.Other(
        failed
            ? new State("fail", "fail", words.say("pull.hotfix.not-delivered"), "not-delivered")
            : new State("wait", "wait", words.say("pull.hotfix.returning"), "returning"),
        hotfix.version(),
        failed
            ? words.say("waiting.hotfix.failed.about")
            : hotfix.conflicts().isEmpty()
                ? words.say("waiting.hotfix.about", integration)
                : words.count("waiting.hotfix.conflicts", hotfix.conflicts().size(), integration),
        hotfix.branch(),
        integration,
        details,
        failed || hotfix.conflicts().isEmpty()
            ? ""
            : "git fetch origin\ngit switch "
                + hotfix.branch()
                + "\ngit merge origin/"
                + integration
                + "\ngit push",
        pull(hotfix.repository(), failed || back == null ? hotfix.number() : back),
        words.say("waiting.hotfix.do"));
  }

  private String integration(HotfixView hotfix) {
    return rooms.branches().policy(hotfix.repository()).integration();
  }

  private static void addUnlessNull(List<String> list, @Nullable String text) {
    if (text != null) {
      list.add(text);
    }
  }

  private String pull(String repository, int number) {
    return "/applications/" + Waiting.application(rooms, repository) + "/pull-requests/" + number;
  }
}
