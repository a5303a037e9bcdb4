package dev.samdan.preflight;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files that a build completes before they are read: {@code $PORT}, <code>${PORT}</code>, {@code
 * <PORT>}, <code>{{PORT}}</code>, {@code %PORT%} stand where a value will. What is wrong with such
 * a value is not wrong yet.
 */
final class Templates {
  private static final Pattern PLACEHOLDER =
      Pattern.compile(
          "\\$\\{?[A-Za-z_][A-Za-z0-9_]*\\}?|<[A-Za-z][A-Za-z0-9_-]*>|\\{\\{[^{}]+\\}\\}|%[A-Z][A-Z0-9_]*%|@@?[A-Z][A-Z0-9_]*@@?");
  private static final Pattern BARE =
      Pattern.compile(
          "(?<=[:,\\[\\s])\\$?\\{\\{?\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*\\}\\}?(?=[\\s,\\]}])");

  private Templates() {}

  /** JSON that holds <code>${PORT}</code> outside of quotes, in a form that can be read as YAML. */
  static String readable(String file, String text) {
    if (Yaml.parse(file, text).root() != null) {
      return text;
    }
    String masked = BARE.matcher(text).replaceAll(Templates::mask);
    return Yaml.parse(file, masked).root() != null ? masked : text;
  }

  /** As many characters as stood there, so that places stay what they are. */
  private static String mask(MatchResult found) {
    String name = found.group(1);
    return Matcher.quoteReplacement(
        "$" + name + "_".repeat(found.group().length() - name.length() - 1));
  }

  /** The problems, those about a placeholder's value turned into what the build has to do. */
  static List<Problem> lenient(String file, String text, List<Problem> problems) {
    if (problems.stream().noneMatch(Problem::isError)) {
      return problems;
    }
    Map<Long, String> texts = new HashMap<>();
    Yaml root = Yaml.parse(file, text).root();
    if (root != null) {
      collect(root, texts);
    }
    List<Problem> lenient = new ArrayList<>();
    for (Problem problem : problems) {
      String value = texts.getOrDefault(at(problem.line(), problem.column()), "");
      Matcher placeholder = PLACEHOLDER.matcher(value);
      lenient.add(
          problem.isError() && placeholder.find()
              ? Problem.warning(
                  problem.file(),
                  problem.line(),
                  problem.column(),
                  problem.message()
                      + "; the build must put a value for "
                      + placeholder.group()
                      + " before a deployment reads this file")
              : problem);
    }
    return List.copyOf(lenient);
  }

  /** Whether a value is for a build to complete. */
  static boolean isPlaceholder(String value) {
    return PLACEHOLDER.matcher(value).find();
  }

  private static void collect(Yaml node, Map<Long, String> into) {
    switch (node) {
      case Yaml.Text text -> into.put(at(text.line(), text.column()), text.value());
      case Yaml.Items items -> items.items().forEach(item -> collect(item, into));
      case Yaml.Fields fields ->
          fields.fields().values().forEach(field -> collect(field.value(), into));
    }
  }

  private static long at(int line, int column) {
    return (long) line << 32 | column;
  }
}
