package dev.samdan.github;

import java.util.List;

/** What the branch strategy says of a pull request that lives at GitHub. */
@FunctionalInterface
public interface PullPolicy {
  /**
   * Something that does not hold.
   *
   * @param remedies commands or sentences, in the order in which they are done
   */
  record Finding(String message, List<String> remedies) {
    public Finding {
      remedies = List.copyOf(remedies);
    }
  }

  /**
   * In English, for GitHub's pages.
   *
   * @param source the branch's name, in whichever repository it lives
   * @param target the branch that it would go into
   * @param head the branch's newest commit, which is here
   */
  List<Finding> findings(String repository, String source, String target, String head);
}
