package dev.samdan.deploy;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Looks up an appspec's keys, whatever their case, and collects what is wrong where it stands. */
record AppspecFields(String file, List<Problem> problems) {
  /** Warns of keys that are not known; the ignored ones are EC2's. */
  void unknown(Yaml.Fields fields, Set<String> known, Set<String> ignored, String prefix) {
    for (Yaml.Field field : fields.fields().values()) {
      String key = field.key().toLowerCase(Locale.ROOT);
      if (ignored.contains(key)) {
        problems.add(
            Problem.warning(
                file,
                field.line(),
                field.column(),
                field.key() + " is for EC2 and is passed over here"));
      } else if (!known.contains(key)) {
        problems.add(
            Problem.warning(
                file,
                field.line(),
                field.column(),
                prefix + field.key() + " is not known and is passed over"));
      }
    }
  }

  void error(Yaml at, String message) {
    problems.add(Problem.error(file, at.line(), at.column(), message));
  }

  void warning(Yaml at, String message) {
    problems.add(Problem.warning(file, at.line(), at.column(), message));
  }

  /** The value under a key, or the mapping where it is absent. */
  static Yaml at(Yaml.Fields fields, String key) {
    return get(fields, key).orElse(fields);
  }

  static boolean isNull(Yaml node) {
    return node instanceof Yaml.Text text && text.isNull();
  }

  static Optional<String> text(Yaml.Fields fields, String key) {
    return get(fields, key)
        .filter(v -> v instanceof Yaml.Text t && !t.isNull())
        .map(v -> ((Yaml.Text) v).value().strip());
  }

  static Optional<Yaml> get(Yaml.Fields fields, String key) {
    return fields.fields().values().stream()
        .filter(f -> f.key().equalsIgnoreCase(key))
        .map(Yaml.Field::value)
        .findFirst();
  }
}
