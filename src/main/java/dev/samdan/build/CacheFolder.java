package dev.samdan.build;

import dev.samdan.base.Digest;
import dev.samdan.base.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an application's builds keep for later ones: a folder for each key, the least recently used
 * going when all together grow too large.
 *
 * @param folder the application's own
 */
public record CacheFolder(Path folder, InstantSource clock) {
  /** The most that one build may keep under a key. */
  static final long LARGEST = 2L << 30;

  private static final long ALL_TOGETHER = 5L << 30;

  /** What is kept under a key. */
  record Entry(String key, Path folder) {}

  /**
   * The entry of this key, else the newest of those that begin with the first of the further keys
   * that any begins with.
   */
  Optional<Entry> find(String key, List<String> beginnings) {
    Optional<Entry> exact = entries().stream().filter(e -> e.key().equals(key)).findFirst();
    Optional<Entry> found = exact;
    for (String beginning : beginnings) {
      found =
          found.or(() ->
              entries().reversed().stream().filter(e -> e.key().startsWith(beginning)).findFirst());
    }
    found.ifPresent(entry -> touch(entry.folder()));
    return found;
  }

  /** Keeps a folder's files under a key in place of what was there; the folder is gone then. */
  void keep(String key, Path made) throws IOException {
    Files.writeString(made.resolve("key"), key);
    Path target =
        folder.resolve(Digest.of(key.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32));
    Files.createDirectories(folder);
    Folders.delete(target);
    try {
      Files.move(made, target);
    } catch (FileAlreadyExistsException e) {
      // Another build of the application was quicker; its files are as good.
      Folders.delete(made);
    }
    touch(target);
    makeRoom();
  }

  private void makeRoom() {
    List<Entry> oldestFirst = entries();
    long sum = oldestFirst.stream().mapToLong(e -> size(e.folder())).sum();
    for (Entry entry : oldestFirst) {
      if (sum <= ALL_TOGETHER) {
        break;
      }
      sum -= size(entry.folder());
      Folders.delete(entry.folder());
    }
  }

  /** Those that are whole, the least recently used first. */
  private List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return entries;
    }
    try (Stream<Path> folders = Files.list(folder)) {
      folders
          .filter(f -> Files.isRegularFile(f.resolve("key")))
          .sorted(Comparator.comparing(CacheFolder::used))
          .forEach(f -> read(f).ifPresent(entries::add));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  private static Optional<Entry> read(Path entry) {
    try {
      return Optional.of(new Entry(Files.readString(entry.resolve("key")), entry));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static FileTime used(Path entry) {
    try {
      return Files.getLastModifiedTime(entry);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private void touch(Path entry) {
    try {
      Files.setLastModifiedTime(entry, FileTime.from(clock.instant()));
    } catch (IOException e) {
      // It went meanwhile.
    }
  }

  /** Whether the files of a folder and all below it take more than this. */
  static boolean isLargerThan(Path folder, long bytes) {
    long[] sum = {0};
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sum[0] += attributes.size();
              return sum[0] > bytes ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException problem) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      return false;
    }
    return sum[0] > bytes;
  }

  private static long size(Path entry) {
    try (Stream<Path> files = Files.list(entry)) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    } catch (IOException e) {
      return 0;
    }
  }
}
