package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One deployment, explained when it failed. */
public record DeploymentPage(
    String id,
    String headline,
    String lead,
    String group,
    State state,
    @Nullable Why why,
    String error,
    List<OverviewPage.Step> steps,
    List<OverviewPage.Fact> facts,
    boolean canRollBack,
    @Nullable String execution) {
  /** The explanation card. */
  public record Why(
      String title,
      String task,
      List<OverviewPage.Fact> facts,
      @Nullable String cause,
      @Nullable String remedy,
      @Nullable String line,
      List<String> log,
      long before) {}
}
