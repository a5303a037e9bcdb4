package dev.samdan.application;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of samdan.yml while it is read: gives values with their defaults, collects what is
 * wrong with them, and at {@link #close()} refuses the keys that nobody asked for.
 */
final class Section implements AutoCloseable {
  /** What refuses a value says why it does: {@code is not a port (1 to 65535)}. */
  static final class Refused extends RuntimeException {
    private final String reason;

    Refused(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }

  private final String file;
  private final String path;
  private final Map<String, Yaml.Field> fields;
  private final List<Problem> problems;
  private final Set<String> known = new LinkedHashSet<>();

  private Section(
      String file, String path, Map<String, Yaml.Field> fields, List<Problem> problems) {
    this.file = file;
    this.path = path;
    this.fields = fields;
    this.problems = problems;
  }

  /** The section that a node holds; an empty one, and a problem, where it is not a mapping. */
  static Section of(String file, String path, Yaml node, List<Problem> problems) {
    Section section =
        new Section(
            file, path, node instanceof Yaml.Fields found ? found.fields() : Map.of(), problems);
    if (!(node instanceof Yaml.Fields) && !isNull(node)) {
      section.problem(
          node, path.isEmpty() ? "" : path + ": ", "must be a mapping of keys and values");
    }
    return section;
  }

  /** The section under a key; empty where the key is absent. */
  Optional<Section> section(String key) {
    return node(key).map(n -> of(file, name(key), n, problems));
  }

  /** A section that the file does not hold. */
  Section absent(String key) {
    return of(file, name(key), new Yaml.Fields(Map.of(), 0, 0), problems);
  }

  /** The keys in the order of the file, for mappings whose keys are names. */
  List<Yaml.Field> entries() {
    known.addAll(fields.keySet());
    return List.copyOf(fields.values());
  }

  /** The section of one of {@link #entries()}. */
  Section entry(Yaml.Field field) {
    return of(file, name(field.key()), field.value(), problems);
  }

  /**
   * The text under a key after a check that may change or refuse it; the default where the key is
   * absent.
   */
  String text(String key, String otherwise, UnaryOperator<String> check) {
    return checked(key, otherwise, check);
  }

  /** As {@link #text}, null where the key is absent or its value refused. */
  @Nullable String optionalText(String key, UnaryOperator<String> check) {
    String text = checked(key, "", check);
    return text.isEmpty() ? null : text;
  }

  int integer(String key, int otherwise, int least, int most, String what) {
    String text =
        checked(
            key,
            String.valueOf(otherwise),
            value -> {
              if (!value.matches("[+-]?[0-9]{1,9}")
                  || Integer.parseInt(value) < least
                  || Integer.parseInt(value) > most) {
                throw new Refused("is not " + what + " (" + least + " to " + most + ")");
              }
              return value;
            });
    return Integer.parseInt(text);
  }

  boolean flag(String key, boolean otherwise) {
    return switch (checked(key, String.valueOf(otherwise), Section::requireFlag)) {
      case "true", "True", "TRUE" -> true;
      default -> false;
    };
  }

  private static String requireFlag(String value) {
    if (!value.matches("true|True|TRUE|false|False|FALSE")) {
      throw new Refused("is neither true nor false");
    }
    return value;
  }

  /** The texts of a sequence; a single text counts as a sequence of one. */
  List<String> texts(String key, List<String> otherwise, UnaryOperator<String> check) {
    Optional<Yaml> node = node(key);
    if (node.isEmpty() || isNull(node.get())) {
      return otherwise;
    }
    List<Yaml> items = node.get() instanceof Yaml.Items found ? found.items() : List.of(node.get());
    List<String> texts = new ArrayList<>();
    for (Yaml item : items) {
      scalar(item, name(key), check).ifPresent(texts::add);
    }
    return texts;
  }

  /** A mapping of names to texts. */
  Map<String, String> textMap(String key, UnaryOperator<String> checkName) {
    Map<String, String> texts = new LinkedHashMap<>();
    section(key)
        .ifPresent(s -> {
          for (Yaml.Field field : s.entries()) {
            s.checkKey(field, checkName);
            Yaml value = isNull(field.value()) ? emptyText(field) : field.value();
            s.scalar(value, s.name(field.key()), UnaryOperator.identity())
                .ifPresent(text -> texts.put(field.key(), text));
          }
        });
    return texts;
  }

  private static Yaml emptyText(Yaml.Field field) {
    return new Yaml.Text("", false, field.value().line(), field.value().column());
  }

  /** Whether the key of an entry passes the check; a problem at the key where it does not. */
  boolean checkKey(Yaml.Field field, UnaryOperator<String> check) {
    try {
      String _ = check.apply(field.key());
      return true;
    } catch (Refused e) {
      problems.add(
          Problem.error(
              file,
              field.line(),
              field.column(),
              (path.isEmpty() ? "" : path + ": ") + field.key() + " " + e.reason));
      return false;
    }
  }

  /** The node under a key, which is known from now on. */
  Optional<Yaml> node(String key) {
    known.add(key);
    return Optional.ofNullable(fields.get(key)).map(Yaml.Field::value);
  }

  boolean has(String key) {
    return fields.containsKey(key);
  }

  /** Adds a problem at the value of a key, or at the key's mapping where it is absent. */
  void problem(String key, String message) {
    Yaml.Field field = fields.get(key);
    if (field != null) {
      problem(field.value(), name(key) + ": ", message);
    } else {
      problems.add(Problem.error(file, 0, 0, name(key) + ": " + message));
    }
  }

  private void problem(Yaml node, String prefix, String message) {
    problems.add(Problem.error(file, node.line(), node.column(), prefix + message));
  }

  private String checked(String key, String otherwise, UnaryOperator<String> check) {
    return node(key)
        .filter(n -> !isNull(n))
        .flatMap(n -> scalar(n, name(key), check))
        .orElse(otherwise);
  }

  private Optional<String> scalar(Yaml node, String name, UnaryOperator<String> check) {
    if (!(node instanceof Yaml.Text text)) {
      problem(
          node,
          name + ": ",
          "must be a text, not a " + (node instanceof Yaml.Items ? "list" : "mapping"));
      return Optional.empty();
    }
    try {
      return Optional.of(check.apply(text.value()));
    } catch (Refused e) {
      problem(node, name + ": ", (text.value().isEmpty() ? "''" : text.value()) + " " + e.reason);
      return Optional.empty();
    }
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static boolean isNull(Yaml node) {
    return node instanceof Yaml.Text text && text.isNull();
  }

  /** Refuses the keys that were never asked for, naming the nearest that was. */
  @Override
  public void close() {
    for (Yaml.Field field : fields.values()) {
      if (!known.contains(field.key())) {
        problems.add(
            Problem.error(
                file,
                field.line(),
                field.column(),
                name(field.key()) + ": unknown key; " + suggestion(field.key())));
      }
    }
  }

  private String suggestion(String key) {
    String nearest = known.stream().min(Comparator.comparingInt(k -> distance(key, k))).orElse("");
    boolean near = distance(key, nearest) <= Math.max(2, key.length() / 3);
    return near ? "did you mean '" + nearest + "'?" : "known here: " + String.join(", ", known);
  }

  /** The one of these names that is written most like the given one. */
  static String nearest(String name, List<String> names) {
    return names.stream().min(Comparator.comparingInt(n -> distance(name, n))).orElse("");
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(above, row[j - 1]) + 1, diagonal + change);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
