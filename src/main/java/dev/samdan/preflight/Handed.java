package dev.samdan.preflight;

import dev.samdan.base.Glob;
import dev.samdan.base.PlatformException;
import dev.samdan.build.Buildspec;
import dev.samdan.preflight.Findings.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a build hands on to the image, as far as its buildspec tells: the primary artifacts, or the
 * whole folder where it names none.
 *
 * @param at where it says so
 * @param commands all that it runs, in one text
 */
record Handed(Buildspec.@Nullable Artifacts artifacts, Place at, String commands) {
  static Handed of(String file, Buildspec spec) {
    Buildspec.Artifacts artifacts = spec.artifacts();
    String commands =
        spec.phases().stream()
            .flatMap(p -> {
              List<Buildspec.Command> all = new ArrayList<>(p.commands());
              all.addAll(p.finallyCommands());
              return all.stream();
            })
            .map(Buildspec.Command::text)
            .collect(Collectors.joining("\n"));
    return new Handed(
        artifacts, new Place(file, artifacts == null ? 0 : artifacts.line(), 0), commands);
  }

  /** Whether the whole folder is handed on. */
  boolean everything() {
    return artifacts == null;
  }

  /** The folder that the patterns are relative to; {@code ""} where it cannot be told. */
  String base() {
    Buildspec.Artifacts given = artifacts;
    String base = given == null ? "." : given.baseDirectory();
    String clean = clean(base);
    return known(base) ? clean : "";
  }

  /** Whether the patterns' folder and the patterns can be judged without running the build. */
  boolean known() {
    Buildspec.Artifacts given = artifacts;
    return given == null
        || (known(given.baseDirectory())
            && given.files().stream().noneMatch(f -> f.contains("$") || f.startsWith("/")));
  }

  private static boolean known(String folder) {
    return folder.chars().noneMatch(c -> "$*?[{".indexOf(c) >= 0) && !folder.startsWith("/");
  }

  /** Whether a file of this path would be among the artifacts if the build left one. */
  boolean covers(String path) {
    Buildspec.Artifacts given = artifacts;
    if (given == null || !known()) {
      return true;
    }
    if (given.exclude().stream().anyMatch(e -> e.matches(path))) {
      return false;
    }
    return given.files().stream().map(Handed::clean).anyMatch(f -> covers(given, f, path));
  }

  private static boolean covers(Buildspec.Artifacts given, String pattern, String path) {
    if (given.discardPaths()) {
      return glob(Tree.name(pattern)).matches(path);
    }
    return pattern.equals(path) || glob(pattern).matches(path);
  }

  /** Whether files below a folder of this path could be among the artifacts. */
  boolean coversBelow(String folder) {
    Buildspec.Artifacts given = artifacts;
    return given == null
        || !known()
        || given.files().stream().map(Handed::clean).anyMatch(f -> f.startsWith(folder + "/"))
        || (!given.discardPaths() && covers(folder + "/any"));
  }

  /** Whether a command speaks of a file of this name. */
  boolean mentions(String path) {
    return commands.contains(Tree.name(path));
  }

  static String clean(String path) {
    String text = path;
    while (text.startsWith("./") || text.startsWith("/")) {
      text = text.substring(text.indexOf('/') + 1);
    }
    while (text.endsWith("/") || text.endsWith("/.")) {
      text = text.substring(0, text.lastIndexOf('/'));
    }
    return text.equals(".") ? "" : text;
  }

  /** A pattern; what is none is a name. */
  static Glob glob(String pattern) {
    try {
      return Glob.parse(pattern);
    } catch (PlatformException e) {
      return Glob.parse("");
    }
  }
}
