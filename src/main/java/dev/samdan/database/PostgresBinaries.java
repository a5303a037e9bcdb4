package dev.samdan.database;

import dev.samdan.base.Folders;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once from the archive that comes with Samdan. */
record PostgresBinaries(Path folder) {
  /**
   * The version of the archive on the class path; a test holds it against what the program says.
   */
  static final String VERSION = "18.6.0";

  /** The binaries below this folder, unpacked there unless they are already. */
  static PostgresBinaries in(Path parent) {
    Path folder = parent.resolve("bin-" + VERSION);
    if (!Files.isDirectory(folder)) {
      unpack(parent, folder);
    }
    return new PostgresBinaries(folder);
  }

  Path postgres() {
    return folder.resolve("bin/postgres");
  }

  Path initdb() {
    return folder.resolve("bin/initdb");
  }

  private static void unpack(Path parent, Path folder) {
    String archive = archive(System.getProperty("os.arch", ""));
    Path unpacking = null;
    try (InputStream in = PostgresBinaries.class.getResourceAsStream("/" + archive)) {
      if (in == null) {
        throw PlatformException.unavailable(
            archive
                + " is missing from the program; build it again, or name a PostgreSQL in"
                + " SAMDAN_DATABASE_URL");
      }
      Files.createDirectories(parent);
      unpacking = Files.createTempDirectory(parent, "unpacking-");
      Files.setPosixFilePermissions(unpacking, PosixFilePermissions.fromString("rwxr-xr-x"));
      try (var tar = new TarArchiveInputStream(new XZInputStream(in))) {
        for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
          write(tar, entry, unpacking);
        }
      }
      sync(unpacking);
      moveInPlace(unpacking, folder);
    } catch (IOException e) {
      throw Failures.of("PostgreSQL's programs could not be unpacked", parent, e);
    } finally {
      if (unpacking != null) {
        Folders.delete(unpacking);
      }
    }
  }

  private static String archive(String architecture) {
    return switch (architecture.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
      case "aarch64", "arm64" -> "postgres-linux-arm_64.txz";
      default ->
          throw PlatformException.unavailable(
              "there is no embedded PostgreSQL for "
                  + architecture
                  + "; name one in SAMDAN_DATABASE_URL");
    };
  }

  private static void write(InputStream content, TarArchiveEntry entry, Path root)
      throws IOException {
    Path file = root.resolve(entry.getName()).normalize();
    if (!file.startsWith(root) || file.equals(root) || entry.getName().endsWith(".a")) {
      return;
    }
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(root.resolve(root.relativize(file)).getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(content, file);
    boolean executable = (entry.getMode() & 0111) != 0;
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  /** A machine that loses its power after the rename must find whole files. */
  private static void sync(Path folder) throws IOException {
    try {
      Process sync =
          new ProcessBuilder("sync", "-f", folder.toString()).redirectErrorStream(true).start();
      sync.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      sync.waitFor(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Another process may have unpacked the same meanwhile; then its folder stays. */
  private static void moveInPlace(Path unpacking, Path folder) throws IOException {
    try {
      Files.move(unpacking, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }
}
