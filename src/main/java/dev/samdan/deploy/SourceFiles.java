package dev.samdan.deploy;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads single files out of an artifact's zip. */
final class SourceFiles {
  /** Far more than any of them has; a zip may promise little and unpack to all memory. */
  private static final int MOST_BYTES = 1 << 20;

  private SourceFiles() {}

  /**
   * A file's text; INVALID where it is larger than 1 MiB.
   *
   * @param folder the tier's folder, tried first; the artifact's root is tried second
   */
  static Optional<Found> read(Path zip, String folder, String path) {
    String clean = path.startsWith("./") ? path.substring(2) : path;
    try (ZipFile archive = new ZipFile(zip.toFile())) {
      for (String name :
          folder.isEmpty() ? new String[] {clean} : new String[] {folder + "/" + clean, clean}) {
        ZipEntry entry = archive.getEntry(name);
        if (entry != null && !entry.isDirectory()) {
          return Optional.of(new Found(name, text(archive, entry)));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(ZipFile archive, ZipEntry entry) throws IOException {
    try (InputStream in = archive.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw PlatformException.invalid(
            entry.getName() + " is larger than " + (MOST_BYTES >> 20) + " MiB, which is the most");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** A file where it was found. */
  record Found(String path, String text) {}
}
