package dev.samdan.build;

import dev.samdan.base.Glob;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the files that a buildspec's {@code files} name, the way Ant does: {@code **}{@code /*} is
 * everything, dot files too. Variables in patterns are expanded with the values that the build
 * left.
 */
final class FileSelection {
  private static final int MOST_FILES = 200_000;
  private static final List<Path> KERNEL = List.of(Path.of("/proc"), Path.of("/sys"));
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)\\}|([A-Za-z_][A-Za-z0-9_]*))");

  private final Path source;
  private final Map<String, String> variables;
  private final Predicate<Path> mayRead;
  private final Map<Path, Path> seen;
  private final BooleanSupplier over;
  private final BuildLog log;

  /**
   * A selection of files that begins in {@code source} and leaves out what may not be read.
   *
   * @param seen the machine's folders by the paths that the build knows them by, where they differ
   * @param over whether the build's time is up or it was stopped
   */
  FileSelection(
      Path source,
      Map<String, String> variables,
      Predicate<Path> mayRead,
      Map<Path, Path> seen,
      BooleanSupplier over,
      BuildLog log) {
    this.source = source;
    this.variables = variables;
    this.mayRead = mayRead;
    this.seen = seen;
    this.over = over;
    this.log = log;
  }

  /** What was found: each file under its name in the artifact. */
  record Found(SortedMap<String, Path> files, boolean baseExists) {}

  /**
   * Finds files.
   *
   * @param base a folder, or a pattern of folders, below the source folder; absolute ones occur
   * @param links symbolic links are kept as such; else they are followed
   * @throws PlatformException INVALID where they are too many, UNAVAILABLE where the build is over
   */
  Found find(List<String> patterns, String base, List<Glob> exclude, boolean flat, boolean links)
      throws IOException {
    SortedMap<String, Path> found = new TreeMap<>();
    log.agent("Expanding base directory path: " + base);
    List<Path> bases = bases(onMachine(expand(base)));
    log.agent("Assembling file list");
    for (Path folder : bases) {
      String shown =
          folder.equals(source)
              ? "."
              : folder.startsWith(source)
                  ? source.relativize(folder).toString()
                  : folder.toString();
      log.agent("Expanding " + shown);
      log.agent("Expanding file paths for base directory " + shown);
      log.agent("Assembling file list");
      for (String pattern : patterns) {
        log.agent("Expanding " + pattern);
        SortedMap<String, Path> files = matching(folder, onMachine(expand(pattern)), links);
        if (files.isEmpty()) {
          log.agent("Skipping invalid file path " + pattern);
        }
        files.forEach((name, path) -> {
          if (exclude.stream().anyMatch(e -> e.matches(name))) {
            return;
          }
          if (links && Files.isSymbolicLink(path) || mayRead.test(path)) {
            found.put(flat ? String.valueOf(path.getFileName()) : name, path);
          } else {
            log.agent("Skipping " + name + ", which leads to what the build may not read");
          }
        });
      }
    }
    if (!found.isEmpty()) {
      log.agent("Found " + found.size() + " file(s)");
    }
    return new Found(found, !bases.isEmpty());
  }

  private String expand(String text) {
    Matcher matcher = VARIABLE.matcher(text);
    return matcher.replaceAll(m ->
        Matcher.quoteReplacement(
            variables.getOrDefault(m.group(1) == null ? m.group(2) : m.group(1), "")));
  }

  /** An absolute path of a container as it stands on the machine. */
  private String onMachine(String path) {
    for (Map.Entry<Path, Path> folder : seen.entrySet()) {
      String inside = folder.getKey().toString();
      if (path.equals(inside) || path.startsWith(inside + "/")) {
        return folder.getValue() + path.substring(inside.length());
      }
    }
    return path;
  }

  private List<Path> bases(String base) throws IOException {
    Path literal = source.resolve(base).normalize();
    if (Files.isDirectory(literal)) {
      return List.of(literal);
    }
    if (base.indexOf('*') < 0 && base.indexOf('?') < 0 && base.indexOf('[') < 0) {
      return List.of();
    }
    Glob glob = glob(strip(base));
    List<Path> folders = new ArrayList<>();
    try (Stream<Path> children = Files.list(source)) {
      children
          .filter(Files::isDirectory)
          .filter(f -> glob.matches(String.valueOf(f.getFileName())))
          .sorted()
          .forEach(folders::add);
    }
    return folders;
  }

  private SortedMap<String, Path> matching(Path base, String pattern, boolean links)
      throws IOException {
    Path root = pattern.startsWith("/") ? literalFolder(pattern) : base;
    String relative =
        pattern.startsWith("/")
            ? strip(pattern.substring(root.toString().length()))
            : strip(pattern);
    SortedMap<String, Path> files = new TreeMap<>();
    Path literal = root.resolve(relative);
    if (Files.isRegularFile(literal) && literal.normalize().startsWith(root)) {
      files.put(root.relativize(literal.normalize()).toString(), literal);
    } else if (Files.isDirectory(root)) {
      Glob glob = glob(relative);
      walk(
          root,
          links,
          (name, path) -> {
            if (glob.matches(name)) {
              files.put(name, path);
              if (files.size() > MOST_FILES) {
                throw PlatformException.invalid(
                    pattern + " matches more than " + MOST_FILES + " files in " + root);
              }
            }
          });
    }
    return files;
  }

  private void walk(Path root, boolean links, java.util.function.BiConsumer<String, Path> each)
      throws IOException {
    EnumSet<FileVisitOption> options =
        links ? EnumSet.noneOf(FileVisitOption.class) : EnumSet.of(FileVisitOption.FOLLOW_LINKS);
    Files.walkFileTree(
        root,
        options,
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (over.getAsBoolean()) {
              throw PlatformException.unavailable(
                  "the build ended while its files were looked for");
            }
            return mayRead.test(folder) && !isOfKernel(folder)
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() || links && attributes.isSymbolicLink()) {
              each.accept(root.relativize(file).toString(), file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem) {
            // A link to itself, or a file that went meanwhile: no file that could be found.
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** /proc and /sys, by whatever link: they hold no files, but their folders have no end. */
  private static boolean isOfKernel(Path folder) throws IOException {
    Object device = Files.getAttribute(folder, "unix:dev");
    for (Path kernel : KERNEL) {
      if (Files.exists(kernel) && Files.getAttribute(kernel, "unix:dev").equals(device)) {
        return true;
      }
    }
    return false;
  }

  /** The longest part of an absolute pattern that holds no wildcard and is a folder. */
  private static Path literalFolder(String pattern) {
    Path folder = Path.of("/");
    for (String segment : pattern.substring(1).split("/")) {
      if (segment.isEmpty()
          || segment.matches(".*[*?\\[{].*")
          || !Files.isDirectory(folder.resolve(segment))) {
        break;
      }
      folder = folder.resolve(segment);
    }
    return folder;
  }

  private static String strip(String pattern) {
    String text = pattern;
    while (text.startsWith("./") || text.startsWith("/")) {
      text = text.substring(text.indexOf('/') + 1);
    }
    return text;
  }

  private static Glob glob(String pattern) {
    try {
      return Glob.parse(pattern);
    } catch (PlatformException e) {
      // Not a pattern, so the name of a file; with its wildcards escaped it matches only that name.
      return Glob.parse(pattern.replaceAll("[\\[\\]{}*?,\\\\]", "\\\\$0"));
    }
  }
}
