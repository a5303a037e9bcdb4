package dev.samdan.edge;

import java.util.Locale;

/**
 * A rule's host: a name, or {@code *.example.com} for every name below it. Compared in lower case.
 */
record HostPattern(String name, boolean below) {
  static HostPattern parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("*.")
        ? new HostPattern(lower.substring(1), true)
        : new HostPattern(lower, false);
  }

  boolean matches(String host) {
    return below ? host.length() > name.length() && host.endsWith(name) : host.equals(name);
  }
}
