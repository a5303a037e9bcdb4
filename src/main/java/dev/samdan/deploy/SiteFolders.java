package dev.samdan.deploy;

import dev.samdan.base.Folders;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Releases of sites as folders: HOME/sites/&lt;app&gt;-&lt;env&gt;/r&lt;number&gt;. A release's
 * files never change.
 */
final class SiteFolders {
  /** What a release may unpack to, against an artifact that is made to fill the disk. */
  private static final long MOST_BYTES = 16L << 30;

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
  static int unpack(Path zip, Path folder) throws InterruptedException {
    if (Files.isDirectory(folder)) {
      return 0;
    }
    Path half = folder.resolveSibling("." + folder.getFileName());
    Folders.delete(half);
    int files = 0;
    long left = MOST_BYTES;
    try (ZipFile archive = new ZipFile(zip.toFile())) {
      Files.createDirectories(half);
      for (Enumeration<? extends ZipEntry> entries = archive.entries();
          entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        Path file = inside(half, entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          left -= copy(archive, entry, file, left);
          files++;
        }
      }
      Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
      return files;
    } catch (ClosedByInterruptException e) {
      boolean _ = Thread.interrupted(); // The exception says it from here on.
      throw new InterruptedException("interrupted while it unpacked " + folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Folders.delete(half);
    }
  }

  private static long copy(ZipFile archive, ZipEntry entry, Path file, long left)
      throws IOException {
    long size = 0;
    try (InputStream in = archive.getInputStream(entry);
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n; (n = in.read(buffer)) >= 0; size += n) {
        if (n > left - size) {
          throw PlatformException.invalid(
              "the site unpacks to more than " + (MOST_BYTES >> 30) + " GiB");
        }
        out.write(buffer, 0, n);
      }
    }
    return size;
  }

  private static Path inside(Path folder, String name) {
    try {
      Path file = folder.resolve(name).normalize();
      if (file.startsWith(folder)) {
        return file;
      }
    } catch (InvalidPathException e) {
      throw PlatformException.invalid(
          "the artifact has an entry that is no path of a file: " + e.getReason());
    }
    throw PlatformException.invalid("the artifact has an entry outside its folder: " + name);
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
    others.forEach(Folders::delete);
  }
}
