package dev.samdan.console;

import dev.samdan.source.Commit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pull request: one of its three tabs, and what stands beside each.
 *
 * @param head the commit that is shown, and that a verdict or a merge is about
 * @param tab {@code conversation}, {@code commits} or {@code files}
 * @param progress how many of the files the reader has looked at; empty on another tab
 * @param findings what the preflight says of its files; null where all agree, and on another tab
 * @param wants who wants what, up to the branch that it comes from
 */
public record PullRequestPage(
    String application,
    int number,
    String title,
    State state,
    String author,
    String wants,
    String source,
    String target,
    String head,
    String tab,
    List<Filter> tabs,
    int additions,
    int deletions,
    @Nullable Conversation conversation,
    List<Commit> commits,
    @Nullable DiffPanel files,
    String progress,
    @Nullable FindingsPanel findings,
    Side side) {
  public String address() {
    return "/applications/" + application + "/pull-requests/" + number;
  }

  /**
   * What was said and what happened.
   *
   * @param canReview whether a verdict may be given now
   * @param keepsTests whether a reviewer may say that existing tests change
   */
  public record Conversation(
      String text, List<Item> items, boolean open, boolean canReview, boolean keepsTests) {}

  /** An event, a verdict or a thread of comments, in the order of time. */
  public record Item(
      String icon,
      String tone,
      String who,
      String sentence,
      When at,
      String text,
      @Nullable Thread thread) {}

  /** Comments that belong together; {@code place} is empty for the whole pull request. */
  public record Thread(
      long id, String place, boolean outdated, String resolvedBy, List<Said> comments) {}

  /** One comment. */
  public record Said(long id, String author, String text, When at) {}

  /**
   * What must hold before it is merged, and what it brings.
   *
   * @param blocked why it cannot be merged now; empty where it can
   * @param how how it will be merged and what follows
   * @param override whether a reason lets it go although it was not delivered and tested
   * @param people who can be asked for a review
   * @param acts further buttons: {@code ready}, {@code checks}, {@code close}, {@code reopen}
   */
  public record Side(
      String heading,
      List<CheckRow> checks,
      boolean open,
      String blocked,
      String how,
      boolean override,
      List<String> acts,
      List<Reviewer> reviewers,
      List<Person> people,
      List<OverviewPage.Fact> brings,
      @Nullable Release release,
      @Nullable Hotfix hotfix) {}

  /** One check; {@code href} is the execution that carries it out, null for none. */
  public record CheckRow(
      State state,
      String title,
      String summary,
      @Nullable String href,
      List<String> details,
      List<String> remedies) {}

  /** Somebody who can be asked for a review. */
  public record Person(String name, String displayName) {}

  /** Who has said what. */
  public record Reviewer(String name, State state) {}

  /** What is in a release. */
  public record Release(String commits, List<Included> included) {}

  /** A pull request in a release. */
  public record Included(int number, String title, String author) {}

  /** How far a merged hotfix is. */
  public record Hotfix(String version, State state, String problem, @Nullable Integer back) {}
}
