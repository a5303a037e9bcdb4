package dev.samdan.edge;

import dev.samdan.base.Glob;

/**
 * A rule's path pattern; the common shapes, a whole path and {@code /x/**}, need no regular
 * expression.
 */
sealed interface PathPattern {
  boolean matches(String path);

  record Exact(String path) implements PathPattern {
    @Override
    public boolean matches(String other) {
      return path.equals(other);
    }
  }

  /** {@code folder} has no slash at its end; the folder itself matches too. */
  record Below(String folder) implements PathPattern {
    @Override
    public boolean matches(String path) {
      return path.startsWith(folder)
          && (path.length() == folder.length() || path.charAt(folder.length()) == '/');
    }
  }

  record Pattern(Glob glob) implements PathPattern {
    @Override
    public boolean matches(String path) {
      return glob.matches(path);
    }
  }

  static PathPattern parse(String text) {
    String folder = text.endsWith("/**") ? text.substring(0, text.length() - 3) : text;
    boolean plain = folder.chars().noneMatch(c -> "*?[{\\".indexOf(c) >= 0);
    if (plain && folder.length() < text.length()) {
      return new Below(folder);
    }
    return plain ? new Exact(text) : new Pattern(Glob.parse(text));
  }
}
