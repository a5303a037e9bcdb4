package dev.samdan.base;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A command to run in a session of its own.
 *
 * @param folder holds the shim's files (process, log, exit status); nothing else writes there
 * @param environment complete: nothing is inherited
 * @param logBytes the log is rotated at this size; one older log is kept
 * @param nice added to the niceness, 0 for none
 * @param uid numeric user to run as, for root only
 * @param gid numeric group to run as, for root only
 */
public record ShimSpec(
    Path folder,
    List<String> command,
    Path workingDirectory,
    Map<String, String> environment,
    long logBytes,
    int nice,
    OptionalInt uid,
    OptionalInt gid) {
  /** As the user that starts it. */
  public ShimSpec(
      Path folder,
      List<String> command,
      Path workingDirectory,
      Map<String, String> environment,
      long logBytes,
      int nice) {
    this(
        folder,
        command,
        workingDirectory,
        environment,
        logBytes,
        nice,
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  /** The same command as another user and its group. */
  public ShimSpec as(int uid, int gid) {
    return new ShimSpec(
        folder,
        command,
        workingDirectory,
        environment,
        logBytes,
        nice,
        OptionalInt.of(uid),
        OptionalInt.of(gid));
  }

  /** Without the environment, which may hold secrets. */
  @Override
  public String toString() {
    return command + " in " + workingDirectory;
  }
}
