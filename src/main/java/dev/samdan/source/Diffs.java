package dev.samdan.source;

import dev.samdan.source.Diff.Change;
import dev.samdan.source.Diff.Hunk;
import dev.samdan.source.Diff.Kind;
import dev.samdan.source.Diff.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.Edit;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.patch.FileHeader;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.util.io.DisabledOutputStream;
import org.jspecify.annotations.Nullable;

/** Compares two commits file by file, within bounds of size. */
final class Diffs {
  private static final int MOST_FILES = 500;
  private static final int MOST_LINES = 20_000;
  private static final int LARGEST_FILE = 1 << 20;
  private static final int LONGEST_LINE = 2_000;
  private static final int CONTEXT = 3;

  private final Repository git;
  private final boolean withLines;
  private int linesLeft = MOST_LINES;

  private Diffs(Repository git, boolean withLines) {
    this.git = git;
    this.withLines = withLines;
  }

  /**
   * @param base null for all of the head
   * @param withLines whether hunks are wanted, or counts only
   */
  static Diff of(Repository git, @Nullable ObjectId base, ObjectId head, boolean withLines)
      throws IOException {
    return new Diffs(git, withLines).compare(base, head);
  }

  private Diff compare(@Nullable ObjectId base, ObjectId head) throws IOException {
    try (RevWalk walk = new RevWalk(git);
        DiffFormatter formatter = new DiffFormatter(DisabledOutputStream.INSTANCE)) {
      formatter.setRepository(git);
      formatter.setDetectRenames(true);
      formatter.setBinaryFileThreshold(LARGEST_FILE);
      List<DiffEntry> entries =
          formatter.scan(
              base == null ? null : walk.parseCommit(base).getTree(),
              walk.parseCommit(head).getTree());
      List<Diff.File> files = new ArrayList<>();
      int additions = 0;
      int deletions = 0;
      boolean cut = entries.size() > MOST_FILES;
      for (DiffEntry entry : entries.subList(0, Math.min(MOST_FILES, entries.size()))) {
        Diff.File file = file(formatter, entry);
        files.add(file);
        additions += file.additions();
        deletions += file.deletions();
        cut |= file.cut();
      }
      return new Diff(
          base == null ? null : base.name(), head.name(), files, additions, deletions, cut);
    }
  }

  private Diff.File file(DiffFormatter formatter, DiffEntry entry) throws IOException {
    FileHeader header = formatter.toFileHeader(entry);
    boolean binary = header.getPatchType() != FileHeader.PatchType.UNIFIED;
    EditList edits = binary ? new EditList() : header.toEditList();
    int additions = edits.stream().mapToInt(Edit::getLengthB).sum();
    int deletions = edits.stream().mapToInt(Edit::getLengthA).sum();
    List<Hunk> hunks = List.of();
    boolean cut = binary && isLarge(entry);
    if (withLines && !binary) {
      int budget = linesLeft;
      hunks = hunks(entry, edits);
      cut = linesLeft <= 0 && budget < additions + deletions + 2 * CONTEXT * edits.size() + 1;
    }
    boolean moved = !entry.getOldPath().equals(entry.getNewPath());
    boolean deleted = entry.getChangeType() == DiffEntry.ChangeType.DELETE;
    return new Diff.File(
        deleted ? entry.getOldPath() : entry.getNewPath(),
        moved && entry.getOldId() != null && change(entry) == Change.RENAMED
            ? entry.getOldPath()
            : null,
        change(entry),
        binary,
        additions,
        deletions,
        cut,
        hunks);
  }

  private static Change change(DiffEntry entry) {
    return switch (entry.getChangeType()) {
      case ADD -> Change.ADDED;
      case MODIFY -> Change.MODIFIED;
      case DELETE -> Change.DELETED;
      case RENAME -> Change.RENAMED;
      case COPY -> Change.COPIED;
    };
  }

  private boolean isLarge(DiffEntry entry) throws IOException {
    return size(entry.getOldId(), entry.getOldMode()) > LARGEST_FILE
        || size(entry.getNewId(), entry.getNewMode()) > LARGEST_FILE;
  }

  private long size(AbbreviatedObjectId id, FileMode mode) throws IOException {
    return mode == FileMode.MISSING || mode == FileMode.GITLINK
        ? 0
        : git.open(id.toObjectId()).getSize();
  }

  private List<Hunk> hunks(DiffEntry entry, EditList edits) throws IOException {
    RawText older = text(entry.getOldId(), entry.getOldMode());
    RawText newer = text(entry.getNewId(), entry.getNewMode());
    List<Hunk> hunks = new ArrayList<>();
    int at = 0;
    while (at < edits.size() && linesLeft > 0) {
      int end = at;
      while (end + 1 < edits.size()
          && edits.get(end + 1).getBeginA() - edits.get(end).getEndA() <= 2 * CONTEXT) {
        end++;
      }
      hunks.add(hunk(older, newer, edits.subList(at, end + 1)));
      at = end + 1;
    }
    return hunks;
  }

  private Hunk hunk(RawText older, RawText newer, List<Edit> edits) {
    int oldStart = Math.max(0, edits.getFirst().getBeginA() - CONTEXT);
    int newStart = Math.max(0, edits.getFirst().getBeginB() - CONTEXT);
    int oldEnd = Math.min(older.size(), edits.getLast().getEndA() + CONTEXT);
    int newEnd = Math.min(newer.size(), edits.getLast().getEndB() + CONTEXT);
    List<Line> lines = new ArrayList<>();
    int a = oldStart;
    int b = newStart;
    for (Edit edit : edits) {
      while (a < edit.getBeginA()) {
        add(lines, new Line(Kind.CONTEXT, ++a, ++b, shown(older, a - 1)));
      }
      while (a < edit.getEndA()) {
        add(lines, new Line(Kind.DELETED, ++a, null, shown(older, a - 1)));
      }
      while (b < edit.getEndB()) {
        add(lines, new Line(Kind.ADDED, null, ++b, shown(newer, b - 1)));
      }
    }
    while (a < oldEnd) {
      add(lines, new Line(Kind.CONTEXT, ++a, ++b, shown(older, a - 1)));
    }
    return new Hunk(oldStart + 1, oldEnd - oldStart, newStart + 1, newEnd - newStart, lines);
  }

  private void add(List<Line> lines, Line line) {
    if (linesLeft-- > 0) {
      lines.add(line);
    }
  }

  private static String shown(RawText text, int line) {
    String all = text.getString(line);
    return all.length() > LONGEST_LINE ? all.substring(0, LONGEST_LINE) + "…" : all;
  }

  private RawText text(AbbreviatedObjectId id, FileMode mode) throws IOException {
    if (mode == FileMode.MISSING) {
      return RawText.EMPTY_TEXT;
    }
    if (mode == FileMode.GITLINK) {
      return new RawText(
          ("Subproject commit " + id.name() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    ObjectLoader content = git.open(id.toObjectId());
    return new RawText(content.getBytes(LARGEST_FILE));
  }
}
