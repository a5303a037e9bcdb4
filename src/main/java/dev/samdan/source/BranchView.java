package dev.samdan.source;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A branch as the strategy sees it.
 *
 * @param kind such as {@code feature}; {@code fixed} of one that always exists, null of a name of
 *     no kind
 * @param base where it comes from; null where that is not said
 * @param ahead commits that its base has not
 * @param behind commits of its base that it has not
 * @param problems what is wrong with it, each with the commands that mend it; empty where it is
 *     well
 */
public record BranchView(
    String name,
    @Nullable String kind,
    @Nullable String base,
    String commit,
    String subject,
    String author,
    Instant at,
    int ahead,
    int behind,
    List<Finding> problems) {
  public BranchView {
    problems = List.copyOf(problems);
  }

  /** What is wrong, in the words of a refused push. */
  public record Finding(String message, List<String> commands) {
    public Finding {
      commands = List.copyOf(commands);
    }

    static Finding of(List<String> lines) {
      return new Finding(lines.getFirst(), lines.stream().skip(1).map(String::strip).toList());
    }
  }
}
