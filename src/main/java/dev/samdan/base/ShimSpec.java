package dev.samdan.base;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command to run in a session of its own.
 *
 * @param folder holds the shim's files (process, log, exit status); nothing else writes there
 * @param environment complete: nothing is inherited
 * @param logBytes the log is rotated at this size; one older log is kept
 * @param nice added to the niceness, 0 for none
 * @param confinement as whom it runs and what it sees; null for the user that starts it
 */
public record ShimSpec(
    Path folder,
    List<String> command,
    Path workingDirectory,
    Map<String, String> environment,
    long logBytes,
    int nice,
    @Nullable Confinement confinement) {
  /** As the user that starts it. */
  public ShimSpec(
      Path folder,
      List<String> command,
      Path workingDirectory,
      Map<String, String> environment,
      long logBytes,
      int nice) {
    this(folder, command, workingDirectory, environment, logBytes, nice, null);
  }

  /** The same command, confined where {@code confinement} says how. */
  public ShimSpec confined(@Nullable Confinement how) {
    return new ShimSpec(folder, command, workingDirectory, environment, logBytes, nice, how);
  }

  /** Without the environment, which may hold secrets. */
  @Override
  public String toString() {
    return command + " in " + workingDirectory;
  }
}
