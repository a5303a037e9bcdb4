package dev.samdan.console;

import java.util.List;

/**
 * The form that opens a pull request.
 *
 * @param source the branch that is chosen; empty for none
 */
public record OpenPullRequestPage(
    String headline, String application, String source, List<String> branches, String title) {}
