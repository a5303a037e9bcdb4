package dev.samdan.build;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What a build may use.
 *
 * @param cpus processors; 0 for all, behind what is live
 * @param memoryMiB memory of all its processes together, or of each where the machine allows no
 *     control groups; 0 for no bound
 * @param time after which it is stopped
 */
public record BuildLimits(int cpus, int memoryMiB, Duration time) {
  /** CodeBuild's own timeout (AWS CodeBuild user guide, "Create a build project"). */
  public static final Duration USUAL_TIME = Duration.ofMinutes(60);

  /** Half of the machine's memory, so that a build cannot push out what is live. */
  public static int usualMemoryMiB() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean machine
        ? (int) Math.max(512, machine.getTotalMemorySize() / 2 >> 20)
        : 0;
  }
}
