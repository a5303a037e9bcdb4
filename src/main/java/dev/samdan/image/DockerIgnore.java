package dev.samdan.image;

import dev.samdan.base.Glob;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code .dockerignore} keeps out of a context: the last pattern that matches a path or a
 * folder above it decides.
 */
public final class DockerIgnore {
  /**
   * One pattern.
   *
   * @param line from 1
   */
  private record Rule(Glob glob, boolean keep, int line) {}

  private final List<Rule> rules;

  private DockerIgnore(List<Rule> rules) {
    this.rules = rules;
  }

  /** Reads the file's text; a wrong pattern is INVALID. */
  public static DockerIgnore parse(String text) {
    List<Rule> rules = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\r?\n", -1)) {
      number++;
      String pattern = line.strip();
      if (pattern.isEmpty() || pattern.startsWith("#")) {
        continue;
      }
      boolean keep = pattern.startsWith("!");
      List<String> parts = new ArrayList<>();
      for (String part : (keep ? pattern.substring(1).strip() : pattern).split("/", -1)) {
        if (!part.isEmpty() && !part.equals(".")) {
          parts.add(part);
        }
      }
      if (!parts.isEmpty()) {
        rules.add(new Rule(glob(String.join("/", parts)), keep, number));
      }
    }
    return new DockerIgnore(List.copyOf(rules));
  }

  /** A pattern as Docker reads it, which has no choices in braces. */
  static Glob glob(String pattern) {
    return Glob.parse(pattern.replace("{", "\\{").replace("}", "\\}"));
  }

  /** Takes what is ignored out of the tree; answers the paths taken. */
  List<String> applyTo(FileTree tree) {
    List<String> ignored =
        rules.isEmpty() ? List.of() : tree.all().keySet().stream().filter(this::ignores).toList();
    ignored.forEach(tree.all()::remove);
    return ignored;
  }

  /** Whether a path of the context is kept out. */
  public boolean ignores(String path) {
    return ignoringLine(path) > 0;
  }

  /** The line, from 1, whose pattern keeps a path out; 0 where none does. */
  public int ignoringLine(String path) {
    int line = 0;
    for (Rule rule : rules) {
      if ((line > 0) == rule.keep && matches(rule.glob, path)) {
        line = rule.keep ? 0 : rule.line;
      }
    }
    return line;
  }

  private static boolean matches(Glob glob, String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (glob.matches(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }
}
