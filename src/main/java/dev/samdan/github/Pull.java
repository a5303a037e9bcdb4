package dev.samdan.github;

/**
 * A pull request that lives at GitHub.
 *
 * @param fork whether its commits come from another repository
 */
record Pull(
    int number,
    String head,
    String headCommit,
    String base,
    boolean fork,
    String title,
    String author) {
  /** Where GitHub keeps its commits, wherever they come from. */
  String ref() {
    return "refs/pull/" + number + "/head";
  }
}
