package dev.samdan.source;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * A tree as a zip: entries in git's order, one fixed time, unix modes, symbolic links; submodules
 * are left out.
 */
final class CommitZip {
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private CommitZip() {}

  static void write(Repository git, RevTree tree, Path out) throws IOException {
    Path folder = out.toAbsolutePath().getParent();
    Files.createDirectories(java.util.Objects.requireNonNull(folder));
    Path part = Files.createTempFile(folder, "." + out.getFileName(), ".part");
    try {
      try (ZipArchiveOutputStream zip =
          new ZipArchiveOutputStream(
              new BufferedOutputStream(Files.newOutputStream(part), 1 << 16))) {
        zip.setEncoding(StandardCharsets.UTF_8.name());
        zip.setLevel(Deflater.BEST_SPEED);
        writeEntries(git, tree, zip);
      }
      Files.move(part, out, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void writeEntries(Repository git, RevTree tree, ZipArchiveOutputStream zip)
      throws IOException {
    try (ObjectReader reader = git.newObjectReader();
        TreeWalk walk = new TreeWalk(git, reader)) {
      walk.addTree(tree);
      walk.setRecursive(true);
      while (walk.next()) {
        FileMode mode = walk.getFileMode(0);
        if (mode.equals(FileMode.GITLINK)) {
          continue;
        }
        ZipArchiveEntry entry = new ZipArchiveEntry(walk.getPathString());
        entry.setTimeLocal(TIME);
        entry.setUnixMode(unixMode(mode));
        zip.putArchiveEntry(entry);
        reader.open(walk.getObjectId(0)).copyTo(zip);
        zip.closeArchiveEntry();
      }
    }
  }

  private static int unixMode(FileMode mode) {
    if (mode.equals(FileMode.SYMLINK)) {
      return UnixStat.LINK_FLAG | UnixStat.DEFAULT_LINK_PERM;
    }
    return UnixStat.FILE_FLAG | (mode.equals(FileMode.EXECUTABLE_FILE) ? 0755 : 0644);
  }
}
