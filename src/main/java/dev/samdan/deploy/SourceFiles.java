package dev.samdan.deploy;

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
  private SourceFiles() {}

  /**
   * A file's text.
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
          try (InputStream in = archive.getInputStream(entry)) {
            return Optional.of(
                new Found(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
          }
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file where it was found. */
  record Found(String path, String text) {}
}
