package dev.samdan.runtime;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one container definition (ECS API, ContainerDefinition, with its ranges). */
final class ContainerReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final int MOST_PORTS = 65_535;

  /** What it has no effect on here, and said by nobody: what the platform does in its place. */
  private static final Set<String> SILENT =
      Set.of("versionConsistency", "credentialSpecs", "resourceRequirements");

  private static final Set<String> KNOWN =
      Set.of(
          "name",
          "image",
          "essential",
          "portMappings",
          "environment",
          "environmentFiles",
          "secrets",
          "entryPoint",
          "command",
          "workingDirectory",
          "user",
          "cpu",
          "memory",
          "memoryReservation",
          "healthCheck",
          "dependsOn",
          "startTimeout",
          "stopTimeout",
          "restartPolicy",
          "mountPoints",
          "volumesFrom",
          "ulimits",
          "logConfiguration",
          "linuxParameters",
          "readonlyRootFilesystem",
          "privileged",
          "interactive",
          "pseudoTerminal",
          "disableNetworking",
          "hostname",
          "links",
          "dnsServers",
          "dnsSearchDomains",
          "extraHosts",
          "dockerLabels",
          "dockerSecurityOptions",
          "systemControls",
          "firelensConfiguration",
          "repositoryCredentials");

  private final JsonFields container;
  private final String networkMode;

  ContainerReader(JsonFields container, String networkMode) {
    this.container = container;
    this.networkMode = networkMode;
  }

  ContainerDefinition read() {
    container.known(KNOWN, SILENT);
    for (String key :
        List.of("environmentFiles", "firelensConfiguration", "repositoryCredentials")) {
      if (container.has(key)) {
        container.warning(key, "has no effect here");
      }
    }
    String name = container.required("name");
    if (!name.isEmpty() && !NAME.matcher(name).matches()) {
      container.error("name", name + " is not 1 to 255 letters, digits, '-' or '_'");
    }
    List<PortMapping> ports = portMappings();
    Map<String, String> environment = environment();
    Integer memory = container.integer("memory", 4, 1 << 24);
    Integer reservation = container.integer("memoryReservation", 4, 1 << 24);
    if (memory != null && reservation != null && memory <= reservation) {
      container.error("memory", memory + " must be more than memoryReservation, " + reservation);
    }
    return new ContainerBuilder(name, container.required("image"))
        .essential(container.flag("essential", true))
        .portMappings(ports)
        .containerPort(
            ports.stream()
                .filter(p -> p.protocol().equals("tcp"))
                .findFirst()
                .map(PortMapping::containerPort)
                .orElse(0))
        .environment(environment)
        .secrets(secrets(environment.keySet()))
        .entryPoint(container.texts("entryPoint"))
        .command(container.texts("command"))
        .workingDirectory(container.text("workingDirectory"))
        .user(container.text("user"))
        .cpu(container.integer("cpu", 0, 1 << 20))
        .memory(memory)
        .memoryReservation(reservation)
        .healthCheck(healthCheck())
        .dependsOn(dependsOn())
        .startTimeout(container.integer("startTimeout", 2, 86_400))
        .stopTimeout(container.integer("stopTimeout", 0, 86_400))
        .restartPolicy(restartPolicy())
        .mountPoints(mountPoints())
        .volumesFrom(
            container.objects("volumesFrom").stream()
                .map(v -> new VolumeFrom(v.required("sourceContainer"), v.flag("readOnly", false)))
                .toList())
        .ulimits(ulimits())
        .logConfiguration(
            container
                .object("logConfiguration")
                .map(l -> new LogConfiguration(l.required("logDriver"), l.map("options")))
                .orElse(null))
        .linuxParameters(ContainerOptionsReader.linuxParameters(container))
        .options(ContainerOptionsReader.options(container))
        .build();
  }

  private List<PortMapping> portMappings() {
    List<PortMapping> ports = new ArrayList<>();
    for (JsonFields place : container.objects("portMappings")) {
      place.known(
          Set.of("containerPort", "hostPort", "protocol", "containerPortRange"),
          Set.of("name", "appProtocol"));
      if (place.has("containerPortRange")) {
        place.warning("containerPortRange", "has no effect here; write each containerPort");
        continue;
      }
      Integer port = place.integer("containerPort", 1, MOST_PORTS);
      if (port == null && !place.has("containerPort")) {
        place.error("", "has no containerPort");
      }
      Integer host = place.integer("hostPort", 0, MOST_PORTS);
      if (networkMode.equals("awsvpc") && host != null && host != 0 && !host.equals(port)) {
        place.error("hostPort", host + " must be the containerPort, " + port + ", with awsvpc");
      }
      String protocol = place.word("protocol", List.of("tcp", "udp"));
      if (port != null) {
        ports.add(new PortMapping(port, host, protocol == null ? "tcp" : protocol));
      }
    }
    return ports;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (JsonFields place : container.objects("environment")) {
      place.known(Set.of("name", "value"), Set.of());
      String name = place.required("name");
      String value = place.text("value");
      if (environment.containsKey(name)) {
        place.warning("name", name + " is given twice; the last one holds");
      }
      environment.put(name, value == null ? "" : value);
    }
    return environment;
  }

  private List<SecretVariable> secrets(Set<String> environment) {
    List<SecretVariable> secrets = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonFields place : container.objects("secrets")) {
      place.known(Set.of("name", "valueFrom"), Set.of());
      String name = place.required("name");
      if (environment.contains(name)) {
        place.error("name", name + " is in environment too; keep one of them");
      } else if (!names.add(name)) {
        place.error("name", name + " is given twice");
      }
      secrets.add(new SecretVariable(name, place.required("valueFrom")));
    }
    return secrets;
  }

  private @Nullable ContainerHealthCheck healthCheck() {
    JsonFields check = container.object("healthCheck").orElse(null);
    if (check == null) {
      return null;
    }
    check.known(Set.of("command", "interval", "timeout", "retries", "startPeriod"), Set.of());
    List<String> command = check.texts("command");
    if (command.size() < 2 || !List.of("CMD", "CMD-SHELL").contains(command.getFirst())) {
      check.error(
          "command",
          "must begin with CMD or CMD-SHELL and name a command, such as"
              + " [\"CMD-SHELL\", \"curl -f http://localhost/ || exit 1\"]");
    }
    return new ContainerHealthCheck(
        command,
        check.integer("interval", ContainerHealthCheck.INTERVAL, 5, 300),
        check.integer("timeout", ContainerHealthCheck.TIMEOUT, 2, 120),
        check.integer("retries", ContainerHealthCheck.RETRIES, 1, 10),
        check.integer("startPeriod", ContainerHealthCheck.START_PERIOD, 0, 300));
  }

  private List<Dependency> dependsOn() {
    List<Dependency> dependencies = new ArrayList<>();
    for (JsonFields place : container.objects("dependsOn")) {
      place.known(Set.of("containerName", "condition"), Set.of());
      String on = place.required("containerName");
      String condition =
          place.word("condition", List.of("START", "COMPLETE", "SUCCESS", "HEALTHY"));
      if (condition == null && !place.has("condition")) {
        place.error("", "has no condition: START, COMPLETE, SUCCESS or HEALTHY");
      }
      if (!on.isEmpty() && condition != null) {
        dependencies.add(new Dependency(on, Dependency.Condition.valueOf(condition)));
      }
    }
    return dependencies;
  }

  private @Nullable RestartPolicy restartPolicy() {
    JsonFields policy = container.object("restartPolicy").orElse(null);
    return policy == null
        ? null
        : new RestartPolicy(
            policy.flag("enabled", false),
            policy.integers("ignoredExitCodes"),
            policy.integer("restartAttemptPeriod", RestartPolicy.ATTEMPT_PERIOD, 60, 1800));
  }

  private List<MountPoint> mountPoints() {
    List<MountPoint> mounts = new ArrayList<>();
    for (JsonFields place : container.objects("mountPoints")) {
      place.known(Set.of("sourceVolume", "containerPath", "readOnly"), Set.of());
      String path = place.required("containerPath");
      if (!path.isEmpty() && !path.startsWith("/")) {
        place.error("containerPath", path + " is not a path in the container; it begins with /");
      }
      mounts.add(
          new MountPoint(place.required("sourceVolume"), path, place.flag("readOnly", false)));
    }
    return mounts;
  }

  private List<Ulimit> ulimits() {
    List<Ulimit> limits = new ArrayList<>();
    for (JsonFields place : container.objects("ulimits")) {
      String name =
          place.word(
              "name",
              List.of(
                  "core",
                  "cpu",
                  "data",
                  "fsize",
                  "locks",
                  "memlock",
                  "msgqueue",
                  "nice",
                  "nofile",
                  "nproc",
                  "rss",
                  "rtprio",
                  "rttime",
                  "sigpending",
                  "stack"));
      Long soft = place.number("softLimit", -1, 1L << 40);
      Long hard = place.number("hardLimit", -1, 1L << 40);
      if (soft == null || hard == null) {
        place.error("", "needs softLimit and hardLimit");
      } else if (hard >= 0 && soft > hard) {
        place.error("softLimit", soft + " is more than hardLimit, " + hard);
      } else if (name != null) {
        limits.add(new Ulimit(name, soft, hard));
      }
    }
    return limits;
  }
}
