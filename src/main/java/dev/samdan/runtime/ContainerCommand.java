package dev.samdan.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the engine is told of a container of a task definition, in the words of Docker's Engine API
 * (POST /containers/create); decided before anything is made.
 *
 * @param name unique in the engine
 * @param image as the engine knows it
 * @param variables beside those that the container declares, which win
 * @param command of a one-off run, instead of the container's; empty for none
 * @param network the engine's word for it
 */
record ContainerCommand(
    ContainerDefinition container,
    TaskDefinition task,
    String name,
    String image,
    Map<String, String> labels,
    Map<String, String> variables,
    List<Bind> binds,
    List<String> command,
    Network network) {
  private static final long MIB = 1L << 20;
  private static final int DEFAULT_STOP_SECONDS = 30;

  /** The engine keeps as much as Samdan does, for when control is away. */
  private static final Map<String, String> LOG_OPTIONS = Map.of("max-size", "4m", "max-file", "2");

  /**
   * Where it is.
   *
   * @param mode such as a network's name, {@code host} or {@code container:<id>}
   * @param address of its own; null where it has none
   * @param owner whether names, DNS and kernel parameters of the network are this container's
   */
  record Network(String mode, @Nullable String address, boolean owner) {}

  /** Adds all of this to a new command. */
  CreateContainerCmd in(DockerClient client) {
    Map<String, String> all = new LinkedHashMap<>(container.options().dockerLabels());
    all.putAll(labels);
    CreateContainerCmd create =
        client
            .createContainerCmd(image)
            .withName(name)
            .withLabels(all)
            .withEnv(environment())
            .withHealthcheck(healthCheck())
            .withStopTimeout(stopSeconds())
            .withTty(container.options().pseudoTerminal())
            .withStdinOpen(container.options().interactive())
            .withHostConfig(hostConfig());
    commandLine(create);
    if (network.address() != null) {
      create.withIpv4Address(network.address());
    }
    if (container.workingDirectory() != null) {
      create.withWorkingDir(container.workingDirectory());
    }
    if (container.user() != null) {
      create.withUser(container.user());
    }
    String hostname = container.options().hostname();
    if (network.owner() && hostname != null) {
      create.withHostName(hostname);
    }
    return create;
  }

  int stopSeconds() {
    Integer seconds = container.stopTimeout();
    return seconds == null ? DEFAULT_STOP_SECONDS : seconds;
  }

  /** Another ENTRYPOINT drops the image's CMD, as Docker itself does. */
  private void commandLine(CreateContainerCmd create) {
    if (!command.isEmpty()) {
      create.withEntrypoint(command).withCmd(List.of());
      return;
    }
    if (!container.entryPoint().isEmpty()) {
      create.withEntrypoint(container.entryPoint());
    }
    if (!container.command().isEmpty()) {
      create.withCmd(container.command());
    }
  }

  private List<String> environment() {
    Map<String, String> all = new LinkedHashMap<>(variables);
    all.putAll(container.environment());
    return all.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  /** An image's own HEALTHCHECK does not count, as on ECS; a one-off run has none. */
  private HealthCheck healthCheck() {
    ContainerHealthCheck check = container.healthCheck();
    if (check == null || !command.isEmpty()) {
      return new HealthCheck().withTest(List.of("NONE"));
    }
    return new HealthCheck()
        .withTest(check.command())
        .withInterval(Duration.ofSeconds(check.interval()).toNanos())
        .withTimeout(Duration.ofSeconds(check.timeout()).toNanos())
        .withStartPeriod(Duration.ofSeconds(check.startPeriod()).toNanos())
        .withRetries(check.retries());
  }

  private HostConfig hostConfig() {
    ContainerOptions options = container.options();
    HostConfig host =
        HostConfig.newHostConfig()
            .withNetworkMode(network.mode())
            .withBinds(binds.toArray(Bind[]::new))
            .withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE, LOG_OPTIONS))
            .withPrivileged(options.privileged())
            .withReadonlyRootfs(options.readonlyRootFilesystem())
            .withSecurityOpts(options.dockerSecurityOptions())
            .withUlimits(
                container.ulimits().stream()
                    .map(u ->
                        new com.github.dockerjava.api.model.Ulimit(
                            u.name(), u.softLimit(), u.hardLimit()))
                    .toList());
    limits(host);
    linux(host, container.linuxParameters());
    Map<String, String> parameters = new LinkedHashMap<>(options.systemControls());
    if (network.owner()) {
      host.withDns(options.dnsServers())
          .withDnsSearch(options.dnsSearchDomains())
          .withExtraHosts(extraHosts(List.of(container)));
    } else {
      parameters.keySet().removeIf(name -> name.startsWith("net."));
    }
    return parameters.isEmpty() ? host : host.withSysctls(parameters);
  }

  /** Of the container that holds the network which these share; nothing ends it but KILL. */
  static HostConfig sharedNetwork(String network, List<ContainerDefinition> containers) {
    Map<String, String> parameters = new LinkedHashMap<>();
    containers.forEach(c ->
        c.options()
            .systemControls()
            .forEach((name, value) -> {
              if (name.startsWith("net.")) {
                parameters.put(name, value);
              }
            }));
    return HostConfig.newHostConfig()
        .withNetworkMode(network)
        .withSysctls(parameters)
        .withDns(all(containers, ContainerOptions::dnsServers))
        .withDnsSearch(all(containers, ContainerOptions::dnsSearchDomains))
        .withExtraHosts(extraHosts(containers));
  }

  private static List<String> all(
      List<ContainerDefinition> containers, Function<ContainerOptions, List<String>> what) {
    return containers.stream().flatMap(c -> what.apply(c.options()).stream()).distinct().toList();
  }

  /** Names of other containers, which are at the same address. */
  static String[] extraHosts(List<ContainerDefinition> containers) {
    return containers.stream()
        .flatMap(c ->
            Stream.concat(
                c.options().extraHosts().entrySet().stream()
                    .map(e -> e.getKey() + ":" + e.getValue()),
                c.options().links().stream()
                    .map(link -> link.substring(link.indexOf(':') + 1) + ":127.0.0.1")))
        .distinct()
        .toArray(String[]::new);
  }

  /** The task's memory bounds each of its containers; its CPUs come later, see {@link Ceiling}. */
  private void limits(HostConfig host) {
    Integer shares = container.cpu();
    if (shares != null && shares > 1) {
      host.withCpuShares(shares);
    } else if (Ceiling.cpuUnits(task.cpu()) > 0) {
      host.withCpuShares(Ceiling.cpuUnits(task.cpu()));
    }
    long ofTask = Ceiling.memoryMib(task.memory());
    long own = container.memory() == null ? 0 : container.memory();
    long memory = own > 0 && ofTask > 0 ? Math.min(own, ofTask) : Math.max(own, ofTask);
    LinuxParameters linux = container.linuxParameters();
    if (memory > 0) {
      host.withMemory(memory * MIB);
      if (linux.maxSwap() != null) {
        host.withMemorySwap((memory + linux.maxSwap()) * MIB);
      }
    }
    if (container.memoryReservation() != null) {
      host.withMemoryReservation(container.memoryReservation() * MIB);
    }
    if (linux.swappiness() != null) {
      host.withMemorySwappiness((long) linux.swappiness());
    }
  }

  private void linux(HostConfig host, LinuxParameters linux) {
    host.withInit(linux.initProcessEnabled())
        .withCapAdd(capabilities(linux.addedCapabilities()))
        .withCapDrop(capabilities(linux.droppedCapabilities()))
        .withTmpFs(
            linux.tmpfs().stream()
                .collect(Collectors.toMap(LinuxParameters.Tmpfs::containerPath, t -> options(t))));
    if (linux.sharedMemorySize() != null) {
      host.withShmSize(linux.sharedMemorySize() * MIB);
    }
  }

  private static String options(LinuxParameters.Tmpfs tmpfs) {
    String more = String.join(",", tmpfs.mountOptions());
    return "size=" + tmpfs.size() + "m" + (more.isEmpty() ? "" : "," + more);
  }

  private Capability[] capabilities(List<String> names) {
    return names.stream().map(this::capability).toArray(Capability[]::new);
  }

  private Capability capability(String name) {
    try {
      return Capability.valueOf(name.startsWith("CAP_") ? name.substring(4) : name);
    } catch (IllegalArgumentException e) {
      throw PlatformException.invalid(
          "container " + container.name() + ": " + name + " is not a capability of Linux");
    }
  }
}
