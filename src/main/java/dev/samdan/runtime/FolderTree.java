package dev.samdan.runtime;

import dev.samdan.isolation.Account;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Copies and deletes whole folders, never following a symbolic link out of them. */
final class FolderTree {
  /**
   * Larger files are linked: copying them would cost, and programs seldom write into them in place.
   */
  private static final long LINKED_FROM_BYTES = 256 * 1024;

  private FolderTree() {}

  /**
   * A cheap copy on the same disk. Small files are copied, large ones that all may read share their
   * bytes by a hard link. An absolute symbolic link is made to point below {@code to}, as it did in
   * the image.
   *
   * @param owner to whom all belongs but what is shared; null for the user that copies
   */
  static void cheapCopy(Path from, Path to, @Nullable Account owner) {
    copy(from, to, true, owner);
  }

  /** A copy that shares nothing. */
  static void copy(Path from, Path to, @Nullable Account owner) {
    copy(from, to, false, owner);
  }

  private static void copy(Path from, Path to, boolean link, @Nullable Account owner) {
    try {
      Files.walkFileTree(
          from,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
              Path target = to.resolve(from.relativize(folder));
              if (!Files.isDirectory(target)) {
                Files.createDirectories(target);
                Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(folder));
                give(target, owner);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Path target = to.resolve(from.relativize(file));
              if (attributes.isSymbolicLink()) {
                Path points = Files.readSymbolicLink(file);
                boolean inside = link && points.isAbsolute() && points.getNameCount() > 0;
                Files.createSymbolicLink(
                    target, inside ? to.resolve(points.subpath(0, points.getNameCount())) : points);
              } else if (link
                  && attributes.size() >= LINKED_FROM_BYTES
                  && (owner == null || isForAll(file))) {
                Files.createLink(target, file);
                return FileVisitResult.CONTINUE;
              } else {
                Files.copy(
                    file, target, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
              }
              give(target, owner);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void give(Path target, @Nullable Account owner) throws IOException {
    if (owner != null) {
      owner.own(target);
    }
  }

  private static boolean isForAll(Path file) throws IOException {
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
    return modes.contains(PosixFilePermission.OTHERS_READ)
        && modes.contains(PosixFilePermission.OWNER_EXECUTE)
            == modes.contains(PosixFilePermission.OTHERS_EXECUTE);
  }
}
