package dev.samdan.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a layer so that the same files give the same bytes everywhere: sorted, one time for all,
 * numeric owners without names, and not compressed, because compressors differ from machine to
 * machine.
 */
final class LayerWriter {
  /** 1980, since formats such as ZIP know no earlier time. */
  static final Instant TIME = Instant.parse("1980-01-01T00:00:00Z");

  private LayerWriter() {}

  static void write(SortedMap<String, FileTree.Node> files, OutputStream out) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
    TarArchiveOutputStream tar = new TarArchiveOutputStream(buffered, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    byte[] buffer = new byte[1 << 16];
    for (Map.Entry<String, FileTree.Node> file : files.entrySet()) {
      tar.putArchiveEntry(entry(file.getKey(), file.getValue()));
      if (file.getValue() instanceof FileTree.Regular regular) {
        copy(file.getKey(), regular, tar, buffer);
      }
      tar.closeArchiveEntry();
    }
    tar.finish();
    buffered.flush(); // The archive's own flush stops at its blocks.
  }

  private static TarArchiveEntry entry(String path, FileTree.Node node) {
    TarArchiveEntry entry =
        switch (node) {
          case FileTree.Folder folder -> {
            TarArchiveEntry e = new TarArchiveEntry(path + "/", TarConstants.LF_DIR);
            e.setMode(folder.mode());
            yield e;
          }
          case FileTree.Regular regular -> {
            TarArchiveEntry e = new TarArchiveEntry(path, TarConstants.LF_NORMAL);
            e.setMode(regular.mode());
            e.setSize(regular.size());
            yield e;
          }
          case FileTree.Link link -> {
            TarArchiveEntry e = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
            e.setMode(0777);
            e.setLinkName(link.target());
            yield e;
          }
        };
    entry.setIds(node.owner().user(), node.owner().group());
    entry.setNames("", "");
    entry.setLastModifiedTime(FileTime.from(TIME));
    return entry;
  }

  private static void copy(
      String path, FileTree.Regular file, TarArchiveOutputStream tar, byte[] buffer)
      throws IOException {
    long left = file.size();
    try (InputStream in = file.content().open()) {
      for (int n; (n = in.read(buffer)) >= 0; ) {
        left -= n;
        if (left < 0) {
          break;
        }
        tar.write(buffer, 0, n);
      }
    }
    if (left != 0) {
      throw new IOException(
          "'" + path + "' changed while it was read; build again when nothing writes to it");
    }
  }
}
