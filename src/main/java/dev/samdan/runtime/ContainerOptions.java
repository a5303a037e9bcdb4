package dev.samdan.runtime;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a container definition that only containers know; the process runtime passes over
 * them.
 *
 * @param extraHosts names beside their addresses
 * @param systemControls kernel parameters of the container's namespaces
 */
public record ContainerOptions(
    boolean readonlyRootFilesystem,
    boolean privileged,
    boolean interactive,
    boolean pseudoTerminal,
    boolean disableNetworking,
    @Nullable String hostname,
    List<String> links,
    List<String> dnsServers,
    List<String> dnsSearchDomains,
    Map<String, String> extraHosts,
    Map<String, String> dockerLabels,
    List<String> dockerSecurityOptions,
    Map<String, String> systemControls) {
  public static final ContainerOptions NONE =
      new ContainerOptions(
          false, false, false, false, false, null, List.of(), List.of(), List.of(), Map.of(),
          Map.of(), List.of(), Map.of());
}
