package dev.samdan.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two commits, as {@code git diff} shows it.
 *
 * @param base null where all of the head is new
 * @param additions lines, of the files whose lines were compared
 * @param cut whether files or lines were left out because there are too many
 */
public record Diff(
    @Nullable String base,
    String head,
    List<File> files,
    int additions,
    int deletions,
    boolean cut) {
  public Diff {
    files = List.copyOf(files);
  }

  /** What happened to a file. */
  public enum Change {
    ADDED,
    MODIFIED,
    DELETED,
    RENAMED,
    COPIED
  }

  /**
   * One file.
   *
   * @param path where it is now; of a deleted one where it was
   * @param oldPath where it was, where that is another place
   * @param binary whether it has no lines to show
   * @param cut whether it is too large for its lines to be shown, or not all of them are
   */
  public record File(
      String path,
      @Nullable String oldPath,
      Change change,
      boolean binary,
      int additions,
      int deletions,
      boolean cut,
      List<Hunk> hunks) {
    public File {
      hunks = List.copyOf(hunks);
    }
  }

  /** Lines that belong together, with what stands around them; line numbers count from 1. */
  public record Hunk(int oldStart, int oldLines, int newStart, int newLines, List<Line> lines) {
    public Hunk {
      lines = List.copyOf(lines);
    }
  }

  /** Whether a line is new, gone, or as it was. */
  public enum Kind {
    ADDED,
    DELETED,
    CONTEXT
  }

  /**
   * One line.
   *
   * @param oldLine its number before; null of a new one
   * @param newLine its number now; null of one that is gone
   */
  public record Line(
      Kind kind, @Nullable Integer oldLine, @Nullable Integer newLine, String text) {}
}
