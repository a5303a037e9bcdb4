package dev.samdan.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ECS LinuxParameters; the process runtime, which always reaps what a command leaves behind, passes
 * over the others.
 *
 * @param initProcessEnabled a small init is the container's first process
 * @param sharedMemorySize of /dev/shm, in MiB
 * @param tmpfs file systems in memory
 * @param maxSwap in MiB; null for the engine's own rule
 * @param swappiness 0 to 100
 */
public record LinuxParameters(
    boolean initProcessEnabled,
    List<String> addedCapabilities,
    List<String> droppedCapabilities,
    @Nullable Integer sharedMemorySize,
    List<Tmpfs> tmpfs,
    @Nullable Integer maxSwap,
    @Nullable Integer swappiness) {
  /**
   * A file system in memory.
   *
   * @param size in MiB
   */
  public record Tmpfs(String containerPath, int size, List<String> mountOptions) {}

  public static final LinuxParameters NONE =
      new LinuxParameters(false, List.of(), List.of(), null, List.of(), null, null);
}
