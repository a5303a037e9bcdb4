package dev.samdan.image;

import java.util.List;

/**
 * A piece of an image build's log.
 *
 * @param first number, from 1, of the first of these lines
 * @param next number of the line to ask for next
 * @param complete whether the build has ended and these are the last lines
 */
public record ImageLog(long first, List<String> lines, long next, boolean complete) {
  public ImageLog {
    lines = List.copyOf(lines);
  }
}
