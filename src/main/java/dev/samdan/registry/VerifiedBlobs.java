package dev.samdan.registry;

import dev.samdan.base.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which files of blobs were found to hold what their names say, as long as nobody has touched them
 * since. A shortcut: what is forgotten is read again.
 */
final class VerifiedBlobs {
  private static final int MOST = 20_000;

  private final Map<Digest, Stamp> stamps =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Stamp> eldest) {
          return size() > MOST;
        }
      };

  private record Stamp(long size, FileTime modified, @Nullable Object file) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(is.size(), is.lastModifiedTime(), is.fileKey());
    }
  }

  synchronized void add(Digest blob, Path file) throws IOException {
    stamps.put(blob, Stamp.of(file));
  }

  synchronized boolean contains(Digest blob, Path file) throws IOException {
    Stamp known = stamps.get(blob);
    return known != null && known.equals(Stamp.of(file));
  }
}
