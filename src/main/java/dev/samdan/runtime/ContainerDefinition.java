package dev.samdan.runtime;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One container of a task definition, in ECS's words; an empty {@code entryPoint} or {@code
 * command} means the image's.
 *
 * @param image {@code repository@sha256:…}; a registered revision always names a digest
 * @param containerPort the port the container listens on; a process task is told its own as PORT
 * @param environment the declared variables, in their order
 * @param memory hard limit in MiB
 * @param volumes container paths that outlive the task, beside those the image declares
 */
public record ContainerDefinition(
    String name,
    String image,
    boolean essential,
    int containerPort,
    Map<String, String> environment,
    List<String> entryPoint,
    List<String> command,
    @Nullable String workingDirectory,
    @Nullable Integer cpu,
    @Nullable Integer memory,
    List<String> volumes) {

  /** The same container with another image. */
  public ContainerDefinition withImage(String newImage) {
    return new ContainerDefinition(
        name,
        newImage,
        essential,
        containerPort,
        environment,
        entryPoint,
        command,
        workingDirectory,
        cpu,
        memory,
        volumes);
  }
}
