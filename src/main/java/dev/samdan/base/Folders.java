package dev.samdan.base;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The end of a folder. */
public final class Folders {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(20);

  private Folders() {}

  /**
   * Deletes a folder with all it holds, links not followed; nothing where there is none. What
   * another process deletes meanwhile is no matter; one that still writes into it, such as the
   * child of a killed program, has five seconds to end.
   *
   * @throws PlatformException UNAVAILABLE where something in it cannot be deleted
   */
  public static void delete(Path folder) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.walkFileTree(folder, new Deletion());
        return;
      } catch (DirectoryNotEmptyException e) {
        if (System.nanoTime() > end) {
          throw failed(folder, e);
        }
        pause();
      } catch (IOException e) {
        throw failed(folder, e);
      }
    }
  }

  private static PlatformException failed(Path folder, IOException e) {
    return new PlatformException(
        PlatformException.Code.UNAVAILABLE,
        "the folder " + folder + " could not be removed: " + e,
        e);
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("interrupted while a folder was removed");
    }
  }

  /** Opens folders that were closed to their own owner, then deletes from the leaves up. */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      if (!Files.isWritable(folder) || !Files.isExecutable(folder)) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
      if (problem instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw problem;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
        throws IOException {
      if (problem != null) {
        throw problem;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
