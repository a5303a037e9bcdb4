package dev.samdan.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Processes that a build started and that left its session, such as daemons of build tools. */
final class Strays {
  private static final long PATIENCE_NANOS = 3_000_000_000L;
  private static final long PAUSE_NANOS = 3_000_000L;

  private Strays() {}

  /**
   * Kills every process whose environment says that it belongs to this build (proc(5),
   * /proc/pid/environ).
   */
  static void end(String buildId) {
    endMarked("CODEBUILD_BUILD_ID=" + buildId + "\0");
  }

  /** The same, where only the second part of the build's id is known. */
  static void endUuid(String uuid) {
    endMarked("CODEBUILD_LOG_PATH=" + uuid + "\0");
  }

  /** Kills until none is left; what the kernel holds on to for seconds is left to it. */
  private static void endMarked(String mark) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (killMarked(mark) > 0 && System.nanoTime() < end) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static int killMarked(String mark) {
    int found = 0;
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (environment(process).contains(mark)) {
          found++;
          ProcessHandle.of(Long.parseLong(String.valueOf(process.getFileName())))
              .ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static String environment(Path process) {
    try {
      return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1) + "\0";
    } catch (IOException e) {
      // Another user's, or gone meanwhile.
      return "";
    }
  }
}
