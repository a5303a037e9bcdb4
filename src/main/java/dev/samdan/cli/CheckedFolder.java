package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.preflight.Kind;
import dev.samdan.preflight.Preflight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks files on disk: one, or all of a folder that are recognised, with what they say of each
 * other.
 */
final class CheckedFolder {
  private static final long LARGEST_FILE = 1 << 20;
  private static final int MOST_FILES = 200_000;

  /** Folders that tools make and that no repository holds. */
  private static final Set<String> PASSED = Set.of(".git", "node_modules", ".venv", ".dart_tool");

  private CheckedFolder() {}

  static Preflight.Checked file(Path path) {
    String name = path.toString();
    try {
      if (Files.size(path) > LARGEST_FILE) {
        return unread(name, "the file is larger than 1 MiB");
      }
      return Preflight.validate(name, Files.readString(path, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return unread(name, "there is no such file");
    } catch (java.nio.charset.CharacterCodingException e) {
      return unread(name, "the file is not UTF-8 text");
    } catch (IOException e) {
      return unread(name, "the file cannot be read: " + e.getMessage());
    }
  }

  private static Preflight.Checked unread(String file, String why) {
    return new Preflight.Checked(file, null, List.of(Problem.error(file, 1, 1, why)));
  }

  /** The recognised files of a folder, the findings about their agreement at the first of them. */
  static List<Preflight.Checked> all(Path folder) {
    List<String> paths = paths(folder);
    List<Preflight.Checked> checked =
        paths.stream()
            .filter(path -> Kind.ofName(path).isPresent())
            .map(path -> file(folder.resolve(path)))
            .toList();
    if (checked.isEmpty()) {
      throw PlatformException.notFound(
          folder
              + " holds no file that is checked here: a buildspec, appspec, task definition,"
              + " pipeline, Dockerfile or samdan.yml");
    }
    return withAgreement(folder, checked, paths);
  }

  /** Adds what the files say of each other; what was said of a file alone is not said again. */
  private static List<Preflight.Checked> withAgreement(
      Path folder, List<Preflight.Checked> checked, List<String> paths) {
    List<Problem> agreement =
        Preflight.check(path -> read(folder.resolve(path)), paths, null).stream()
            .map(p -> placed(folder, p))
            .toList();
    List<Preflight.Checked> all = new ArrayList<>();
    for (Preflight.Checked file : checked) {
      Set<Problem> problems = new LinkedHashSet<>(file.problems());
      agreement.stream().filter(p -> p.file().equals(file.file())).forEach(problems::add);
      all.add(new Preflight.Checked(file.file(), file.kind(), List.copyOf(problems)));
    }
    return all;
  }

  private static Problem placed(Path folder, Problem problem) {
    return new Problem(
        folder.resolve(problem.file()).toString(),
        Math.max(1, problem.line()),
        Math.max(1, problem.column()),
        problem.severity(),
        problem.message());
  }

  private static Optional<byte[]> read(Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(Files.readAllBytes(file))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<String> paths(Path folder) {
    List<String> found = new ArrayList<>();
    try {
      Files.walkFileTree(folder, new Collecting(folder, found));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.stream().sorted().toList();
  }

  private static final class Collecting extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final List<String> found;

    Collecting(Path folder, List<String> found) {
      this.folder = folder;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
      return PASSED.contains(String.valueOf(path.getFileName()))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      found.add(folder.relativize(file).toString());
      return found.size() < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException problem) {
      return FileVisitResult.CONTINUE;
    }
  }
}
