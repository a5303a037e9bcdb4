package dev.samdan.console;

import java.util.List;

/** The form that starts a branch. */
public record StartBranchPage(String headline, String application, List<Kind> kinds) {
  /** A kind of branch with the pattern of its names and its base. */
  public record Kind(String name, String pattern, String base) {}
}
