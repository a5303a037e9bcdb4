package dev.samdan.deploy;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Releases of sites as folders: HOME/sites/&lt;app&gt;-&lt;env&gt;/r&lt;number&gt;. A release's
 * files never change.
 */
final class SiteFolders {
  private SiteFolders() {}

  static Path site(Path home, String application, String environment) {
    return home.toAbsolutePath().resolve("sites").resolve(application + "-" + environment);
  }

  static Path release(Path home, String application, String environment, int release) {
    return site(home, application, environment).resolve("r" + release);
  }

  /**
   * Unpacks an artifact as a release; one that is there already is complete and stays. Gives the
   * number of files.
   */
  static int unpack(Path zip, Path folder) {
    if (Files.isDirectory(folder)) {
      return 0;
    }
    Path half = folder.resolveSibling("." + folder.getFileName());
    delete(half);
    int files = 0;
    try (ZipFile archive = new ZipFile(zip.toFile())) {
      Files.createDirectories(half);
      for (Enumeration<? extends ZipEntry> entries = archive.entries();
          entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        Path file = half.resolve(entry.getName()).normalize();
        if (!file.startsWith(half)) {
          throw PlatformException.invalid(
              "the artifact has an entry outside its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          try (InputStream in = archive.getInputStream(entry)) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
          }
          files++;
        }
      }
      Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the releases of a site that are not among these. */
  static void keepOnly(Path site, Set<Integer> releases) {
    if (!Files.isDirectory(site)) {
      return;
    }
    List<Path> others;
    try (Stream<Path> all = Files.list(site)) {
      others =
          all.filter(p -> p.getFileName().toString().matches("r\\d+"))
              .filter(
                  p -> !releases.contains(Integer.valueOf(p.getFileName().toString().substring(1))))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    others.forEach(SiteFolders::delete);
  }

  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                throws IOException {
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
