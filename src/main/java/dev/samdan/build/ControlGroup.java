package dev.samdan.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The control group of a build, which bounds what all its processes use together and gives what is
 * live the first turn (cgroups(7), both versions). Only root may make one, and not in every
 * container.
 */
final class ControlGroup {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final String PARENT = "samdan-builds";
  private static final String MOST_PROCESSES = "8192";
  private static final long PATIENCE_NANOS = 3_000_000_000L;
  private static final long PAUSE_NANOS = 2_000_000L;

  /** One folder for version 2, one for each controller for version 1. */
  private final List<Path> folders;

  private ControlGroup(List<Path> folders) {
    this.folders = folders;
  }

  /** Makes the group of this name; empty where this process may not. */
  static Optional<ControlGroup> make(String name, BuildLimits limits) {
    boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
    ControlGroup group = named(name);
    try {
      if (unified) {
        version2(group.folders.getFirst(), limits);
      } else {
        version1(group.folders, limits);
      }
      return Optional.of(group);
    } catch (IOException e) {
      // Read-only, or not ours: the limits are put on each process instead.
      group.remove();
      return Optional.empty();
    }
  }

  /** The group of this name, whether it is there or not. */
  static ControlGroup named(String name) {
    return Files.exists(ROOT.resolve("cgroup.controllers"))
        ? new ControlGroup(List.of(ROOT.resolve(PARENT).resolve(name)))
        : new ControlGroup(
            Stream.of("memory", "cpu", "pids")
                .map(c -> ROOT.resolve(c).resolve(PARENT).resolve(name))
                .toList());
  }

  private static void version2(Path group, BuildLimits limits) throws IOException {
    Path parent = group.resolveSibling("");
    Files.createDirectories(parent);
    Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+cpu +memory +pids");
    Files.writeString(parent.resolve("cgroup.subtree_control"), "+cpu +memory +pids");
    Files.writeString(parent.resolve("cpu.weight"), "25");
    Files.createDirectories(group);
    Files.writeString(group.resolve("pids.max"), MOST_PROCESSES);
    if (limits.memoryMiB() > 0) {
      Files.writeString(group.resolve("memory.max"), limits.memoryMiB() + "M");
      Files.writeString(group.resolve("memory.swap.max"), "0");
    }
    if (limits.cpus() > 0) {
      Files.writeString(group.resolve("cpu.max"), limits.cpus() * 100_000L + " 100000");
    }
  }

  private static void version1(List<Path> groups, BuildLimits limits) throws IOException {
    for (Path group : groups) {
      if (!Files.isDirectory(group.resolveSibling("..").normalize())) {
        throw new IOException("no such controller: " + group);
      }
      Files.createDirectories(group);
    }
    Path cpu = groups.get(1);
    Files.writeString(cpu.resolveSibling("cpu.shares"), "256");
    Files.writeString(groups.get(2).resolve("pids.max"), MOST_PROCESSES);
    if (limits.memoryMiB() > 0) {
      Files.writeString(groups.get(0).resolve("memory.limit_in_bytes"), limits.memoryMiB() + "M");
    }
    if (limits.cpus() > 0) {
      Files.writeString(cpu.resolve("cpu.cfs_quota_us"), String.valueOf(limits.cpus() * 100_000L));
      Files.writeString(cpu.resolve("cpu.cfs_period_us"), "100000");
    }
  }

  /** Moves a process into the group; what it starts from then on is in it too. */
  boolean take(long pid) {
    try {
      for (Path folder : folders) {
        Files.writeString(folder.resolve("cgroup.procs"), String.valueOf(pid));
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the kernel has ended a process of the group because its memory was used up. */
  boolean ranOutOfMemory() {
    Path folder = folders.getFirst();
    for (String file : List.of("memory.events", "memory.oom_control")) {
      try (Stream<String> lines = Files.lines(folder.resolve(file))) {
        if (lines.anyMatch(ControlGroup::saysKilled)) {
          return true;
        }
      } catch (IOException | UncheckedIOException e) {
        // The other version's file, or the group has ended.
      }
    }
    return false;
  }

  /** Whether a line of memory.events (version 2) or memory.oom_control (version 1) says so. */
  static boolean saysKilled(String line) {
    return line.startsWith("oom_kill ") && !line.endsWith(" 0");
  }

  /** Ends every process of the group and removes it. */
  void end() {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (kill() > 0 && System.nanoTime() < end) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    remove();
  }

  private int kill() {
    List<Long> found = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<String> pids = Files.lines(folder.resolve("cgroup.procs"))) {
        pids.map(Long::parseLong).forEach(found::add);
      } catch (IOException | UncheckedIOException e) {
        // It is not there, or not any more: two may end it at once.
      }
    }
    found.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    return found.size();
  }

  private void remove() {
    for (Path folder : folders) {
      try {
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        // The kernel keeps a group while a process of it ends; it holds nothing then.
      }
    }
  }
}
