package dev.samdan.edge;

import java.util.List;

/** Targets that serve the same. */
public record TargetGroup(String name, HealthCheck healthCheck, List<Target> targets) {
  public TargetGroup {
    targets = List.copyOf(targets);
  }
}
