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
      %s
      while read -r local_ref local_id remote_ref remote_id; do
        case "$remote_ref" in refs/heads/*) ;; *) continue ;; esac
        # A deletion has no commit.
        case "$local_id" in *[!0]*) ;; *) continue ;; esac
        samdan branch check "${remote_ref#refs/heads/}" --at "$local_id"%s || exit 1
      done
      exit 0
      """;

  /** The application is told by the remote; what goes elsewhere is no business of Samdan's. */
  private static final String OWN = "case \"$2\" in */git/*) ;; *) exit 0 ;; esac";

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
      Files.writeString(
          file,
          application.isEmpty()
              ? SCRIPT.formatted(MARK, OWN, "")
              : SCRIPT.formatted(MARK, "# To whichever remote.", " --app " + application));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
