package dev.samdan.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the parts of a task definition must say of each other (ECS API, ContainerDefinition). */
final class TaskDefinitionCheck {
  private TaskDefinitionCheck() {}

  /**
   * Adds the problems that are found.
   *
   * @param places where the containers stand, in the same order
   */
  static void check(
      JsonFields root,
      List<JsonFields> places,
      List<ContainerDefinition> containers,
      List<Volume> volumes) {
    Map<String, ContainerDefinition> byName = new HashMap<>();
    for (int i = 0; i < containers.size(); i++) {
      ContainerDefinition container = containers.get(i);
      if (!container.name().isEmpty() && byName.put(container.name(), container) != null) {
        places.get(i).error("name", container.name() + " is given twice");
      }
    }
    if (!containers.isEmpty() && containers.stream().noneMatch(ContainerDefinition::essential)) {
      root.error("containerDefinitions", "no container is essential: at least one must be");
    }
    Set<String> volumeNames = volumes.stream().map(Volume::name).collect(Collectors.toSet());
    for (int i = 0; i < containers.size(); i++) {
      mounts(places.get(i), containers.get(i), volumeNames, byName);
      dependencies(places.get(i), containers.get(i), byName);
    }
    circle(
        places,
        containers,
        byName,
        "dependsOn",
        "waits for",
        c -> c.dependsOn().stream().map(Dependency::containerName));
    circle(
        places,
        containers,
        byName,
        "volumesFrom",
        "takes the volumes of",
        c -> c.volumesFrom().stream().map(VolumeFrom::sourceContainer));
  }

  private static void mounts(
      JsonFields place,
      ContainerDefinition container,
      Set<String> volumes,
      Map<String, ContainerDefinition> containers) {
    for (MountPoint mount : container.mountPoints()) {
      if (!volumes.contains(mount.sourceVolume())) {
        place.error(
            "mountPoints",
            "'"
                + mount.sourceVolume()
                + "' is not declared in volumes; add {\"name\": \""
                + mount.sourceVolume()
                + "\"} there");
      }
    }
    for (VolumeFrom from : container.volumesFrom()) {
      if (!containers.containsKey(from.sourceContainer())) {
        place.error("volumesFrom", unknown(from.sourceContainer(), containers));
      }
    }
  }

  private static void dependencies(
      JsonFields place,
      ContainerDefinition container,
      Map<String, ContainerDefinition> containers) {
    for (Dependency dependency : container.dependsOn()) {
      ContainerDefinition on = containers.get(dependency.containerName());
      if (on == null) {
        place.error("dependsOn", unknown(dependency.containerName(), containers));
        continue;
      }
      switch (dependency.condition()) {
        case HEALTHY -> {
          if (on.healthCheck() == null) {
            place.error("dependsOn", on.name() + " has no healthCheck, so it is never HEALTHY");
          }
        }
        case COMPLETE, SUCCESS -> {
          if (on.essential()) {
            place.error(
                "dependsOn",
                on.name()
                    + " is essential, so its end ends the task; say \"essential\": false there to"
                    + " wait for "
                    + dependency.condition());
          }
        }
        case START -> {}
      }
    }
  }

  private static String unknown(String name, Map<String, ContainerDefinition> containers) {
    return "'"
        + name
        + "' is no container of this task definition; it has "
        + containers.keySet().stream().sorted().collect(Collectors.joining(", "));
  }

  /** Containers that wait for each other would never start. */
  private static void circle(
      List<JsonFields> places,
      List<ContainerDefinition> containers,
      Map<String, ContainerDefinition> byName,
      String field,
      String doing,
      Function<ContainerDefinition, Stream<String>> others) {
    for (int i = 0; i < containers.size(); i++) {
      String start = containers.get(i).name();
      Set<String> seen = new HashSet<>();
      Deque<String> next = new ArrayDeque<>(List.of(start));
      while (!next.isEmpty()) {
        ContainerDefinition at = byName.get(next.pop());
        if (at == null) {
          continue;
        }
        for (String other : others.apply(at).toList()) {
          if (other.equals(start)) {
            places.get(i).error(field, start + " " + doing + " itself in a circle");
            return;
          }
          if (seen.add(other)) {
            next.push(other);
          }
        }
      }
    }
  }
}
