package dev.samdan.edge;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * A request target's path as rules and sites see it: percent-decoded once, dot segments and empty
 * segments resolved (RFC 3986 section 5.2.4). What targets get is the client's own spelling.
 */
final class RequestPath {
  private RequestPath() {}

  /**
   * Empty where the path climbs above the root, holds NUL or a percent sign without two hex digits.
   */
  static Optional<String> normalize(String rawPath) {
    return decode(rawPath).flatMap(RequestPath::resolve);
  }

  private static Optional<String> decode(String raw) {
    if (raw.indexOf('%') < 0) {
      return Optional.of(raw);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        bytes.write(c);
        continue;
      }
      int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
      int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0 || high + low == 0) {
        return Optional.empty();
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    return Optional.of(bytes.toString(StandardCharsets.UTF_8));
  }

  private static Optional<String> resolve(String path) {
    if (path.indexOf("//") < 0 && path.indexOf("/.") < 0) {
      return Optional.of(path);
    }
    ArrayDeque<String> segments = new ArrayDeque<>();
    boolean folder = false;
    for (String segment : path.split("/", -1)) {
      folder = segment.isEmpty() || segment.equals(".") || segment.equals("..");
      if (segment.equals("..")) {
        if (segments.pollLast() == null) {
          return Optional.empty();
        }
      } else if (!folder) {
        segments.addLast(segment);
      }
    }
    String joined = "/" + String.join("/", segments);
    return Optional.of(folder && !segments.isEmpty() ? joined + "/" : joined);
  }
}
