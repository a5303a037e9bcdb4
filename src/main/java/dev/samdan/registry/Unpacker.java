package dev.samdan.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Applies layers to a folder, bottom first (OCI image specification 1.1, "Layer Filesystem
 * Changeset"): whiteouts and opaque folders take away what lower layers brought. Modes and times
 * are kept, owners and the set-uid bits are not, and devices are left out, because the folder is no
 * container's root but a folder that a process runs in.
 */
final class Unpacker {
  /** How much an image may unpack to, against images made to fill the disk. */
  record Limits(long bytes, long entries) {
    static final Limits DEFAULT = new Limits(64L << 30, 2_000_000);
  }

  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private final RootedFolder root;
  private final Limits limits;
  private final Map<Path, TarArchiveEntry> folders = new TreeMap<>(Comparator.reverseOrder());
  private final byte[] buffer = new byte[1 << 16];
  private Set<Path> ofThisLayer = new HashSet<>();
  private long bytes;
  private long entries;

  Unpacker(Path folder, Limits limits) throws IOException {
    Files.createDirectories(folder);
    this.root = new RootedFolder(folder.toRealPath());
    this.limits = limits;
  }

  /** Applies one layer. */
  void apply(InputStream tar) throws IOException {
    ofThisLayer = new HashSet<>();
    HeaderBudget budget = new HeaderBudget(tar);
    TarArchiveInputStream in = new TarArchiveInputStream(budget, "UTF-8");
    while (true) {
      budget.expectHeader();
      TarArchiveEntry entry = in.getNextEntry();
      if (entry == null) {
        return;
      }
      budget.expectContent();
      if (++entries > limits.entries) {
        throw new IOException("the image holds more than " + limits.entries + " files");
      }
      try {
        apply(entry, in);
      } catch (IllegalArgumentException e) {
        throw new IOException(
            "the image holds the name '" + entry.getName() + "', which cannot be a file's here", e);
      }
    }
  }

  /** Gives folders their modes and times, once nothing more is written into them. */
  void finish() throws IOException {
    for (Map.Entry<Path, TarArchiveEntry> folder : folders.entrySet()) {
      if (Files.isDirectory(folder.getKey(), LinkOption.NOFOLLOW_LINKS)) {
        settle(folder.getKey(), folder.getValue());
      }
    }
  }

  private void apply(TarArchiveEntry entry, TarArchiveInputStream in) throws IOException {
    String name = RootedFolder.clean(entry.getName());
    if (name.isEmpty()) {
      return; // The root itself: its mode is the runtime's.
    }
    int slash = name.lastIndexOf('/');
    Path parent = root.folder(slash < 0 ? "" : name.substring(0, slash));
    String last = name.substring(slash + 1);
    if (last.equals(OPAQUE)) {
      makeOpaque(parent);
    } else if (last.startsWith(WHITEOUT + WHITEOUT)) {
      return; // Bookkeeping of an old union file system.
    } else if (last.startsWith(WHITEOUT)) {
      whiteOut(parent, last.substring(WHITEOUT.length()), name);
    } else {
      write(entry, in, parent.resolve(last));
    }
  }

  private void write(TarArchiveEntry entry, TarArchiveInputStream in, Path path)
      throws IOException {
    if (entry.isSparse()) {
      throw new IOException(entry.getName() + " is a sparse file, which layers here may not hold");
    }
    if (entry.isDirectory()) {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        remove(path);
        root.create(path);
      }
      folders.put(path, entry);
    } else if (entry.isSymbolicLink()) {
      remove(path);
      Files.createSymbolicLink(path, Path.of(root.linkTarget(path, entry.getLinkName())));
    } else if (entry.isLink()) {
      link(entry, path);
    } else if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
      return;
    } else {
      remove(path);
      writeFile(entry, in, path);
    }
    for (Path p = path;
        p != null && !p.equals(root.path()) && ofThisLayer.add(p);
        p = p.getParent()) {
      // With its folders, so that a whiteout knows what is this layer's own.
    }
  }

  private void writeFile(TarArchiveEntry entry, TarArchiveInputStream in, Path path)
      throws IOException {
    try (OutputStream out =
        Files.newOutputStream(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      for (int n; (n = in.read(buffer)) >= 0; ) {
        bytes += n;
        if (bytes > limits.bytes) {
          throw new IOException("the image unpacks to more than " + (limits.bytes >> 20) + " MiB");
        }
        out.write(buffer, 0, n);
      }
    }
    settle(path, entry);
  }

  private void link(TarArchiveEntry entry, Path path) throws IOException {
    String target = RootedFolder.clean(entry.getLinkName());
    int slash = target.lastIndexOf('/');
    Path existing =
        root.folder(slash < 0 ? "" : target.substring(0, slash))
            .resolve(target.substring(slash + 1));
    if (existing.equals(path)) {
      return;
    }
    if (Files.isSymbolicLink(existing)) {
      remove(path);
      // A copy of the link, seen from its new place, so that it does not lead out of the folder
      // from there.
      Path meant = existing.resolveSibling(Files.readSymbolicLink(existing)).normalize();
      Files.createSymbolicLink(
          path, Path.of(root.linkTarget(path, "/" + root.path().relativize(meant))));
    } else if (Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
      remove(path);
      Files.createLink(path, existing);
    } else {
      throw new IOException(
          entry.getName()
              + " is a link to "
              + entry.getLinkName()
              + ", which is no file of the image");
    }
  }

  private void whiteOut(Path parent, String hidden, String name) throws IOException {
    if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
      throw new IOException(name + " is a whiteout of nothing");
    }
    Path path = parent.resolve(hidden);
    if (!ofThisLayer.contains(path)) {
      remove(path);
    } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      makeOpaque(path);
    }
  }

  private void makeOpaque(Path folder) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        if (!ofThisLayer.contains(child)) {
          remove(child);
        } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          makeOpaque(child);
        }
      }
    }
  }

  private void remove(Path path) throws IOException {
    if (root.remove(path)) {
      folders.keySet().removeIf(p -> p.startsWith(path));
    }
  }

  private static void settle(Path path, TarArchiveEntry entry) throws IOException {
    Files.setPosixFilePermissions(path, permissions(entry.getMode()));
    Files.setLastModifiedTime(path, FileTime.fromMillis(entry.getLastModifiedTime().toMillis()));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }
}
