package dev.samdan.preflight;

import dev.samdan.base.Yaml;
import dev.samdan.preflight.Findings.Place;
import java.util.Optional;

/** Where samdan.yml says what it says. */
record SamdanYml(String file, Yaml.Fields root) {
  /** The place of a value, or of the nearest mapping above it where a default holds. */
  Place at(String... keys) {
    Yaml node = root;
    int line = 1;
    int column = 1;
    for (String key : keys) {
      Yaml.Field field = node instanceof Yaml.Fields fields ? fields.fields().get(key) : null;
      if (field == null) {
        break;
      }
      line = field.line();
      column = field.column();
      node = field.value();
    }
    return new Place(file, line, column);
  }

  /** Whether the file itself says this, rather than a default. */
  boolean says(String... keys) {
    Optional<Yaml> node = Optional.of(root);
    for (String key : keys) {
      node =
          node.flatMap(n -> n instanceof Yaml.Fields fields ? fields.get(key) : Optional.empty());
    }
    return node.isPresent();
  }
}
