package dev.samdan.runtime;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a {@link ContainerDefinition}; what is not set is as ECS has it by default. */
public final class ContainerBuilder {
  private String name;
  private String image;
  private boolean essential = true;
  private int containerPort;
  private Map<String, String> environment = Map.of();
  private List<String> entryPoint = List.of();
  private List<String> command = List.of();
  private @Nullable String workingDirectory;
  private @Nullable Integer cpu;
  private @Nullable Integer memory;
  private List<String> volumes = List.of();
  private List<PortMapping> portMappings = List.of();
  private List<SecretVariable> secrets = List.of();
  private @Nullable Integer memoryReservation;
  private @Nullable ContainerHealthCheck healthCheck;
  private List<Dependency> dependsOn = List.of();
  private @Nullable Integer startTimeout;
  private @Nullable Integer stopTimeout;
  private @Nullable RestartPolicy restartPolicy;
  private List<MountPoint> mountPoints = List.of();
  private List<VolumeFrom> volumesFrom = List.of();
  private List<Ulimit> ulimits = List.of();
  private @Nullable String user;
  private @Nullable LogConfiguration logConfiguration;
  private LinuxParameters linuxParameters = LinuxParameters.NONE;
  private ContainerOptions options = ContainerOptions.NONE;

  /** An essential container of this name that runs this image. */
  public ContainerBuilder(String name, String image) {
    this.name = name;
    this.image = image;
  }

  ContainerBuilder(ContainerDefinition from) {
    this.name = from.name();
    this.image = from.image();
    this.essential = from.essential();
    this.containerPort = from.containerPort();
    this.environment = from.environment();
    this.entryPoint = from.entryPoint();
    this.command = from.command();
    this.workingDirectory = from.workingDirectory();
    this.cpu = from.cpu();
    this.memory = from.memory();
    this.volumes = from.volumes();
    this.portMappings = from.portMappings();
    this.secrets = from.secrets();
    this.memoryReservation = from.memoryReservation();
    this.healthCheck = from.healthCheck();
    this.dependsOn = from.dependsOn();
    this.startTimeout = from.startTimeout();
    this.stopTimeout = from.stopTimeout();
    this.restartPolicy = from.restartPolicy();
    this.mountPoints = from.mountPoints();
    this.volumesFrom = from.volumesFrom();
    this.ulimits = from.ulimits();
    this.user = from.user();
    this.logConfiguration = from.logConfiguration();
    this.linuxParameters = from.linuxParameters();
    this.options = from.options();
  }

  public ContainerBuilder name(String value) {
    name = value;
    return this;
  }

  public ContainerBuilder image(String value) {
    image = value;
    return this;
  }

  public ContainerBuilder essential(boolean value) {
    essential = value;
    return this;
  }

  public ContainerBuilder containerPort(int value) {
    containerPort = value;
    return this;
  }

  public ContainerBuilder environment(Map<String, String> value) {
    environment = value;
    return this;
  }

  public ContainerBuilder entryPoint(List<String> value) {
    entryPoint = value;
    return this;
  }

  public ContainerBuilder command(List<String> value) {
    command = value;
    return this;
  }

  public ContainerBuilder workingDirectory(@Nullable String value) {
    workingDirectory = value;
    return this;
  }

  public ContainerBuilder cpu(@Nullable Integer value) {
    cpu = value;
    return this;
  }

  public ContainerBuilder memory(@Nullable Integer value) {
    memory = value;
    return this;
  }

  public ContainerBuilder volumes(List<String> value) {
    volumes = value;
    return this;
  }

  public ContainerBuilder portMappings(List<PortMapping> value) {
    portMappings = value;
    return this;
  }

  public ContainerBuilder secrets(List<SecretVariable> value) {
    secrets = value;
    return this;
  }

  public ContainerBuilder memoryReservation(@Nullable Integer value) {
    memoryReservation = value;
    return this;
  }

  public ContainerBuilder healthCheck(@Nullable ContainerHealthCheck value) {
    healthCheck = value;
    return this;
  }

  public ContainerBuilder dependsOn(List<Dependency> value) {
    dependsOn = value;
    return this;
  }

  public ContainerBuilder startTimeout(@Nullable Integer value) {
    startTimeout = value;
    return this;
  }

  public ContainerBuilder stopTimeout(@Nullable Integer value) {
    stopTimeout = value;
    return this;
  }

  public ContainerBuilder restartPolicy(@Nullable RestartPolicy value) {
    restartPolicy = value;
    return this;
  }

  public ContainerBuilder mountPoints(List<MountPoint> value) {
    mountPoints = value;
    return this;
  }

  public ContainerBuilder volumesFrom(List<VolumeFrom> value) {
    volumesFrom = value;
    return this;
  }

  public ContainerBuilder ulimits(List<Ulimit> value) {
    ulimits = value;
    return this;
  }

  public ContainerBuilder user(@Nullable String value) {
    user = value;
    return this;
  }

  public ContainerBuilder logConfiguration(@Nullable LogConfiguration value) {
    logConfiguration = value;
    return this;
  }

  public ContainerBuilder linuxParameters(LinuxParameters value) {
    linuxParameters = value;
    return this;
  }

  public ContainerBuilder options(ContainerOptions value) {
    options = value;
    return this;
  }

  public ContainerDefinition build() {
    return new ContainerDefinition(
        name,
        image,
        essential,
        containerPort,
        environment,
        entryPoint,
        command,
        workingDirectory,
        cpu,
        memory,
        volumes,
        portMappings,
        secrets,
        memoryReservation,
        healthCheck,
        dependsOn,
        startTimeout,
        stopTimeout,
        restartPolicy,
        mountPoints,
        volumesFrom,
        ulimits,
        user,
        logConfiguration,
        linuxParameters,
        options);
  }
}
