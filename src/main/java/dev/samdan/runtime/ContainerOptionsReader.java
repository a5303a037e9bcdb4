package dev.samdan.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the parts of a container definition that only real containers have. */
final class ContainerOptionsReader {
  private ContainerOptionsReader() {}

  static ContainerOptions options(JsonFields container) {
    Map<String, String> hosts = new LinkedHashMap<>();
    for (JsonFields host : container.objects("extraHosts")) {
      hosts.put(host.required("hostname"), host.required("ipAddress"));
    }
    Map<String, String> controls = new LinkedHashMap<>();
    for (JsonFields control : container.objects("systemControls")) {
      controls.put(control.required("namespace"), control.required("value"));
    }
    return new ContainerOptions(
        container.flag("readonlyRootFilesystem", false),
        container.flag("privileged", false),
        container.flag("interactive", false),
        container.flag("pseudoTerminal", false),
        container.flag("disableNetworking", false),
        container.text("hostname"),
        container.texts("links"),
        container.texts("dnsServers"),
        container.texts("dnsSearchDomains"),
        hosts,
        container.map("dockerLabels"),
        container.texts("dockerSecurityOptions"),
        controls);
  }

  static LinuxParameters linuxParameters(JsonFields container) {
    JsonFields linux = container.object("linuxParameters").orElse(null);
    if (linux == null) {
      return LinuxParameters.NONE;
    }
    linux.known(
        Set.of(
            "initProcessEnabled",
            "capabilities",
            "sharedMemorySize",
            "tmpfs",
            "maxSwap",
            "swappiness",
            "devices"),
        Set.of());
    if (linux.has("devices") && !linux.objects("devices").isEmpty()) {
      linux.warning("devices", "has no effect here");
    }
    JsonFields capabilities = linux.object("capabilities").orElse(null);
    List<LinuxParameters.Tmpfs> tmpfs = new ArrayList<>();
    for (JsonFields place : linux.objects("tmpfs")) {
      tmpfs.add(
          new LinuxParameters.Tmpfs(
              place.required("containerPath"),
              place.integer("size", 64, 1, 1 << 20),
              place.texts("mountOptions")));
    }
    return new LinuxParameters(
        linux.flag("initProcessEnabled", false),
        capabilities == null ? List.of() : capabilities.texts("add"),
        capabilities == null ? List.of() : capabilities.texts("drop"),
        linux.integer("sharedMemorySize", 1, 1 << 20),
        tmpfs,
        linux.integer("maxSwap", 0, 1 << 20),
        linux.integer("swappiness", 0, 100));
  }
}
