package dev.samdan.registry;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A folder that acts as the root: links inside it are followed as if it were {@code /}, so no name
 * leads out.
 */
final class RootedFolder {
  private static final int LINKS = 40;
  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");
  private final Path path;
  private final Map<String, Path> known = new HashMap<>();

  /**
   * @param path the folder's real path
   */
  RootedFolder(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * A name of an archive without leading and doubled separators; one with {@code ..} is refused.
   */
  static String clean(String name) throws IOException {
    if (name.indexOf('\0') >= 0) {
      throw new IOException("the image holds a name with a zero byte");
    }
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw new IOException(
            "the image holds the name '" + name + "', which leads out of its folder");
      }
      if (part.length() > 255) {
        throw new IOException("the image holds a name of more than 255 characters");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  /** The real folder of this cleaned name, made where it is missing. */
  Path folder(String name) throws IOException {
    if (name.isEmpty()) {
      return path;
    }
    Path folder = known.get(name);
    if (folder == null) {
      folder = walk(name);
      known.put(name, folder);
    }
    return folder;
  }

  /** Makes one folder that everyone may enter, whatever the process's mask. */
  Path create(Path folder) throws IOException {
    Files.createDirectory(folder);
    return Files.setPosixFilePermissions(folder, OPEN);
  }

  private Path walk(String name) throws IOException {
    Deque<String> left = new ArrayDeque<>(List.of(name.split("/", -1)));
    Path at = path;
    int links = 0;
    while (!left.isEmpty()) {
      String part = left.pop();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        at = at.equals(path) ? path : parent(at);
        continue;
      }
      Path next = at.resolve(part);
      if (Files.isSymbolicLink(next)) {
        if (++links > LINKS) {
          throw new IOException("the image's links at '" + name + "' lead round in a circle");
        }
        String target = Files.readSymbolicLink(next).toString();
        if (target.startsWith("/")) {
          at = path;
        }
        List.of(target.split("/", -1)).reversed().forEach(left::push);
      } else if (Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
        at = next;
      } else if (Files.notExists(next, LinkOption.NOFOLLOW_LINKS)) {
        at = create(next);
      } else {
        throw new IOException(
            "the image uses the file '" + path.relativize(next) + "' as a folder");
      }
    }
    return at;
  }

  /**
   * What a link at this place should say to lead to the same file below this root: absolute targets
   * become relative, and {@code ..} stops at the root.
   */
  String linkTarget(Path link, String target) throws IOException {
    if (target.isEmpty() || target.indexOf('\0') >= 0) {
      throw new IOException("the link '" + path.relativize(link) + "' leads nowhere");
    }
    Path folder = parent(link);
    int depth =
        path.relativize(folder).toString().isEmpty() ? 0 : path.relativize(folder).getNameCount();
    Deque<String> place = new ArrayDeque<>();
    if (!target.startsWith("/")) {
      for (Path part : path.relativize(folder)) {
        if (!part.toString().isEmpty()) {
          place.addLast(part.toString());
        }
      }
    }
    boolean stays = !target.startsWith("/");
    int up = 0;
    boolean below = false;
    for (String part : target.split("/", -1)) {
      if (part.equals("..")) {
        stays &= !below && ++up <= depth;
        place.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        below = true;
        place.addLast(part);
      }
    }
    if (stays) {
      return target;
    }
    String relative = folder.relativize(path.resolve(String.join("/", place))).toString();
    return relative.isEmpty() ? "." : relative;
  }

  /** Removes what is there, without following links; answers whether it was a folder. */
  boolean remove(Path victim) throws IOException {
    boolean folder = Files.isDirectory(victim, LinkOption.NOFOLLOW_LINKS);
    if (folder) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(victim)) {
        for (Path child : children) {
          remove(child);
        }
      }
      known.clear();
    } else if (Files.isSymbolicLink(victim)) {
      known.clear();
    }
    Files.deleteIfExists(victim);
    return folder;
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " has no folder");
    }
    return parent;
  }
}
