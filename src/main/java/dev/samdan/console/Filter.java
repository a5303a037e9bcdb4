package dev.samdan.console;

import org.jspecify.annotations.Nullable;

/** One way to look at a list or a page; the current one is marked. */
public record Filter(
    String text,
    String href,
    boolean current,
    @Nullable Integer count,
    @Nullable Mark mark,
    String label) {
  static Filter of(String text, String href, boolean current) {
    return new Filter(text, href, current, null, null, "");
  }

  static Filter counted(String text, String href, boolean current, int count) {
    return new Filter(text, href, current, count, null, "");
  }
}
