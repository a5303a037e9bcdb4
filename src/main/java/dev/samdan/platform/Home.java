package dev.samdan.platform;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The folder that holds all state: there, private to its owner, writable, and with room. */
final class Home {
  /**
   * Below this much free disk nothing is started: PostgreSQL would stop in the middle of its work.
   */
  private static final long LEAST_FREE_BYTES = 256L << 20;

  private Home() {}

  /** Makes the folder ready, or says what stands in the way. */
  static void prepare(Path home) {
    try {
      if (!Files.isDirectory(home)) {
        Files.createDirectories(home);
      }
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
      Path probe = Files.createTempFile(home, ".probe", "");
      Files.delete(probe);
      FileStore disk = Files.getFileStore(home);
      if (disk.getUsableSpace() < LEAST_FREE_BYTES) {
        throw PlatformException.unavailable(
            "the disk below "
                + home
                + " has "
                + (disk.getUsableSpace() >> 20)
                + " MB free and Samdan needs "
                + (LEAST_FREE_BYTES >> 20)
                + " MB: free some, or name another folder with --home");
      }
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "the home "
              + home
              + " cannot be written ("
              + e
              + "): make it writable for this user, or name another folder with --home",
          e);
    }
  }
}
