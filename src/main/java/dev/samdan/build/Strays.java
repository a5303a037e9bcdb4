package dev.samdan.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processes that a build started and that left its session, such as daemons of build tools. */
final class Strays {
  private Strays() {}

  /** Kills every process whose environment says that it belongs to this build (proc(5), /proc/pid/environ). */
  static void end(String buildId) {
    byte[] mark = ("CODEBUILD_BUILD_ID=" + buildId + "\0").getBytes(StandardCharsets.UTF_8);
    String wanted = new String(mark, StandardCharsets.ISO_8859_1);
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (environment(process).contains(wanted)) {
          ProcessHandle.of(Long.parseLong(process.getFileName().toString())).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
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
