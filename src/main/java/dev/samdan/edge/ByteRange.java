package dev.samdan.edge;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One range of bytes, both ends included (RFC 9110 section 14.1.2); {@code first > last} cannot be
 * satisfied.
 */
record ByteRange(long first, long last) {
  private static final Pattern ONE = Pattern.compile("bytes=\\s*([0-9]{0,18})-([0-9]{0,18})\\s*");

  /** Null where the whole is to be sent: no range, several, or one that cannot be read. */
  static @Nullable ByteRange parse(@Nullable String header, long size) {
    Matcher range = header == null ? null : ONE.matcher(header);
    if (range == null
        || !range.matches()
        || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
      return null;
    }
    if (range.group(1).isEmpty()) {
      long tail = Long.parseLong(range.group(2));
      return new ByteRange(tail == 0 ? size : Math.max(0, size - tail), size - 1);
    }
    long first = Long.parseLong(range.group(1));
    long last = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
    // An end before its start is no range at all; a start behind the file is one that cannot be
    // satisfied.
    return last < first && first < size ? null : new ByteRange(first, Math.min(last, size - 1));
  }

  boolean isSatisfiable() {
    return first <= last;
  }

  long length() {
    return last - first + 1;
  }
}
