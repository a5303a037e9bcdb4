package dev.samdan.console;

import dev.samdan.application.Tier;
import dev.samdan.pullrequest.Check;
import dev.samdan.pullrequest.HotfixView;
import dev.samdan.pullrequest.PullRequestRow;
import dev.samdan.pullrequest.PullRequestView;
import dev.samdan.pullrequest.ReleaseContents;
import dev.samdan.pullrequest.Review;
import dev.samdan.source.Outlook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes what stands beside a pull request: what must hold, who looked, what it brings. */
final class PullRequestSide {
  private final Words words;
  private final PullRequestView view;
  private final List<PullRequestPage.Person> people;
  private final String mayNot;

  /**
   * Of one.
   *
   * @param people who can be asked for a review
   * @param mayNot why the reader may not merge it; empty where they may
   */
  PullRequestSide(
      Words words, PullRequestView view, List<PullRequestPage.Person> people, String mayNot) {
    this.words = words;
    this.view = view;
    this.people = people;
    this.mayNot = mayNot;
  }

  PullRequestPage.Side side() {
    String state = view.row().state();
    boolean open = state.equals("open") || state.equals("draft") || state.equals("merging");
    List<Check> standing = view.checks().stream().filter(Check::blocks).toList();
    boolean undelivered =
        open
            && !standing.isEmpty()
            && standing.stream().allMatch(c -> c.name().equals("delivered"));
    return new PullRequestPage.Side(
        words.say(open ? "pull.before" : "pull.held"),
        view.checks().stream().map(this::row).toList(),
        open,
        !open || (view.mergeable() && mayNot.isEmpty()) ? "" : blocked(standing),
        open ? how() : "",
        undelivered,
        acts(state),
        reviewers(),
        open ? people : List.of(),
        brings(view.brings()),
        release(view.release()),
        hotfix(view.hotfix()));
  }

  private String blocked(List<Check> standing) {
    if (!mayNot.isEmpty()) {
      return mayNot;
    }
    if (view.row().standing() == PullRequestRow.Standing.DRAFT) {
      return words.say("pull.draft");
    }
    return standing.isEmpty()
        ? PullRequestWords.of(words, view.row()).word()
        : standing.getFirst().title() + ": " + standing.getFirst().summary();
  }

  private String how() {
    String how = words.say("pull.how." + view.mergeHow());
    String branch = view.deletesBranch() ? " " + words.say("pull.deletes") : "";
    String then =
        view.brings().pipelines().isEmpty()
            ? ""
            : " " + words.say("pull.then", view.row().target());
    return how + branch + then;
  }

  private static List<String> acts(String state) {
    return switch (state) {
      case "draft" -> List.of("ready", "checks", "close");
      case "open" -> List.of("checks", "close");
      case "closed" -> List.of("reopen");
      default -> List.of();
    };
  }

  private PullRequestPage.CheckRow row(Check check) {
    return new PullRequestPage.CheckRow(
        PullRequestWords.of(words, check),
        check.title(),
        check.summary(),
        check.execution() == null ? null : "/executions/" + check.execution(),
        check.blocks() || check.name().equals("files") ? check.details() : List.of(),
        check.blocks() ? check.remedies() : List.of());
  }

  /** Each by the newest verdict, then those who were asked since. */
  private List<PullRequestPage.Reviewer> reviewers() {
    Map<String, State> states = new LinkedHashMap<>();
    view.reviews().forEach(review -> states.put(review.reviewerName(), verdict(review)));
    State asked = new State("wait", "wait", words.say("pull.reviewer.asked"), "asked");
    view.asked().forEach(name -> states.put(name, asked));
    return states.entrySet().stream()
        .map(e -> new PullRequestPage.Reviewer(e.getKey(), e.getValue()))
        .toList();
  }

  private State verdict(Review review) {
    String exact = review.verdict().text();
    if (review.stale()) {
      return new State("none", "superseded", words.say("pull.reviewer.stale"), exact);
    }
    String word = words.say("pull.reviewer." + exact);
    return review.verdict() == Review.Verdict.APPROVED
        ? new State("", "done", word, exact)
        : new State("wait", "wait", word, exact);
  }

  private List<OverviewPage.Fact> brings(Outlook brings) {
    List<OverviewPage.Fact> facts = new ArrayList<>();
    if (!brings.tiers().isEmpty()) {
      String tiers =
          String.join(
              ", ",
              brings.tiers().stream()
                  .map(Tier::name)
                  .map(n -> n.toLowerCase(Locale.ROOT))
                  .toList());
      facts.add(fact("pull.tiers", tiers));
    }
    brings
        .migrations()
        .forEach(m -> facts.add(fact("pull.migration", m.substring(m.lastIndexOf('/') + 1))));
    facts.add(
        fact(
            "pull.base",
            brings.baseImage().isEmpty()
                ? words.say("pull.base.same")
                : words.say("pull.base.built", String.join(", ", brings.baseImage()))));
    if (!brings.pipelines().isEmpty()) {
      facts.add(fact("pull.starts", String.join(", ", brings.pipelines())));
    }
    return facts;
  }

  private OverviewPage.Fact fact(String key, String value) {
    return new OverviewPage.Fact(words.say(key), value, "");
  }

  private PullRequestPage.@Nullable Release release(@Nullable ReleaseContents contents) {
    return contents == null
        ? null
        : new PullRequestPage.Release(
            words.count("pull.release.commits", contents.commitCount()),
            contents.pullRequests().stream()
                .map(p -> new PullRequestPage.Included(p.number(), p.title(), p.author()))
                .toList());
  }

  private PullRequestPage.@Nullable Hotfix hotfix(@Nullable HotfixView hotfix) {
    if (hotfix == null) {
      return null;
    }
    String exact = hotfix.step().text();
    String word = words.say("pull.hotfix." + exact);
    State state =
        switch (hotfix.step()) {
          case DELIVERING, DELIVERED -> new State("run", "run", word, exact);
          case NOT_DELIVERED -> new State("fail", "fail", word, exact);
          case RETURNING ->
              hotfix.conflicts().isEmpty()
                  ? new State("run", "run", word, exact)
                  : new State(
                      "wait",
                      "wait",
                      words.count("pull.hotfix.conflicts", hotfix.conflicts().size()),
                      exact);
          case DONE -> new State("", "done", word, exact);
        };
    return new PullRequestPage.Hotfix(
        hotfix.version(), state, Shells.or(hotfix.problem(), ""), hotfix.returnNumber());
  }
}
