package dev.samdan.database;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Names what went wrong with a folder of the engine, where, and the remedy. */
final class Failures {
  private Failures() {}

  static PlatformException of(String what, Path where, IOException cause) {
    String text =
        cause instanceof AccessDeniedException
            ? cause + " (Permission denied)"
            : String.valueOf(cause);
    String known = remedy(where, text);
    String message = what + ": " + (known == null ? where + ": " + cause.getMessage() : known);
    return new PlatformException(PlatformException.Code.UNAVAILABLE, message, cause);
  }

  /** From what a program of PostgreSQL printed. */
  static PlatformException of(String what, Path where, String output) {
    String known = remedy(where, output);
    String text = output.isBlank() ? "it printed nothing" : output.strip();
    return PlatformException.unavailable(
        what + ": " + (known == null ? where + ":\n" + text : known));
  }

  private static @Nullable String remedy(Path where, String text) {
    if (text.contains("No space left on device") || text.contains("Disk quota exceeded")) {
      return "the disk that holds "
          + where
          + " is full. Free some space (df -h "
          + where
          + ") and start again";
    }
    if (text.contains("Read-only file system")) {
      return where
          + " is on a file system that is mounted read-only. Mount it writable, or choose another folder"
          + " with --home";
    }
    if (text.contains("Permission denied")) {
      return where
          + " may not be read or written by this user. Give it to this user (chown), or choose another"
          + " folder with --home";
    }
    return null;
  }
}
