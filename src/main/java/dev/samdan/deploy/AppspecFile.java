package dev.samdan.deploy;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An appspec for ECS (CodeDeploy user guide, "AppSpec file structure"); keys match whatever their
 * case.
 *
 * @param taskDefinition {@code <TASK_DEFINITION>}, an ARN or {@code family[:revision]}
 * @param containerName that takes the traffic
 */
record AppspecFile(
    String taskDefinition, @Nullable String containerName, @Nullable Integer containerPort) {
  static final String PLACEHOLDER = "<TASK_DEFINITION>";

  /** Throws INVALID with all problems at once. */
  static AppspecFile parse(String file, String text) {
    Yaml.Document document = Yaml.parse(file, text);
    List<Problem> problems = new ArrayList<>(document.problems());
    Problem.throwErrors(problems);
    Yaml.Fields root = document.root() instanceof Yaml.Fields fields ? fields : null;
    Yaml.Fields properties = root == null ? null : properties(root);
    if (properties == null) {
      problems.add(
          Problem.error(
              file,
              1,
              1,
              "no Resources with one TargetService of Type AWS::ECS::Service and its Properties"));
    }
    String definition = properties == null ? null : text(properties, "TaskDefinition").orElse(null);
    if (properties != null && definition == null) {
      problems.add(
          Problem.error(
              file,
              properties.line(),
              properties.column(),
              "Properties have no TaskDefinition: write " + PLACEHOLDER));
    }
    if (definition != null && definition.endsWith(".json")) {
      problems.add(
          Problem.error(
              file,
              0,
              0,
              "TaskDefinition: "
                  + definition
                  + " is a file's name; write "
                  + PLACEHOLDER
                  + " for it"));
    }
    Yaml.Fields balancer =
        properties != null
                && get(properties, "LoadBalancerInfo").orElse(null) instanceof Yaml.Fields fields
            ? fields
            : null;
    Integer port = balancer == null ? null : port(file, balancer, problems);
    Problem.throwErrors(problems);
    return new AppspecFile(
        String.valueOf(definition),
        balancer == null ? null : text(balancer, "ContainerName").orElse(null),
        port);
  }

  private static Yaml.@Nullable Fields properties(Yaml.Fields root) {
    Yaml resources = get(root, "Resources").orElse(null);
    Yaml first =
        resources instanceof Yaml.Items items && items.items().size() == 1
            ? items.items().getFirst()
            : null;
    if (!(first instanceof Yaml.Fields named) || named.fields().size() != 1) {
      return null;
    }
    Yaml resource = named.fields().values().iterator().next().value();
    return resource instanceof Yaml.Fields fields
            && get(fields, "Properties").orElse(null) instanceof Yaml.Fields found
        ? found
        : null;
  }

  private static @Nullable Integer port(String file, Yaml.Fields balancer, List<Problem> problems) {
    Yaml value = get(balancer, "ContainerPort").orElse(null);
    if (!(value instanceof Yaml.Text text)) {
      return null;
    }
    try {
      int port = Integer.parseInt(text.value().strip());
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    problems.add(
        Problem.error(
            file,
            text.line(),
            text.column(),
            "ContainerPort: " + text.value() + " is not a port (1 to 65535)"));
    return null;
  }

  private static Optional<String> text(Yaml.Fields fields, String key) {
    return get(fields, key)
        .filter(v -> v instanceof Yaml.Text t && !t.isNull())
        .map(v -> ((Yaml.Text) v).value());
  }

  private static Optional<Yaml> get(Yaml.Fields fields, String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return fields.fields().values().stream()
        .filter(f -> f.key().toLowerCase(Locale.ROOT).equals(lower))
        .map(Yaml.Field::value)
        .findFirst();
  }
}
