package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * git's pre-push hook (githooks(5)) that asks beforehand what the push would meet. A server that
 * does not answer stops nobody: the push itself asks again.
 */
final class PrePushHook {
  private static final String MARK = "# Samdan: asks before a push what it would meet.";
  private static final String SCRIPT =
      """
      #!/bin/sh
      %s
      command -v samdan >/dev/null 2>&1 || exit 0
      while read -r local_ref local_id remote_ref remote_id; do
        case "$remote_ref" in refs/heads/*) ;; *) continue ;; esac
        case "$local_ref" in refs/heads/*) ;; *) continue ;; esac
        samdan branch check "${local_ref#refs/heads/}"%s || exit 1
      done
      exit 0
      """;

  private PrePushHook() {}

  /**
   * Writes it into this clone.
   *
   * @param application to name in it; empty where the clone's remote tells
   * @throws PlatformException CONFLICT where another hook of that name is there
   */
  static Path install(String application) {
    Path file = LocalGit.hooks().resolve("pre-push");
    try {
      if (Files.exists(file) && !Files.readString(file).contains(MARK)) {
        throw PlatformException.conflict(
            file + " is there already: call 'samdan branch check' in it, or move it away");
      }
      Files.createDirectories(file.toAbsolutePath().getParent());
      String named = application.isEmpty() ? "" : " --app " + application;
      Files.writeString(file, SCRIPT.formatted(MARK, named));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
