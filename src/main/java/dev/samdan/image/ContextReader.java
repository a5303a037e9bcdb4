package dev.samdan.image;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Enumeration;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads a build's context, a folder or an artifact's zip, as a tree. Owners do not count: copies
 * belong to root.
 */
final class ContextReader implements AutoCloseable {
  private static final int LINK_SIZE = 4096;
  private @Nullable ZipFile zip;

  /**
   * The tree of a folder, or of the folder {@code below} in a zip ({@code ""} for the whole of it).
   */
  FileTree read(Path context, String below) throws IOException {
    if (Files.isDirectory(context)) {
      return ofFolder(below.isEmpty() ? context : context.resolve(below));
    }
    if (!Files.isRegularFile(context)) {
      throw PlatformException.notFound("the build context " + context + " is not there");
    }
    zip = ZipFile.builder().setPath(context).get();
    return ofZip(zip, below.isEmpty() ? "" : below + "/");
  }

  private static FileTree ofFolder(Path folder) throws IOException {
    FileTree tree = new FileTree();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (!path.equals(folder)) {
              tree.put(name(path), new FileTree.Folder(FileTree.Owner.ROOT, mode(path)));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isSymbolicLink()) {
              tree.put(
                  name(path),
                  new FileTree.Link(FileTree.Owner.ROOT, Files.readSymbolicLink(path).toString()));
            } else if (attributes.isRegularFile()) {
              tree.put(
                  name(path),
                  new FileTree.Regular(
                      FileTree.Owner.ROOT,
                      mode(path),
                      attributes.size(),
                      () -> Files.newInputStream(path)));
            }
            return FileVisitResult.CONTINUE;
          }

          private String name(Path path) {
            return folder.relativize(path).toString();
          }
        });
    return tree;
  }

  private static int mode(Path path) throws IOException {
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
    int mode = 0;
    for (PosixFilePermission permission : permissions) {
      mode |= 0400 >> permission.ordinal();
    }
    return mode;
  }

  private static FileTree ofZip(ZipFile zip, String prefix) throws IOException {
    FileTree tree = new FileTree();
    for (Enumeration<ZipArchiveEntry> entries = zip.getEntries(); entries.hasMoreElements(); ) {
      ZipArchiveEntry entry = entries.nextElement();
      String name = entry.getName();
      if (!name.startsWith(prefix) || name.length() == prefix.length()) {
        continue;
      }
      String path = clean(name.substring(prefix.length()));
      int mode = entry.getUnixMode() & 0777;
      if (entry.isDirectory()) {
        tree.put(path, new FileTree.Folder(FileTree.Owner.ROOT, mode == 0 ? 0755 : mode));
      } else if (entry.isUnixSymlink()) {
        try (InputStream in = zip.getInputStream(entry)) {
          String target = new String(in.readNBytes(LINK_SIZE), StandardCharsets.UTF_8);
          tree.put(path, new FileTree.Link(FileTree.Owner.ROOT, target));
        }
      } else {
        tree.put(
            path,
            new FileTree.Regular(
                FileTree.Owner.ROOT,
                mode == 0 ? 0644 : mode,
                entry.getSize(),
                () -> zip.getInputStream(entry)));
      }
    }
    return tree;
  }

  private static String clean(String name) {
    String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw PlatformException.invalid(
            "the artifact holds the name '" + name + "', which is no path of a file");
      }
    }
    return path;
  }

  @Override
  public void close() throws IOException {
    if (zip != null) {
      zip.close();
    }
  }
}
