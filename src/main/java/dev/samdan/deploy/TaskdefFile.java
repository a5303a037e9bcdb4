package dev.samdan.deploy;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import dev.samdan.runtime.ContainerBuilder;
import dev.samdan.runtime.ContainerDefinition;
import dev.samdan.runtime.TaskDefinitionInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads taskdef.json: RegisterTaskDefinition's input; nulls and members that only describe are
 * passed over.
 */
final class TaskdefFile {
  private final String file;
  private final List<Problem> problems = new ArrayList<>();

  private TaskdefFile(String file) {
    this.file = file;
  }

  /**
   * Throws INVALID with all problems at once.
   *
   * @param family where the file names none
   * @param defaultPort of a container without portMappings
   */
  static TaskDefinitionInput parse(String file, String text, String family, int defaultPort) {
    return new TaskdefFile(file).read(text, family, defaultPort);
  }

  private TaskDefinitionInput read(String text, String family, int defaultPort) {
    Yaml.Document document = Yaml.parse(file, text);
    problems.addAll(document.problems());
    Problem.throwErrors(problems);
    List<ContainerDefinition> containers = new ArrayList<>();
    if (!(document.root() instanceof Yaml.Fields root)) {
      problems.add(Problem.error(file, 1, 1, "not a task definition: it must be a JSON object"));
      Problem.throwErrors(problems);
      throw new IllegalStateException();
    }
    for (Yaml item : items(root, "containerDefinitions")) {
      if (item instanceof Yaml.Fields container) {
        containers.add(container(container, defaultPort));
      }
    }
    if (containers.isEmpty()) {
      problems.add(
          Problem.error(file, root.line(), root.column(), "containerDefinitions has no container"));
    } else if (containers.stream().noneMatch(ContainerDefinition::essential)) {
      problems.add(
          Problem.error(
              file, root.line(), root.column(), "no container is essential: at least one must be"));
    }
    Problem.throwErrors(problems);
    return new TaskDefinitionInput(
        text(root, "family").orElse(family),
        containers,
        text(root, "cpu").orElse(null),
        text(root, "memory").orElse(null));
  }

  private ContainerDefinition container(Yaml.Fields container, int defaultPort) {
    String name = required(container, "name");
    String image = required(container, "image");
    Map<String, String> environment = new LinkedHashMap<>();
    for (Yaml pair : items(container, "environment")) {
      if (pair instanceof Yaml.Fields fields) {
        text(fields, "name")
            .ifPresent(key -> environment.put(key, text(fields, "value").orElse("")));
      }
    }
    for (Yaml secret : items(container, "secrets")) {
      problems.add(
          Problem.error(
              file,
              secret.line(),
              secret.column(),
              "secrets cannot be given to tasks yet: declare the value in environment or in the"
                  + " application"));
    }
    Integer port = null;
    for (Yaml mapping : items(container, "portMappings")) {
      if (port == null && mapping instanceof Yaml.Fields fields) {
        port = number(fields, "containerPort");
      }
    }
    List<String> volumes = new ArrayList<>();
    for (Yaml mount : items(container, "mountPoints")) {
      if (mount instanceof Yaml.Fields fields) {
        text(fields, "containerPath").ifPresent(volumes::add);
      }
    }
    return new ContainerBuilder(name, image)
        .essential(text(container, "essential").map(t -> !t.equals("false")).orElse(true))
        .containerPort(port == null ? defaultPort : port)
        .environment(environment)
        .entryPoint(texts(container, "entryPoint"))
        .command(texts(container, "command"))
        .workingDirectory(text(container, "workingDirectory").orElse(null))
        .cpu(number(container, "cpu"))
        .memory(number(container, "memory"))
        .volumes(volumes)
        .build();
  }

  private String required(Yaml.Fields fields, String key) {
    Optional<String> value = text(fields, key);
    if (value.isEmpty()) {
      problems.add(
          Problem.error(file, fields.line(), fields.column(), "a container has no " + key));
    }
    return value.orElse("");
  }

  private @Nullable Integer number(Yaml.Fields fields, String key) {
    Optional<String> value = text(fields, key);
    try {
      return value.isPresent() ? Integer.valueOf(value.get()) : null;
    } catch (NumberFormatException e) {
      Yaml at = fields.get(key).orElse(fields);
      problems.add(
          Problem.error(
              file, at.line(), at.column(), key + ": " + value.get() + " is not a whole number"));
      return null;
    }
  }

  private static Optional<String> text(Yaml.Fields fields, String key) {
    return fields
        .get(key)
        .filter(v -> v instanceof Yaml.Text t && !t.isNull())
        .map(v -> ((Yaml.Text) v).value());
  }

  private static List<String> texts(Yaml.Fields fields, String key) {
    return items(fields, key).stream()
        .filter(v -> v instanceof Yaml.Text)
        .map(v -> ((Yaml.Text) v).value())
        .toList();
  }

  private static List<Yaml> items(Yaml.Fields fields, String key) {
    return fields.get(key).orElse(null) instanceof Yaml.Items items ? items.items() : List.of();
  }
}
