package dev.samdan.api;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The end of a log, which says how it went; a short one is all of it. */
record LogEnd(long leftOut, List<String> lines) {
  /** Reads a log. */
  @FunctionalInterface
  interface Lines {
    /** Lines from a number (from 1) on, at most so many. */
    List<String> from(long first, int limit);
  }

  /** The last lines, at most so many. */
  static LogEnd of(Lines log, int most) {
    Deque<String> last = new ArrayDeque<>();
    long read = 0;
    List<String> page;
    do {
      page = log.from(read + 1, most);
      read += page.size();
      last.addAll(page);
      while (last.size() > most) {
        last.removeFirst();
      }
    } while (page.size() == most);
    return new LogEnd(read - last.size(), List.copyOf(last));
  }
}
