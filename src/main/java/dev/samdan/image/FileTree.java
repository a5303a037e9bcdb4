package dev.samdan.image;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Files by their path without a leading slash: a build context, or the root of an image. */
final class FileTree {
  private static final int LINKS = 40;
  private final TreeMap<String, Node> nodes;

  /** What stands at a path. */
  sealed interface Node {
    Owner owner();
  }

  record Folder(Owner owner, int mode) implements Node {}

  record Regular(Owner owner, int mode, long size, Content content) implements Node {}

  record Link(Owner owner, String target) implements Node {}

  /** Numeric, as layers write them. */
  record Owner(int user, int group) {
    static final Owner ROOT = new Owner(0, 0);
  }

  /** Opens a file's bytes. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  FileTree() {
    this.nodes = new TreeMap<>();
  }

  private FileTree(TreeMap<String, Node> nodes) {
    this.nodes = nodes;
  }

  FileTree copy() {
    return new FileTree(new TreeMap<>(nodes));
  }

  void put(String path, Node node) {
    nodes.put(path, node);
  }

  void putAll(NavigableMap<String, Node> layer) {
    nodes.putAll(layer);
  }

  /** Takes a path away with all below it. */
  void remove(String path) {
    nodes.remove(path);
    below(path).clear();
  }

  Optional<Node> node(String path) {
    return path.isEmpty()
        ? Optional.of(new Folder(Owner.ROOT, 0755))
        : Optional.ofNullable(nodes.get(path));
  }

  boolean isFolder(String path) {
    return path.isEmpty()
        || nodes.get(path) instanceof Folder
        || (!nodes.containsKey(path) && !below(path).isEmpty());
  }

  boolean exists(String path) {
    return path.isEmpty() || nodes.containsKey(path) || !below(path).isEmpty();
  }

  /** All paths with what stands there, sorted. */
  NavigableMap<String, Node> all() {
    return nodes;
  }

  /** Everything below a folder, by its whole path. */
  NavigableMap<String, Node> below(String folder) {
    // '0' follows '/', so this is exactly what begins with the folder's name and a slash.
    return folder.isEmpty() ? nodes : nodes.subMap(folder + "/", true, folder + "0", false);
  }

  /**
   * The path with the links on its way followed as if this tree were the root; the last part only
   * if asked.
   */
  String resolve(String path, boolean last) {
    Deque<String> left = new ArrayDeque<>(List.of(path.split("/", -1)));
    Deque<String> at = new ArrayDeque<>();
    int links = 0;
    while (!left.isEmpty()) {
      String part = left.pop();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        at.pollLast();
        continue;
      }
      at.addLast(part);
      if ((last || !left.isEmpty()) && nodes.get(String.join("/", at)) instanceof Link link) {
        if (++links > LINKS) {
          throw PlatformException.invalid("the links at '" + path + "' lead round in a circle");
        }
        at.pollLast();
        if (link.target.startsWith("/")) {
          at.clear();
        }
        List.of(link.target.split("/", -1)).reversed().forEach(left::push);
      }
    }
    return String.join("/", at);
  }
}
