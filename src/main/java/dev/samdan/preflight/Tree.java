package dev.samdan.preflight;

import dev.samdan.base.Glob;
import dev.samdan.base.Spelling;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** The files of a commit or a folder, by their paths with {@code /} between the segments. */
final class Tree {
  private static final int LARGEST = 1 << 20;
  private static final int MOST_NEAR = 2000;

  private final Function<String, Optional<byte[]>> read;
  private final NavigableSet<String> paths;

  Tree(Function<String, Optional<byte[]>> read, Collection<String> paths) {
    this.read = read;
    this.paths = new TreeSet<>(paths);
  }

  boolean hasFile(String path) {
    return paths.contains(path);
  }

  /** Whether there is such a folder; the whole tree is the folder {@code ""}. */
  boolean hasFolder(String folder) {
    String start = folder + "/";
    String first = paths.ceiling(start);
    return folder.isEmpty() || (first != null && first.startsWith(start));
  }

  boolean has(String path) {
    return hasFile(path) || hasFolder(path);
  }

  /** A file's text; empty where it is not there or larger than 1 MiB. */
  Optional<String> text(String path) {
    return hasFile(path)
        ? read.apply(path)
            .filter(bytes -> bytes.length <= LARGEST)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /** The files below a folder, by their paths in it. */
  List<String> below(String folder) {
    if (folder.isEmpty()) {
      return List.copyOf(paths);
    }
    return paths.subSet(folder + "/", folder + "0").stream()
        .map(path -> path.substring(folder.length() + 1))
        .toList();
  }

  boolean anyBelow(String folder, Glob glob) {
    return below(folder).stream().anyMatch(glob::matches);
  }

  /** A file of the folder that may have been meant: one of the same name, or of a similar path. */
  Optional<String> near(String folder, String path) {
    String name = name(path);
    List<String> all = below(folder);
    Optional<String> same = all.stream().filter(p -> name(p).equals(name)).findFirst();
    if (same.isPresent()) {
      return same;
    }
    String parent = parent(path);
    List<String> beside =
        all.stream().filter(p -> parent(p).equals(parent)).limit(MOST_NEAR).toList();
    return Spelling.near(path, beside);
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The folder of a path, {@code ""} at the top. */
  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  static String join(String folder, String path) {
    return folder.isEmpty() ? path : path.isEmpty() ? folder : folder + "/" + path;
  }
}
