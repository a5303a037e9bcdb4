package dev.samdan.console;

import java.util.List;

/** What differs between a line and the one that it replaces. */
final class Intraline {
  private Intraline() {}

  /**
   * A line in pieces: what it begins and ends with like the other, and what is between.
   *
   * @param other the line beside it; null where there is none
   */
  static List<DiffPanel.Part> parts(String text, @org.jspecify.annotations.Nullable String other) {
    if (other == null) {
      return List.of(new DiffPanel.Part(text, false));
    }
    int most = Math.min(text.length(), other.length());
    int head = 0;
    while (head < most && text.charAt(head) == other.charAt(head)) {
      head++;
    }
    int tail = 0;
    while (tail < most - head
        && text.charAt(text.length() - 1 - tail) == other.charAt(other.length() - 1 - tail)) {
      tail++;
    }
    // A letter of two parts is not cut through, and lines that share little are not marked.
    if (head > 0 && Character.isHighSurrogate(text.charAt(head - 1))) {
      head--;
    }
    if (tail > 0 && Character.isLowSurrogate(text.charAt(text.length() - tail))) {
      tail--;
    }
    if ((head + tail) * 3 < text.length() || text.length() == head + tail) {
      return List.of(new DiffPanel.Part(text, false));
    }
    return List.of(
        new DiffPanel.Part(text.substring(0, head), false),
        new DiffPanel.Part(text.substring(head, text.length() - tail), true),
        new DiffPanel.Part(text.substring(text.length() - tail), false));
  }
}
