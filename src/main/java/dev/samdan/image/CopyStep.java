package dev.samdan.image;

import dev.samdan.base.Glob;
import dev.samdan.base.PlatformException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One COPY or ADD: from the files of a context, a stage or an image to the files of a new layer
 * (Dockerfile reference).
 */
final class CopyStep {
  private final FileTree from;
  private final FileTree to;
  private final LayerFiles files;
  private final TreeMap<String, FileTree.Node> layer = new TreeMap<>();
  private FileTree.Owner owner = FileTree.Owner.ROOT;
  private @Nullable Integer mode;

  /**
   * @param to the stage's files so far
   */
  CopyStep(FileTree from, FileTree to, LayerFiles files) {
    this.from = from;
    this.to = to;
    this.files = files;
  }

  /**
   * Sets owner and mode from {@code --chown=user[:group]} and {@code --chmod=octal}; null where not
   * given.
   */
  CopyStep as(@Nullable String chown, @Nullable String chmod) throws IOException {
    if (chown != null) {
      int colon = chown.indexOf(':');
      int user = id(colon < 0 ? chown : chown.substring(0, colon), "etc/passwd");
      owner =
          new FileTree.Owner(user, colon < 0 ? user : id(chown.substring(colon + 1), "etc/group"));
    }
    if (chmod != null) {
      if (!chmod.matches("[0-7]{1,4}")) {
        throw PlatformException.invalid(
            "--chmod=" + chmod + " is not a mode in octal digits, such as 755");
      }
      mode = Integer.parseInt(chmod, 8);
    }
    return this;
  }

  /**
   * Copies and answers the new layer's files.
   *
   * @param sources patterns below the context
   * @param destination absolute; a slash at the end means a folder
   * @param unpack whether archives are unpacked (ADD)
   */
  SortedMap<String, FileTree.Node> copy(
      List<String> sources, String destination, boolean unpack, Collection<String> ignored)
      throws IOException {
    Map<String, String> found = new LinkedHashMap<>();
    for (String source : sources) {
      found.putAll(find(source, ignored));
    }
    String target = to.resolve(destination, true);
    boolean folder = destination.endsWith("/") || destination.endsWith("/.") || to.isFolder(target);
    if (!folder && (found.size() > 1 || sources.size() > 1)) {
      throw PlatformException.invalid(
          "several files go to '"
              + destination
              + "', so it must be a folder: write '"
              + destination
              + "/'");
    }
    for (Map.Entry<String, String> entry : found.entrySet()) {
      copyOne(entry.getKey(), entry.getValue(), target, folder, unpack);
    }
    addFolders();
    return layer;
  }

  private void copyOne(String path, String name, String target, boolean folder, boolean unpack)
      throws IOException {
    if (from.isFolder(path)) {
      put(target, new FileTree.Folder(FileTree.Owner.ROOT, 0755), true);
      for (Map.Entry<String, FileTree.Node> entry : from.below(path).entrySet()) {
        String rest = entry.getKey().substring(path.isEmpty() ? 0 : path.length() + 1);
        put(join(target, rest), entry.getValue(), false);
      }
      return;
    }
    FileTree.Node node = from.node(path).orElseThrow();
    if (unpack && node instanceof FileTree.Regular regular) {
      TreeMap<String, FileTree.Node> archive = files.archive(regular);
      if (archive != null) {
        archive.forEach((entry, value) -> keep(join(target, entry), value));
        return;
      }
    }
    put(folder ? join(target, name.substring(name.lastIndexOf('/') + 1)) : target, node, false);
  }

  /** Where the sources are: the path with links followed, and the path as it was named. */
  private Map<String, String> find(String source, Collection<String> ignored) {
    String clean = clean(source);
    Map<String, String> found = new LinkedHashMap<>();
    if (clean.matches(".*[*?\\[].*")) {
      Glob glob = DockerIgnore.glob(clean);
      for (String path : from.all().keySet()) {
        if (glob.matches(path)) {
          found.put(from.resolve(path, true), path);
        }
      }
    } else if (from.exists(from.resolve(clean, true))) {
      found.put(from.resolve(clean, true), clean);
    }
    if (found.isEmpty()) {
      throw PlatformException.invalid(
          ignored.stream().anyMatch(p -> p.equals(clean) || p.startsWith(clean + "/"))
              ? "'" + source + "' is kept out of the context by .dockerignore"
              : "'" + source + "' matches no file of the context" + nearest(clean));
    }
    return found;
  }

