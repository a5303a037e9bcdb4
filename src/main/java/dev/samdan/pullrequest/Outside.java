package dev.samdan.pullrequest;

import dev.samdan.source.Deliveries;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What other rooms know and do.
 *
 * @param url of the console
 * @param moved told of a repository whose branches moved, and by whom
 * @param fileCheck checks the files of a commit against each other
 * @param live what is live, of an application
 * @param checked told of a head that is not looked at any more: what its checks made may go
 */
public record Outside(
    String url,
    BiConsumer<String, String> moved,
    Deliveries.FileCheck fileCheck,
    Function<String, List<LiveMark>> live,
    BiConsumer<String, String> checked) {

  /** An environment serves this commit. */
  public record LiveMark(String environment, String commit) {}
}
