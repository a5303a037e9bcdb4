package dev.samdan.source;

import java.util.List;

/**
 * What followed for one application from a branch that moved.
 *
 * @param followed whether an environment of the application follows the branch
 * @param started the pipelines that start, in order
 * @param errors what is wrong with samdan.yml, a line each; empty where it is valid
 */
record Delivered(
    String application,
    String branch,
    boolean followed,
    List<String> started,
    List<String> errors) {
  static Delivered nothing(String application, String branch, boolean followed) {
    return new Delivered(application, branch, followed, List.of(), List.of());
  }

  /** Whether something was to be delivered and its file allowed it. */
  boolean valid() {
    return errors.isEmpty();
  }
}
