package dev.samdan.console;

import java.util.List;

/**
 * One run of a job or of a command, with what it wrote.
 *
 * @param silence why there are no lines
 */
public record RunPage(
    String id,
    String headline,
    String lead,
    State state,
    boolean running,
    List<OverviewPage.Fact> facts,
    List<LogPanel.Line> log,
    long before,
    String silence) {}
