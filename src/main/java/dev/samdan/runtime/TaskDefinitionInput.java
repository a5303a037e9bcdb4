package dev.samdan.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What RegisterTaskDefinition takes: a revision without its number.
 *
 * @param networkMode {@code bridge}, {@code host}, {@code awsvpc} or {@code none}, as written;
 *     every task's containers share one network, as with {@code awsvpc}
 * @param raw the document that was registered, which describe and export give back; null where the
 *     definition was derived
 */
public record TaskDefinitionInput(
    String family,
    List<ContainerDefinition> containerDefinitions,
    @Nullable String cpu,
    @Nullable String memory,
    @Nullable String networkMode,
    List<Volume> volumes,
    @Nullable String raw) {

  /** Null volumes come from rows of an older version only. */
  @SuppressWarnings({"ConstantValue", "NullAway"})
  public TaskDefinitionInput {
    volumes = volumes == null ? List.of() : List.copyOf(volumes);
  }

  /** Without volumes and without a document. */
  public TaskDefinitionInput(
      String family,
      List<ContainerDefinition> containerDefinitions,
      @Nullable String cpu,
      @Nullable String memory) {
    this(family, containerDefinitions, cpu, memory, null, List.of(), null);
  }

  /** The same with other containers. */
  public TaskDefinitionInput withContainers(List<ContainerDefinition> containers) {
    return new TaskDefinitionInput(family, containers, cpu, memory, networkMode, volumes, raw);
  }
}
