package dev.samdan.deploy;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an appspec for ECS. Keys match whatever their case, because AWS's own pages write them both
 * ways.
 */
final class AppspecReader {
  private static final String TYPE = "AWS::ECS::Service";
  private static final Set<String> OF_EC2 =
      Set.of("os", "files", "permissions", "file_exists_behavior");

  private final AppspecFields notes;

  private AppspecReader(AppspecFields notes) {
    this.notes = notes;
  }

  static AppspecFile.Result read(String file, String text) {
    Yaml.Document document = Yaml.parse(file, text);
    List<Problem> problems = new ArrayList<>(document.problems());
    AppspecFile appspec = null;
    Yaml root = document.root();
    AppspecReader reader = new AppspecReader(new AppspecFields(file, problems));
    if (root instanceof Yaml.Fields fields) {
      appspec = reader.root(fields);
    } else if (root != null) {
      reader.notes.error(root, "not an appspec: it must be a mapping with version and Resources");
    } else if (problems.isEmpty()) {
      problems.add(
          Problem.error(file, 1, 1, "the file is empty; it needs version: 0.0 and Resources"));
    }
    problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
    boolean failed = problems.stream().anyMatch(Problem::isError);
    return new AppspecFile.Result(failed ? null : appspec, List.copyOf(problems));
  }

  private @Nullable AppspecFile root(Yaml.Fields root) {
    notes.unknown(root, Set.of("version", "resources", "hooks"), OF_EC2, "");
    version(root);
    List<AppspecFile.Hook> hooks =
        AppspecFields.get(root, "Hooks").map(new AppspecHooks(notes)::read).orElse(List.of());
    Yaml.Fields properties = properties(root);
    if (properties == null) {
      return null;
    }
    notes.unknown(
        properties,
        Set.of(
            "taskdefinition",
            "loadbalancerinfo",
            "platformversion",
            "networkconfiguration",
            "capacityproviderstrategy"),
        Set.of(),
        "Properties: ");
    shapes(properties);
    String definition = taskDefinition(properties);
    Yaml.Fields balancer =
        AppspecFields.get(properties, "LoadBalancerInfo").orElse(null) instanceof Yaml.Fields f
            ? f
            : null;
    if (balancer == null) {
      notes.warning(
          properties,
          "Properties have no LoadBalancerInfo, which CodeDeploy requires: here traffic goes to the"
              + " first container with a port");
      return new AppspecFile(definition, null, null, hooks);
    }
    notes.unknown(
        balancer, Set.of("containername", "containerport"), Set.of(), "LoadBalancerInfo: ");
    String name = AppspecFields.text(balancer, "ContainerName").orElse(null);
    if (name == null) {
      notes.error(balancer, "LoadBalancerInfo has no ContainerName");
    }
    return new AppspecFile(definition, name, port(balancer), hooks);
  }

  private void version(Yaml.Fields root) {
    Yaml version = AppspecFields.get(root, "version").orElse(null);
    if (version == null) {
      notes.warning(root, "version is missing; write version: 0.0");
    } else if (!(version instanceof Yaml.Text text) || !text.value().equals("0.0")) {
      notes.warning(
          version,
          "version: "
              + (version instanceof Yaml.Text text ? text.value() : "this")
              + " is not 0.0, the only version there is");
    }
  }

  private Yaml.@Nullable Fields properties(Yaml.Fields root) {
    Yaml resources = AppspecFields.get(root, "Resources").orElse(null);
    if (!(resources instanceof Yaml.Items items) || items.items().size() != 1) {
      notes.error(
          resources == null ? root : resources,
          "Resources must be a list of one service: - TargetService: {Type: "
              + TYPE
              + ", Properties: …}");
      return null;
    }
    Yaml first = items.items().getFirst();
    if (!(first instanceof Yaml.Fields named)
        || named.fields().size() != 1
        || !(named.fields().values().iterator().next().value() instanceof Yaml.Fields resource)) {
      notes.error(first, "the resource must have one name, such as TargetService, over its Type");
      return null;
    }
    notes.unknown(resource, Set.of("type", "properties"), Set.of(), "");
    String type = AppspecFields.text(resource, "Type").orElse(null);
    if (type == null) {
      notes.error(resource, "the resource has no Type: write " + TYPE);
    } else if (!type.equals(TYPE)) {
      notes.error(
          AppspecFields.at(resource, "Type"),
          "Type: " + type + " is not " + TYPE + ", the only one deployed here");
    }
    if (AppspecFields.get(resource, "Properties").orElse(null) instanceof Yaml.Fields properties) {
      return properties;
    }
    notes.error(
        resource, "the resource has no Properties with TaskDefinition and LoadBalancerInfo");
    return null;
  }

  private String taskDefinition(Yaml.Fields properties) {
    String definition = AppspecFields.text(properties, "TaskDefinition").orElse(null);
    if (definition == null) {
      notes.error(
          AppspecFields.at(properties, "TaskDefinition"),
          "Properties have no TaskDefinition: write " + AppspecFile.PLACEHOLDER);
      return "";
    }
    AppspecFile read = new AppspecFile(definition, null, null, List.of());
    if (definition.endsWith(".json")) {
      notes.error(
          AppspecFields.at(properties, "TaskDefinition"),
          "TaskDefinition: "
              + definition
              + " is a file's name; write "
              + AppspecFile.PLACEHOLDER
              + " for it");
    } else if (!read.isPlaceholder() && read.revision().isEmpty()) {
      notes.error(
          AppspecFields.at(properties, "TaskDefinition"),
          "TaskDefinition: "
              + definition
              + " is neither "
              + AppspecFile.PLACEHOLDER
              + " nor family:revision nor an ARN; what stands for something else must be replaced"
              + " by the build before");
    } else if (read.revision().filter(r -> !r.contains(":")).isPresent()) {
      notes.warning(
          AppspecFields.at(properties, "TaskDefinition"),
          "TaskDefinition: " + definition + " names no revision; the family's newest is deployed");
    }
    return definition;
  }

  /** What one machine has no use for is still held to its form. */
  private void shapes(Yaml.Fields properties) {
    Yaml network = AppspecFields.get(properties, "NetworkConfiguration").orElse(null);
    if (network != null && !(network instanceof Yaml.Fields) && !AppspecFields.isNull(network)) {
      notes.error(network, "NetworkConfiguration must be a mapping with AwsvpcConfiguration");
    }
    Yaml strategy = AppspecFields.get(properties, "CapacityProviderStrategy").orElse(null);
    if (strategy != null && !(strategy instanceof Yaml.Items) && !AppspecFields.isNull(strategy)) {
      notes.error(strategy, "CapacityProviderStrategy must be a list");
    }
  }

  private @Nullable Integer port(Yaml.Fields balancer) {
    String text = AppspecFields.text(balancer, "ContainerPort").orElse(null);
    if (text == null) {
      notes.error(
          AppspecFields.at(balancer, "ContainerPort"), "LoadBalancerInfo has no ContainerPort");
      return null;
    }
    if (text.matches("\\d{1,5}")) {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    }
    notes.error(
        AppspecFields.at(balancer, "ContainerPort"),
        "ContainerPort: " + text + " is not a port (1 to 65535)");
    return null;
  }
}
