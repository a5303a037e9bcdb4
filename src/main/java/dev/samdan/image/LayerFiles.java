package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.registry.HeaderBudget;
import dev.samdan.registry.Registry;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads tars, layers of images and archives to ADD, as trees whose files are opened where they lie.
 */
final class LayerFiles implements AutoCloseable {
  private static final long LIMIT = 16L << 30;

  /** Of all that a build reads, which is held in memory beside everything that control does. */
  private static final int MOST_ENTRIES = 200_000;

  private static final long MOST_NAMES = 16L << 20;

  /** In KiB: what {@code xz -9} asks for and some more. */
  private static final int XZ_MEMORY = 96 << 10;

  private static final int BUFFER = 1 << 16;
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private final Registry registry;
  private final Path scratch;
  private final List<Path> spooled = new ArrayList<>();
  private int entries;
  private long names;

  /**
   * @param scratch a folder for unpacked tars, which are gone after the build
   */
  LayerFiles(Registry registry, Path scratch) {
    this.registry = registry;
    this.scratch = scratch;
  }

  /** The tree of an image's layers, bottom first, with whiteouts applied. */
  FileTree tree(List<Digest> layers) throws IOException {
    FileTree tree = new FileTree();
    for (Digest layer : layers) {
      apply(tar(layer), tree);
    }
    return tree;
  }

  /** What an archive holds; null where the content is no tar, plain or in gzip, bzip2 or xz. */
  @Nullable TreeMap<String, FileTree.Node> archive(FileTree.Regular file) throws IOException {
    try (InputStream content = new BufferedInputStream(file.content().open(), BUFFER)) {
      InputStream tar = new BufferedInputStream(decompressed(content), BUFFER);
      if (!isTar(peek(tar))) {
        return null;
      }
      Path spool = spool(tar);
      TreeMap<String, FileTree.Node> nodes = new TreeMap<>();
      FileTree nothing = new FileTree();
      read(spool, (entry, path, at) -> put(nodes, nothing, entry, path, new Place(spool, at)));
      return nodes;
    }
  }

  @Override
  public void close() throws IOException {
    for (Path file : spooled) {
      Files.deleteIfExists(file);
    }
  }

  /** What is done with each entry of a tar; the path has no leading slash. */
  @FunctionalInterface
  private interface EntryVisitor {
    /**
     * @param offset in bytes, of the entry's content in the tar
     */
    void visit(TarArchiveEntry entry, String path, long offset);
  }

  /** Where an entry's content begins. */
  private record Place(Path tar, long offset) {}

  private void apply(Path tar, FileTree tree) throws IOException {
    TreeMap<String, FileTree.Node> nodes = new TreeMap<>();
    List<String> gone = new ArrayList<>();
    List<String> opaque = new ArrayList<>();
    read(
        tar,
        (entry, path, offset) -> {
          String name = path.substring(path.lastIndexOf('/') + 1);
          String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
          if (name.equals(OPAQUE)) {
            opaque.add(folder);
          } else if (name.startsWith(WHITEOUT)) {
            String hidden = name.substring(WHITEOUT.length());
            gone.add(folder.isEmpty() ? hidden : folder + "/" + hidden);
          } else {
            put(nodes, tree, entry, path, new Place(tar, offset));
          }
        });
    gone.forEach(tree::remove);
    opaque.forEach(folder -> tree.below(folder).clear());
    nodes.forEach((path, node) -> {
      if (!(node instanceof FileTree.Folder)) {
        tree.remove(path);
      }
      tree.put(path, node);
    });
  }

  private static void put(
      TreeMap<String, FileTree.Node> nodes,
      FileTree lower,
      TarArchiveEntry entry,
      String path,
      Place place) {
    FileTree.Owner owner =
        new FileTree.Owner((int) entry.getLongUserId(), (int) entry.getLongGroupId());
    if (entry.isDirectory()) {
      nodes.put(path, new FileTree.Folder(owner, entry.getMode() & 07777));
    } else if (entry.isSymbolicLink()) {
      nodes.put(path, new FileTree.Link(owner, entry.getLinkName()));
    } else if (entry.isLink()) {
      String target = clean(entry.getLinkName());
      FileTree.Node same =
          nodes.containsKey(target) ? nodes.get(target) : lower.node(target).orElse(null);
      if (same != null) {
        nodes.put(path, same);
      }
    } else if (!entry.isCharacterDevice() && !entry.isBlockDevice() && !entry.isFIFO()) {
      long size = entry.getSize();
      nodes.put(
          path,
          new FileTree.Regular(owner, entry.getMode() & 07777, size, () -> slice(place, size)));
    }
  }

