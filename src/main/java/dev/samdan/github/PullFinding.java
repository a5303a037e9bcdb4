package dev.samdan.github;

import java.util.List;

/**
 * Something of a pull request that does not hold.
 *
 * @param remedies commands or sentences, in the order in which they are done
 */
record PullFinding(String message, List<String> remedies) {
  PullFinding {
    remedies = List.copyOf(remedies);
  }
}