  private String nearest(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return from.all().keySet().stream()
        .filter(p -> p.substring(p.lastIndexOf('/') + 1).equalsIgnoreCase(name))
        .findFirst()
        .map(p -> "; there is '" + p + "'")
        .orElse("; the build (buildspec.yml) must make it, and its artifacts must hold it");
  }

  private static String clean(String source) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : source.split("/", -1)) {
      if (part.equals("..")) {
        if (parts.pollLast() == null) {
          throw PlatformException.invalid(
              "'" + source + "' leads out of the context, where nothing can be copied from");
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }

  /** Puts a node where the stage's links lead, with the owner and mode that were asked for. */
  private void put(String path, FileTree.Node node, boolean onlyIfMissing) {
    String place = to.resolve(path, node instanceof FileTree.Folder);
    if (place.isEmpty() || (onlyIfMissing && (to.isFolder(place) || layer.containsKey(place)))) {
      return;
    }
    Integer wanted = mode;
    switch (node) {
      case FileTree.Folder folder ->
          layer.put(
              place,
              fitting(place, new FileTree.Folder(owner, wanted == null ? folder.mode() : wanted)));
      case FileTree.Regular file ->
          layer.put(
              place,
              fitting(
                  place,
                  new FileTree.Regular(
                      owner, wanted == null ? file.mode() : wanted, file.size(), file.content())));
      case FileTree.Link link ->
          layer.put(place, fitting(place, new FileTree.Link(owner, link.target())));
    }
  }

  /** Puts what an archive holds, which keeps its own owners. */
  private void keep(String path, FileTree.Node node) {
    String place = to.resolve(path, node instanceof FileTree.Folder);
    if (!place.isEmpty()) {
      layer.put(place, fitting(place, node));
    }
  }

  private FileTree.Node fitting(String place, FileTree.Node node) {
    boolean isFolder = node instanceof FileTree.Folder;
    if (to.exists(place) && to.isFolder(place) != isFolder) {
      throw PlatformException.invalid(
          isFolder
              ? "'/" + place + "' is a file in the image, so no folder can be copied there"
              : "'/" + place + "' is a folder in the image, so no file can be copied there");
    }
    return node;
  }

  private void addFolders() {
    TreeMap<String, FileTree.Node> missing = new TreeMap<>();
    for (String path : layer.keySet()) {
      for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        String folder = path.substring(0, slash);
        FileTree.Node existing =
            layer.containsKey(folder) ? layer.get(folder) : to.node(folder).orElse(null);
        if (existing instanceof FileTree.Regular) {
          throw PlatformException.invalid(
              "'/" + folder + "' is a file in the image, so nothing can be copied below it");
        }
        if (existing == null && !to.exists(folder)) {
          missing.put(folder, new FileTree.Folder(FileTree.Owner.ROOT, 0755));
        }
      }
    }
    layer.putAll(missing);
  }

  private int id(String name, String file) throws IOException {
    if (name.matches("[0-9]{1,9}")) {
      return Integer.parseInt(name);
    }
    if (to.node(to.resolve(file, true)).orElse(null) instanceof FileTree.Regular regular) {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(regular.content().open(), StandardCharsets.UTF_8))) {
        for (String line; (line = lines.readLine()) != null; ) {
          String[] fields = line.split(":", -1);
          if (fields.length > 2 && fields[0].equals(name) && fields[2].matches("[0-9]{1,9}")) {
            return Integer.parseInt(fields[2]);
          }
        }
      }
    }
    throw PlatformException.invalid(
        "--chown: '" + name + "' is not in the image's /" + file + "; use a number");
  }

  private static String join(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }
}
