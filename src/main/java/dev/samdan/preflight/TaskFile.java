package dev.samdan.preflight;

import dev.samdan.base.Yaml;
import dev.samdan.preflight.Findings.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What appspec and task definition say of each other, and where; shapes that are wrong are passed.
 */
final class TaskFile {
  private TaskFile() {}

  /** A value and its place; {@code text} is empty where it is not there. */
  record Value(String text, Place at) {}

  /** One container of a task definition. */
  record Container(Value name, Value image, List<Value> ports) {}

  /** The container that an appspec sends the traffic to. */
  record Balanced(Value name, Value port) {}

  static List<Container> containers(String file, String text) {
    Yaml.Fields root = fields(Yaml.parse(file, Templates.readable(file, text)).root());
    Yaml.Fields definition =
        get(root, "taskDefinition")
            .map(TaskFile::fields)
            .filter(f -> !f.fields().isEmpty())
            .orElse(root);
    List<Container> containers = new ArrayList<>();
    for (Yaml item : items(definition, "containerDefinitions")) {
      Yaml.Fields container = fields(item);
      List<Value> ports = new ArrayList<>();
      for (Yaml mapping : items(container, "portMappings")) {
        Value port = value(file, fields(mapping), "containerPort", mapping);
        if (!port.text().isEmpty()) {
          ports.add(port);
        }
      }
      containers.add(
          new Container(
              value(file, container, "name", item), value(file, container, "image", item), ports));
    }
    return containers;
  }

  static Optional<Balanced> balanced(String file, String text) {
    Yaml.Fields root = fields(Yaml.parse(file, text).root());
    return items(root, "Resources").stream()
        .map(TaskFile::fields)
        .flatMap(named -> named.fields().values().stream())
        .map(field -> fields(field.value()))
        .map(resource -> get(resource, "Properties").map(TaskFile::fields))
        .flatMap(Optional::stream)
        .map(properties -> get(properties, "LoadBalancerInfo").map(TaskFile::fields))
        .flatMap(Optional::stream)
        .findFirst()
        .map(info ->
            new Balanced(
                value(file, info, "ContainerName", info),
                value(file, info, "ContainerPort", info)));
  }

  private static Yaml.Fields fields(@org.jspecify.annotations.Nullable Yaml node) {
    return node instanceof Yaml.Fields fields ? fields : new Yaml.Fields(java.util.Map.of(), 0, 0);
  }

  private static List<Yaml> items(Yaml.Fields fields, String key) {
    return get(fields, key).orElse(null) instanceof Yaml.Items items ? items.items() : List.of();
  }

  private static Value value(String file, Yaml.Fields fields, String key, Yaml otherwise) {
    Yaml node = get(fields, key).orElse(null);
    return node instanceof Yaml.Text text && !text.isNull()
        ? new Value(text.value().strip(), new Place(file, text.line(), text.column()))
        : new Value("", new Place(file, otherwise.line(), otherwise.column()));
  }

  /** Keys match whatever their case, as CodeDeploy takes them. */
  private static Optional<Yaml> get(Yaml.Fields fields, String key) {
    Predicate<Yaml.Field> same =
        f -> f.key().toLowerCase(Locale.ROOT).equals(key.toLowerCase(Locale.ROOT));
    return fields.fields().values().stream().filter(same).map(Yaml.Field::value).findFirst();
  }
}
