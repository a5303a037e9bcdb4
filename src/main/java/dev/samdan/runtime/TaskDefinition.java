package dev.samdan.runtime;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registered revision of a family (ECS RegisterTaskDefinition). It never changes; a new
 * registration is a new revision.
 *
 * @param cpu as written, such as {@code 256} or {@code 1 vCPU}
 * @param memory as written, such as {@code 512} (MiB) or {@code 1GB}
 * @param networkMode as written; every task's containers share one network
 * @param raw the document that was registered; null where the definition was derived
 */
public record TaskDefinition(
    String family,
    int revision,
    List<ContainerDefinition> containerDefinitions,
    @Nullable String cpu,
    @Nullable String memory,
    @Nullable String networkMode,
    List<Volume> volumes,
    @Nullable String raw,
    Instant registeredAt) {

  /** {@code family:revision}, as every API writes it. */
  public String name() {
    return family + ":" + revision;
  }

  /** What would register this revision again. */
  public TaskDefinitionInput input() {
    return new TaskDefinitionInput(
        family, containerDefinitions, cpu, memory, networkMode, volumes, raw);
  }

  /** The first essential container: the one that serves. */
  public ContainerDefinition container() {
    return containerDefinitions.stream()
        .filter(ContainerDefinition::essential)
        .findFirst()
        .orElse(containerDefinitions.getFirst());
  }

  /** The volume of this name; one that is not declared is kept like one that is. */
  Volume volume(String name) {
    return volumes.stream()
        .filter(volume -> volume.name().equals(name))
        .findFirst()
        .orElse(new Volume(name, null, false));
  }
}
