package dev.samdan.runtime;

import dev.samdan.base.Digest;
import dev.samdan.base.Folders;
import dev.samdan.isolation.Account;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Images laid out as folders, once for each digest, in HOME/images/&lt;hex&gt;. */
final class ImageFolders {
  private static final int KEPT_UNUSED = 3;

  private final Registry registry;
  private final Path images;
  private final ConcurrentMap<Digest, ReentrantLock> locks = new ConcurrentHashMap<>();

  ImageFolders(Registry registry, Path home) {
    this.registry = registry;
    this.images = home.resolve("images");
  }

  /**
   * Gives a task its own cheap copy of an image that is named by digest; unpacks it the first time.
   */
  void copyTo(ImageReference image, Digest digest, Path root, @Nullable Account owner) {
    Path folder = images.resolve(digest.hex());
    ReentrantLock lock = locks.computeIfAbsent(digest, d -> new ReentrantLock());
    lock.lock();
    try {
      if (!Files.isDirectory(folder)) {
        Path half = images.resolve("." + digest.hex());
        if (Files.exists(half)) {
          Folders.delete(half);
        }
        Files.createDirectories(half);
        registry.unpack(image.repository(), digest, half);
        Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
      }
      FolderTree.cheapCopy(folder, root, owner);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  /** Deletes the folders of images that are not in use, but the newest few. */
  void prune(Set<String> usedHex) {
    if (!Files.isDirectory(images)) {
      return;
    }
    List<Path> unused;
    try (Stream<Path> all = Files.list(images)) {
      unused =
          all.filter(p ->
                  !usedHex.contains(p.getFileName().toString())
                      && !p.getFileName().toString().startsWith("."))
              .sorted(Comparator.comparing((Path p) -> p.toFile().lastModified()).reversed())
              .skip(KEPT_UNUSED)
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Path folder : unused) {
      ReentrantLock lock =
          locks.computeIfAbsent(
              new Digest(folder.getFileName().toString()), d -> new ReentrantLock());
      lock.lock();
      try {
        Folders.delete(folder);
      } finally {
        lock.unlock();
      }
    }
  }
}
