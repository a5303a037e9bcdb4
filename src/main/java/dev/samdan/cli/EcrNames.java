package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hosts of ECR that a team's files name. */
final class EcrNames {
  private static final Pattern HOST =
      Pattern.compile(
          "(?<![0-9])[0-9]{12}\\.dkr\\.ecr(-fips)?\\.[a-z0-9-]{1,40}\\.amazonaws\\.com(\\.cn)?");
  private static final int MOST_FILES = 20_000;
  private static final long LARGEST_FILE = 1 << 20;

  private EcrNames() {}

  /** The names in the files below a folder; INVALID where there are none. */
  static Set<String> in(Path folder) {
    Set<String> found = new TreeSet<>();
    try {
      Files.walkFileTree(folder, new Reading(found));
    } catch (IOException e) {
      throw PlatformException.invalid("cannot read " + folder + ": " + e.getMessage());
    }
    if (found.isEmpty()) {
      throw PlatformException.invalid(
          "no file below "
              + folder
              + " names a registry of ECR; say which: samdan registry trust"
              + " 123456789012.dkr.ecr.ap-northeast-2.amazonaws.com");
    }
    return found;
  }

  private static final class Reading extends SimpleFileVisitor<Path> {
    private final Set<String> found;
    private int files;

    Reading(Set<String> found) {
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes is) {
      return String.valueOf(folder.getFileName()).equals(".git")
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
      if (is.isRegularFile() && is.size() <= LARGEST_FILE) {
        Matcher host =
            HOST.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        while (host.find()) {
          found.add(host.group());
        }
      }
      return ++files < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }
}
