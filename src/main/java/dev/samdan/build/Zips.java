package dev.samdan.build;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Artifacts as zips that are the same for the same files: sorted, one fixed time, unix modes,
 * symbolic links kept.
 */
final class Zips {
  /** 1980-01-01, the earliest time that a zip can hold. */
  private static final long TIME = 315532800000L;

  private static final int LINK = 0120777;

  /** What an artifact may unpack to, against one that is made to fill the disk. */
  private static final long MOST_BYTES = 16L << 30;

  private Zips() {}

  /**
   * Writes the files under the names they have in the map. A symbolic link among them stays one if
   * {@code links}.
   */
  static void write(Path zip, SortedMap<String, Path> files, boolean links) throws IOException {
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      out.setLevel(Deflater.BEST_SPEED);
      for (Map.Entry<String, Path> file : files.entrySet()) {
        Path path = file.getValue();
        ZipArchiveEntry entry = new ZipArchiveEntry(file.getKey());
        entry.setTime(TIME);
        if (links && Files.isSymbolicLink(path)) {
          entry.setUnixMode(LINK);
          out.putArchiveEntry(entry);
          out.write(Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8));
        } else {
          entry.setUnixMode(0100000 | (Files.isExecutable(path) ? 0755 : 0644));
          out.putArchiveEntry(entry);
          Files.copy(path, out);
        }
        out.closeArchiveEntry();
      }
    }
  }

  /** Unpacks into the folder; an entry that would lie outside of it is refused. */
  static void unpack(Path zip, Path folder) throws IOException {
    Path root = folder.toAbsolutePath().normalize();
    Files.createDirectories(root);
    try (ZipFile archive = ZipFile.builder().setPath(zip).get()) {
      List<ZipArchiveEntry> entries = Collections.list(archive.getEntries());
      long left = MOST_BYTES;
      for (ZipArchiveEntry entry : entries) {
        Path target = inside(root, entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else if (!entry.isUnixSymlink()) {
          left -= file(archive, entry, target, left);
        }
      }
      // Links last: no file can be written through one.
      for (ZipArchiveEntry entry : entries) {
        if (entry.isUnixSymlink()) {
          Path target = inside(root, entry.getName());
          requireNoLinkAbove(root, target, entry.getName());
          createParent(target);
          Files.deleteIfExists(target);
          Files.createSymbolicLink(target, linkTarget(archive, entry));
        }
      }
    }
  }

  /** Gives the size of the file, which is never more than is left. */
  private static long file(ZipFile archive, ZipArchiveEntry entry, Path target, long left)
      throws IOException {
    createParent(target);
    Files.deleteIfExists(target);
    long size = 0;
    try (InputStream in = archive.getInputStream(entry);
        OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      byte[] buffer = new byte[1 << 16];
      for (int n; (n = in.read(buffer)) >= 0; size += n) {
        if (n > left - size) {
          throw PlatformException.invalid(
              "the artifact unpacks to more than " + (MOST_BYTES >> 30) + " GiB");
        }
        out.write(buffer, 0, n);
      }
    }
    if ((entry.getUnixMode() & 0111) != 0) {
      Set<PosixFilePermission> modes = EnumSet.copyOf(Files.getPosixFilePermissions(target));
      modes.addAll(
          Set.of(
              PosixFilePermission.OWNER_EXECUTE,
              PosixFilePermission.GROUP_EXECUTE,
              PosixFilePermission.OTHERS_EXECUTE));
      Files.setPosixFilePermissions(target, modes);
    }
    return size;
  }

  private static Path inside(Path root, String name) {
    try {
      Path target = root.resolve(name).normalize();
      if (target.startsWith(root)) {
        return target;
      }
    } catch (InvalidPathException e) {
      throw PlatformException.invalid(
          "the artifact's entry '" + name + "' is no path of a file: " + e.getReason());
    }
    throw PlatformException.invalid(
        "the artifact's entry '" + name + "' lies outside of its folder");
  }

  private static Path linkTarget(ZipFile archive, ZipArchiveEntry entry) throws IOException {
    try {
      return Path.of(archive.getUnixSymlink(entry));
    } catch (InvalidPathException e) {
      throw PlatformException.invalid(
          "the artifact's link '" + entry.getName() + "' leads to no path: " + e.getReason());
    }
  }

  /** Below a link, a name that lies inside would be written outside. */
  private static void requireNoLinkAbove(Path root, Path target, String name) {
    for (Path above = target.getParent();
        above != null && !above.equals(root);
        above = above.getParent()) {
      if (Files.isSymbolicLink(above)) {
        throw PlatformException.invalid("the artifact's entry '" + name + "' lies below a link");
      }
    }
  }

  private static void createParent(Path target) throws IOException {
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
  }
}
