package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One deployment, explained when it failed.
 *
 * @param bar what each task set takes; null for a site
 * @param error why it failed or was stopped, where nothing explains it better; empty otherwise
 * @param execution the pipeline's execution that made it, where one did
 */
public record DeploymentPage(
    String id,
    String headline,
    String rest,
    String lead,
    State state,
    @Nullable Why why,
    String error,
    @Nullable Bar bar,
    List<OverviewPage.Step> steps,
    List<OverviewPage.Fact> facts,
    Decisions decisions,
    @Nullable String execution,
    String branch) {
  /** The explanation card. */
  public record Why(
      String title,
      String task,
      String headline,
      List<Third> thirds,
      @Nullable Cause cause,
      List<LogPanel.Line> log,
      long before) {}

  /** One of the three facts of a failure. */
  public record Third(String label, String value, String more) {}

  /** A cause that a rule derived. */
  public record Cause(String text, String remedy, @Nullable String line) {}

  /**
   * The traffic bar.
   *
   * @param next what comes next and when, as an instant for the page to count down; empty for
   *     nothing
   */
  public record Bar(int blue, int green, String configuration, String next, String at) {}

  /**
   * What a person may decide.
   *
   * @param group to roll back; empty where there is nothing to roll back
   * @param shift the deployment whose shift may be hurried; empty for none
   * @param goOn the deployment that waits for a person's word; empty for none
   * @param goOnText what that word does
   */
  public record Decisions(String group, String shift, String goOn, String goOnText) {
    public static final Decisions NONE = new Decisions("", "", "", "");
  }
}
