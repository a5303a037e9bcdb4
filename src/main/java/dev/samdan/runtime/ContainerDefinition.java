package dev.samdan.runtime;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One container of a task definition, in ECS's words; an empty {@code entryPoint} or {@code
 * command} means the image's. Made by {@link ContainerBuilder}; what an older version registered
 * lacks the later parts, which then are empty.
 *
 * @param image {@code repository@sha256:…}; a registered revision always names a digest
 * @param containerPort the port the container listens on, 0 for the image's EXPOSE (8080 where it
 *     has none); a process task is told its own as PORT
 * @param environment the declared variables, in their order
 * @param cpu shares, 1024 for one CPU
 * @param memory hard limit in MiB
 * @param volumes container paths that outlive the task, beside those the image declares
 * @param memoryReservation soft limit in MiB
 * @param startTimeout seconds that those who depend on it wait for it
 * @param stopTimeout seconds between TERM and KILL; null for 30
 * @param user {@code user[:group]}, by name or number
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
    List<String> volumes,
    List<PortMapping> portMappings,
    List<SecretVariable> secrets,
    @Nullable Integer memoryReservation,
    @Nullable ContainerHealthCheck healthCheck,
    List<Dependency> dependsOn,
    @Nullable Integer startTimeout,
    @Nullable Integer stopTimeout,
    @Nullable RestartPolicy restartPolicy,
    List<MountPoint> mountPoints,
    List<VolumeFrom> volumesFrom,
    List<Ulimit> ulimits,
    @Nullable String user,
    @Nullable LogConfiguration logConfiguration,
    LinuxParameters linuxParameters,
    ContainerOptions options) {

  /** Null lists come from rows of an older version only. */
  @SuppressWarnings({"ConstantValue", "NullAway"})
  public ContainerDefinition {
    portMappings = portMappings == null ? List.of() : List.copyOf(portMappings);
    secrets = secrets == null ? List.of() : List.copyOf(secrets);
    dependsOn = dependsOn == null ? List.of() : List.copyOf(dependsOn);
    mountPoints = mountPoints == null ? List.of() : List.copyOf(mountPoints);
    volumesFrom = volumesFrom == null ? List.of() : List.copyOf(volumesFrom);
    ulimits = ulimits == null ? List.of() : List.copyOf(ulimits);
    linuxParameters = linuxParameters == null ? LinuxParameters.NONE : linuxParameters;
    options = options == null ? ContainerOptions.NONE : options;
  }

  /** A builder that begins with this container. */
  public ContainerBuilder toBuilder() {
    return new ContainerBuilder(this);
  }

  /** The same container with another image. */
  public ContainerDefinition withImage(String newImage) {
    return toBuilder().image(newImage).build();
  }
}
