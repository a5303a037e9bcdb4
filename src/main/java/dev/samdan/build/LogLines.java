package dev.samdan.build;

import java.util.List;

/**
 * A piece of a build's log.
 *
 * @param first number, from 1, of the first of these lines
 * @param lines without their ends; masked; escape sequences and {@code \r} as the command wrote
 *     them
 * @param next number of the line to ask for next
 * @param complete whether the build has ended and these are the last lines
 */
public record LogLines(long first, List<String> lines, long next, boolean complete) {
  public LogLines {
    lines = List.copyOf(lines);
  }
}
