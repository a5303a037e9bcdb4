package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One execution: its stages, and what its chosen action did. */
public record ExecutionPage(
    String id,
    int number,
    String pipeline,
    String application,
    String headline,
    State state,
    String commit,
    String fullCommit,
    String message,
    String author,
    String lead,
    boolean canStop,
    boolean canRetry,
    List<StageBox> stages,
    @Nullable Chosen chosen,
    @Nullable ApprovalCard approval,
    @Nullable LogPanel log,
    @Nullable ReportPanel report,
    List<CoveragePanel> coverage,
    DeploymentPage.@Nullable Why why,
    @Nullable String deployment) {
  /** One stage. */
  public record StageBox(String name, State state, String time, List<ActionLine> actions) {}

  /** One action of a stage. */
  public record ActionLine(String name, String href, State state, String fact, boolean chosen) {}

  /** The action that is shown. */
  public record Chosen(
      String name,
      State state,
      String provider,
      String error,
      String summary,
      List<String> attempts) {}

  /** The log of a build, a fold a phase. */
  public record LogPanel(List<Phase> phases, boolean live, String rawHref) {}

  /** One phase: folded when it succeeded, open while it runs and when it failed. */
  public record Phase(
      String name,
      State state,
      String exit,
      String lines,
      String time,
      boolean open,
      List<Piece> pieces) {}

  /** A line, or a stretch that is folded away ({@code number} 0; the text says how long). */
  public record Piece(long number, String html, boolean error) {}

  /** What the tests said. */
  public record ReportPanel(
      String total,
      long passed,
      long failed,
      long errors,
      long skipped,
      int failedShare,
      int skippedShare,
      List<Case> failures,
      List<Slow> slowest) {}

  /** A test that failed. */
  public record Case(String name, String where, String kind, String message, String stack) {}

  /** A slow test. */
  public record Slow(String name, String time) {}
}
