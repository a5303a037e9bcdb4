package dev.samdan.runtime;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One object of a JSON document while it is read: gives its members by type, and collects what is
 * wrong with them where it stands. A member that is null is absent, as AWS's own output has it.
 *
 * @param path of the object in the document, for the messages; empty for the whole of it
 */
record JsonFields(String file, String path, Yaml.Fields node, List<Problem> problems) {
  /** Warns of members that are neither known nor passed over in silence. */
  void known(Set<String> known, Set<String> silent) {
    for (Yaml.Field field : node.fields().values()) {
      if (!known.contains(field.key()) && !silent.contains(field.key())) {
        problems.add(
            Problem.warning(
                file,
                field.line(),
                field.column(),
                name(field.key()) + " is not known; it is kept and has no effect"));
      }
    }
  }

  boolean has(String key) {
    return value(key).isPresent();
  }

  void error(String key, String message) {
    Yaml at = value(key).orElse(node);
    problems.add(Problem.error(file, at.line(), at.column(), place(key) + message));
  }

  void warning(String key, String message) {
    Yaml at = value(key).orElse(node);
    problems.add(Problem.warning(file, at.line(), at.column(), place(key) + message));
  }

  /** A text; a number in its place is taken, and told of. */
  @Nullable String text(String key) {
    Yaml value = value(key).orElse(null);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Yaml.Text text)) {
      error(key, "must be a text");
      return null;
    }
    if (text.plain()) {
      warning(key, text.value() + " must stand in quotes");
    }
    return text.value();
  }

  /** As {@link #text}, which must be there and not empty. */
  String required(String key) {
    String text = text(key);
    if (text == null || text.isBlank()) {
      error(has(key) ? key : "", has(key) ? "is empty" : "has no " + key);
      return "";
    }
    return text;
  }

  /** One of these words; null where it is absent or another one. */
  @Nullable String word(String key, List<String> words) {
    String text = text(key);
    if (text != null && !words.contains(text)) {
      error(key, text + " is not one of " + String.join(", ", words));
      return null;
    }
    return text;
  }

  /** A whole number in its range; one in quotes is taken, and told of. */
  @Nullable Integer integer(String key, long least, long most) {
    Long number = number(key, least, most);
    return number == null ? null : number.intValue();
  }

  int integer(String key, int otherwise, int least, int most) {
    Integer number = integer(key, least, most);
    return number == null ? otherwise : number;
  }

  @Nullable Long number(String key, long least, long most) {
    Yaml value = value(key).orElse(null);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Yaml.Text text) || !text.value().strip().matches("-?\\d{1,15}")) {
      error(
          key,
          (value instanceof Yaml.Text text ? text.value() : "this") + " is not a whole number");
      return null;
    }
    long number = Long.parseLong(text.value().strip());
    if (number < least || number > most) {
      error(key, number + " is not from " + least + " to " + most);
      return null;
    }
    if (!text.plain()) {
      warning(key, "\"" + text.value() + "\" must be a number without quotes");
    }
    return number;
  }

  boolean flag(String key, boolean otherwise) {
    Yaml value = value(key).orElse(null);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Yaml.Text text
        && (text.value().equals("true") || text.value().equals("false"))) {
      if (!text.plain()) {
        warning(key, "\"" + text.value() + "\" must be true or false without quotes");
      }
      return text.value().equals("true");
    }
    error(key, "must be true or false");
    return otherwise;
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Yaml item : items(key)) {
      if (item instanceof Yaml.Text text && !text.isNull()) {
        texts.add(text.value());
      } else {
        at(item, name(key) + ": must hold texts only");
      }
    }
    return texts;
  }

  List<Integer> integers(String key) {
    List<Integer> numbers = new ArrayList<>();
    for (String text : texts(key)) {
      if (text.matches("-?\\d{1,9}")) {
        numbers.add(Integer.valueOf(text));
      } else {
        error(key, text + " is not a whole number");
      }
    }
    return numbers;
  }

  List<JsonFields> objects(String key) {
    List<JsonFields> objects = new ArrayList<>();
    List<Yaml> items = items(key);
    for (int i = 0; i < items.size(); i++) {
      String place = name(key) + "[" + i + "]";
      if (items.get(i) instanceof Yaml.Fields fields) {
        objects.add(new JsonFields(file, place, fields, problems));
      } else {
        at(items.get(i), place + ": must be an object");
      }
    }
    return objects;
  }

  Optional<JsonFields> object(String key) {
    Yaml value = value(key).orElse(null);
    if (value instanceof Yaml.Fields fields) {
      return Optional.of(new JsonFields(file, name(key), fields, problems));
    }
    if (value != null) {
      error(key, "must be an object");
    }
    return Optional.empty();
  }

  Map<String, String> map(String key) {
    Map<String, String> map = new LinkedHashMap<>();
    object(key)
        .ifPresent(fields -> {
          for (String name : fields.node.fields().keySet()) {
            String text = fields.text(name);
            if (text != null) {
              map.put(name, text);
            }
          }
        });
    return map;
  }

  private List<Yaml> items(String key) {
    Yaml value = value(key).orElse(null);
    if (value instanceof Yaml.Items items) {
      return items.items();
    }
    if (value != null) {
      error(key, "must be a list");
    }
    return List.of();
  }

  private void at(Yaml place, String message) {
    problems.add(Problem.error(file, place.line(), place.column(), message));
  }

  private Optional<Yaml> value(String key) {
    return node.get(key).filter(v -> !(v instanceof Yaml.Text text && text.isNull()));
  }

  private String place(String key) {
    String place = key.isEmpty() ? path : name(key);
    return place.isEmpty() ? "" : place + ": ";
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
