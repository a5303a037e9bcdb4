package dev.samdan.runtime;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registered revision of a family (ECS RegisterTaskDefinition). It never changes; a new
 * registration is a new revision.
 *
 * @param cpu as written, such as {@code 256} or {@code 1 vCPU}; kept, not enforced by the process
 *     runtime
 * @param memory as written, such as {@code 512} (MiB) or {@code 1GB}
 */
public record TaskDefinition(
    String family,
    int revision,
    List<ContainerDefinition> containerDefinitions,
    @Nullable String cpu,
    @Nullable String memory,
    Instant registeredAt) {

  /** {@code family:revision}, as every API writes it. */
  public String name() {
    return family + ":" + revision;
  }

  /** The first essential container: the one that serves. */
  public ContainerDefinition container() {
    return containerDefinitions.stream()
        .filter(ContainerDefinition::essential)
        .findFirst()
        .orElse(containerDefinitions.getFirst());
  }
}
