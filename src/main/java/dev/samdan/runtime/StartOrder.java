package dev.samdan.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** In which order the containers of a task start; they stop in the reverse order. */
final class StartOrder {
  private StartOrder() {}

  /** Each after those that it depends on. */
  static List<ContainerDefinition> of(TaskDefinition definition) {
    Map<String, ContainerDefinition> left = new LinkedHashMap<>();
    definition.containerDefinitions().forEach(c -> left.put(c.name(), c));
    List<ContainerDefinition> order = new ArrayList<>();
    while (!left.isEmpty()) {
      ContainerDefinition next =
          left.values().stream()
              .filter(
                  c -> c.dependsOn().stream().noneMatch(d -> left.containsKey(d.containerName())))
              .findFirst()
              .orElse(left.values().iterator().next()); // A circle never comes this far.
      left.remove(next.name());
      order.add(next);
    }
    return order;
  }
}
