package dev.samdan.isolation;

import dev.samdan.base.Confinement;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A user that commands run as, and what they may see of the home.
 *
 * @param uid its number, and its group's
 * @param groups further groups of it
 * @param cover the folder that is hidden from it, with the home in it
 */
public record Account(int uid, List<Integer> groups, Path home, Path cover) {
  public Account {
    groups = List.copyOf(groups);
  }

  /** Its name in the /etc/passwd that its commands find. */
  public String name() {
    return Confinement.userName(uid);
  }

  /**
   * Commands of this user that see the shown folders of the home and, where the JDK is hidden too,
   * the JDK.
   *
   * @param temporary found as {@code /tmp}
   */
  public Confinement confinement(Path temporary, List<Path> writable, List<Path> readable) {
    List<Path> read = new ArrayList<>(readable);
    Path java = Path.of(System.getProperty("java.home"));
    if (java.startsWith(cover)) {
      read.add(java);
    }
    return new Confinement(uid, groups, cover, temporary, writable, read);
  }

  /** Makes this one file or folder the user's own. */
  public void own(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes a folder with all below it the user's own, following no link. */
  public void ownTree(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            own(each);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            own(each);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /**
   * Makes a folder that this user keeps, such as a volume. One that another user filled before, as
   * an earlier version did, is made its own with all that is in it.
   */
  public void keep(Path folder) throws IOException {
    boolean isNew = !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    Files.createDirectories(folder);
    if (isNew) {
      own(folder);
    } else if (!Integer.valueOf(uid)
        .equals(Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
      ownTree(folder);
    }
  }

  /**
   * Whether the file that a link of this user's leads to may be read on its behalf: one in the
   * folders that it was shown, or one outside of what is hidden from it that everybody may read.
   */
  public boolean mayRead(Path file, List<Path> shown) {
    try {
      Path real = file.toRealPath();
      for (Path folder : shown) {
        if (Files.exists(folder) && real.startsWith(folder.toRealPath())) {
          return true;
        }
      }
      return !real.startsWith(cover.toRealPath())
          && Files.getPosixFilePermissions(real).contains(PosixFilePermission.OTHERS_READ)
          && Stream.iterate(
                  real.getParent(), p -> p != null && p.getNameCount() > 0, Path::getParent)
              .allMatch(Isolation::isOpen);
    } catch (IOException e) {
      return false;
    }
  }
}
