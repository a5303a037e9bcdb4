package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One execution: its stages, and what its chosen action did.
 *
 * @param rest the headline's second sentence; empty for none
 * @param by what follows the author: on which branch, pushed when, what serves
 * @param findings what the preflight says of the commit; null where nobody looks for it
 * @param retry what a retry would run again; empty where nothing failed
 */
public record ExecutionPage(
    String id,
    int number,
    String pipeline,
    String application,
    String headline,
    String rest,
    State state,
    String commit,
    String fullCommit,
    String message,
    String author,
    String by,
    boolean ended,
    String retry,
    List<StageBox> stages,
    Chosen chosen,
    @Nullable ApprovalFacts approval,
    @Nullable LogPanel log,
    @Nullable ReportPanel report,
    List<CoveragePanel> coverage,
    @Nullable DeploymentPart deployment,
    @Nullable FindingsPanel findings) {
  /** One stage. */
  public record StageBox(String name, State state, String time, List<ActionLine> actions) {
    public String tone() {
      return state.tone().equals("none") ? "todo" : state.tone();
    }
  }

  /** One action of a stage. */
  public record ActionLine(String name, String href, State state, String fact, boolean chosen) {}

  /** The action that is shown. */
  public record Chosen(
      String name,
      State state,
      String error,
      String summary,
      List<String> attempts,
      List<OverviewPage.Fact> facts) {}

  /** What an action that deploys did. */
  public record DeploymentPart(
      String id,
      String headline,
      DeploymentPage.@Nullable Why why,
      DeploymentPage.@Nullable Bar bar,
      List<OverviewPage.Step> steps) {}
}
