package dev.samdan.registry;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an image wants to be run (OCI image configuration, {@code config}).
 *
 * @param entrypoint empty where the image names none
 * @param cmd empty where the image names none
 * @param env in the image's order
 * @param workingDir absolute, or null for {@code /}
 * @param user {@code user[:group]}, or null for root
 * @param exposedPorts such as {@code 8080/tcp}
 * @param volumes absolute paths
 */
public record ImageConfig(
    List<String> entrypoint,
    List<String> cmd,
    Map<String, String> env,
    @Nullable String workingDir,
    @Nullable String user,
    List<String> exposedPorts,
    List<String> volumes,
    Map<String, String> labels) {}
