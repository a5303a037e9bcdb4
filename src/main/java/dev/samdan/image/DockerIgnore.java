package dev.samdan.image;

import dev.samdan.base.Glob;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code .dockerignore} keeps out of a context: the last pattern that matches a path or a
 * folder above it decides.
 */
final class DockerIgnore {
  private record Rule(Glob glob, boolean keep) {}

  private final List<Rule> rules;

  private DockerIgnore(List<Rule> rules) {
    this.rules = rules;
  }

  static DockerIgnore parse(String text) {
    List<Rule> rules = new ArrayList<>();
    for (String line : text.split("\r?\n", -1)) {
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
        rules.add(new Rule(glob(String.join("/", parts)), keep));
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

  boolean ignores(String path) {
    boolean ignored = false;
    for (Rule rule : rules) {
      if (ignored == rule.keep && matches(rule.glob, path)) {
        ignored = !rule.keep;
      }
    }
    return ignored;
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
