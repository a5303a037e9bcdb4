package dev.samdan.build;

import dev.samdan.base.Problem;
import dev.samdan.base.Spelling;
import dev.samdan.base.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the shapes that a buildspec is made of, collecting what is wrong. */
record YamlFields(String file, List<Problem> problems) {

  void error(int line, int column, String message) {
    problems.add(Problem.error(file, line, column, message));
  }

  void error(Yaml at, String message) {
    error(at.line(), at.column(), message);
  }

  void warning(int line, int column, String message) {
    problems.add(Problem.warning(file, line, column, message));
  }

  void warning(Yaml at, String message) {
    warning(at.line(), at.column(), message);
  }

  /** Warns of what is no known key, with the key that was likely meant. */
  void warnUnknown(Yaml.Fields fields, String where, Set<String> known) {
    for (Yaml.Field field : fields.fields().values()) {
      if (!known.contains(field.key())) {
        String near =
            Spelling.near(field.key(), known)
                .map(k -> "; did you mean " + k + "?")
                .orElseGet(() -> " (" + String.join(", ", new TreeSet<>(known)) + ")");
        warning(
            field.line(),
            field.column(),
            where + field.key() + " is not a key of a buildspec and is not read" + near);
      }
    }
  }

  /** A mapping; an absent or empty one is none. */
  Optional<Yaml.Fields> mapping(Yaml.Fields fields, String key) {
    Yaml node = fields.get(key).orElse(null);
    if (node == null || node instanceof Yaml.Text text && text.isNull()) {
      return Optional.empty();
    }
    if (node instanceof Yaml.Fields mapping) {
      return Optional.of(mapping);
    }
    error(node, key + " must be a mapping");
    return Optional.empty();
  }

  Optional<String> text(Yaml.Fields fields, String where, String key) {
    Yaml node = fields.get(key).orElse(null);
    if (node == null) {
      return Optional.empty();
    }
    if (node instanceof Yaml.Text text) {
      return Optional.of(text.isNull() ? "" : text.value());
    }
    error(node, where + key + " must be one text");
    return Optional.empty();
  }

  /** A list of texts, or a single one written without a list. Empty entries are left out. */
  List<Yaml.Text> texts(Yaml.Fields fields, String where, String key) {
    Yaml node = fields.get(key).orElse(null);
    List<Yaml.Text> texts = new ArrayList<>();
    List<Yaml> nodes =
        node == null ? List.of() : node instanceof Yaml.Items items ? items.items() : List.of(node);
    for (Yaml item : nodes) {
      switch (item) {
        case Yaml.Text text -> {
          if (!text.isNull()) {
            texts.add(text);
          }
        }
        case Yaml.Fields map ->
            error(
                map,
                where
                    + key
                    + ": a text is wanted here, but this is a mapping; quote a text that holds ':"
                    + " '");
        case Yaml.Items list ->
            error(list, where + key + ": a text is wanted here, but this is a list");
      }
    }
    return texts;
  }

  /** YAML 1.1's words for true and false. */
  boolean yes(Yaml.Fields fields, String where, String key) {
    Yaml node = fields.get(key).orElse(null);
    String word = node instanceof Yaml.Text text ? text.value().toLowerCase(Locale.ROOT) : "";
    if (node != null && !Set.of("yes", "no", "true", "false", "on", "off").contains(word)) {
      error(node, where + key + " must be yes or no");
    }
    return Set.of("yes", "true", "on").contains(word);
  }
}