  private void read(Path tar, EntryVisitor visitor) throws IOException {
    try (HeaderBudget budget =
            new HeaderBudget(new BufferedInputStream(Files.newInputStream(tar), BUFFER));
        TarArchiveInputStream in = new TarArchiveInputStream(budget, "UTF-8")) {
      while (true) {
        budget.expectHeader();
        TarArchiveEntry entry = in.getNextEntry();
        if (entry == null) {
          return;
        }
        budget.expectContent();
        count(entry);
        String path = clean(entry.getName());
        if (!path.isEmpty()) {
          visitor.visit(entry, path, in.getBytesRead());
        }
        while (in.skip(Long.MAX_VALUE) > 0) {
          // The content is read where it is needed; the next header must not count it.
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("the archive is damaged: " + e.getMessage(), e);
    }
  }

  private void count(TarArchiveEntry entry) {
    String target = entry.getLinkName();
    names += entry.getName().length() + (target == null ? 0 : target.length());
    if (++entries > MOST_ENTRIES || names > MOST_NAMES) {
      throw PlatformException.invalid(
          "the images and archives of this build hold more than "
              + MOST_ENTRIES
              + " files, or names of more than "
              + (MOST_NAMES >> 20)
              + " MiB; take what the image does not need out of them");
    }
  }

  private static String clean(String name) {
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw PlatformException.invalid(
            "the archive holds the name '" + name + "', which leads out of it");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  /** A layer as a plain tar: the blob itself where it is one. */
  private Path tar(Digest layer) throws IOException {
    Path blob = registry.blobFile(layer);
    try (InputStream in = Files.newInputStream(blob)) {
      if (isTar(in.readNBytes(512))) {
        return blob;
      }
    }
    try (InputStream in = registry.openLayer(layer)) {
      return spool(in);
    }
  }

  private Path spool(InputStream tar) throws IOException {
    Files.createDirectories(scratch);
    Path file = Files.createTempFile(scratch, "layer-", ".tar");
    spooled.add(file);
    try (OutputStream out = registry.openScratch(file)) {
      byte[] buffer = new byte[BUFFER];
      long size = 0;
      for (int n; (n = tar.read(buffer)) >= 0; ) {
        size += n;
        if (size > LIMIT) {
          throw new IOException("an archive unpacks to more than " + (LIMIT >> 30) + " GiB");
        }
        out.write(buffer, 0, n);
      }
    }
    return file;
  }

  private static InputStream decompressed(InputStream content) throws IOException {
    byte[] head = peek(content);
    if (starts(head, 0x1f, 0x8b)) {
      return new GZIPInputStream(content, BUFFER);
    }
    if (starts(head, 'B', 'Z', 'h')) {
      return new BZip2CompressorInputStream(content, true);
    }
    return starts(head, 0xfd, '7', 'z', 'X', 'Z', 0)
        ? new XZCompressorInputStream(content, true, XZ_MEMORY)
        : content;
  }

  private static byte[] peek(InputStream in) throws IOException {
    in.mark(512);
    byte[] head = in.readNBytes(512);
    in.reset();
    return head;
  }

  private static boolean isTar(byte[] head) {
    return head.length == 512
        && new String(head, 257, 5, java.nio.charset.StandardCharsets.US_ASCII).equals("ustar");
  }

  private static boolean starts(byte[] head, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (head.length <= i || (head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static InputStream slice(Place place, long size) throws IOException {
    InputStream in = Files.newInputStream(place.tar());
    in.skipNBytes(place.offset());
    return new FilterInputStream(in) {
      private long left = size;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        if (left == 0) {
          return -1;
        }
        int n = super.read(bytes, from, (int) Math.min(length, left));
        left -= Math.max(n, 0);
        return n;
      }
    };
  }
}
