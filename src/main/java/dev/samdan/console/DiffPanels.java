package dev.samdan.console;

import dev.samdan.base.Digest;
import dev.samdan.source.Diff;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the files of a pull request. */
final class DiffPanels {
  private final Words words;
  private final String address;
  private final @Nullable String asked;
  private final Map<String, List<PullRequestPage.Thread>> threads;
  private final boolean open;
  private final Map<String, String> viewed;

  /**
   * Of the pull request at an address.
   *
   * @param asked the line whose field is open, as {@link #place} names it; null for none
   * @param threads what was said of lines of the head, by {@link #place}
   * @param open whether lines may be commented on
   * @param viewed what the reader has looked at: by path, the content that they saw
   */
  DiffPanels(
      Words words,
      String address,
      @Nullable String asked,
      Map<String, List<PullRequestPage.Thread>> threads,
      boolean open,
      Map<String, String> viewed) {
    this.words = words;
    this.address = address;
    this.asked = asked;
    this.threads = threads;
    this.open = open;
    this.viewed = viewed;
  }

  /** A line's name: {@code path:new:41}. */
  static String place(String path, boolean oldSide, int line) {
    return path + ":" + (oldSide ? "old" : "new") + ":" + line;
  }

  DiffPanel of(Diff diff) {
    List<DiffPanel.File> files = new ArrayList<>();
    for (Diff.File file : diff.files()) {
      files.add(file(file, diff.head(), "file-" + (files.size() + 1)));
    }
    return new DiffPanel(files, diff.cut());
  }

  /**
   * What is to be seen of a file: its changed lines, wherever they stand. What is not shown line by
   * line is another thing with each head.
   */
  private static String content(Diff.File file, String head) {
    StringBuilder seen = new StringBuilder(file.change().name()).append(file.oldPath());
    if (file.binary() || file.cut()) {
      seen.append(head);
    }
    file.hunks().stream()
        .flatMap(hunk -> hunk.lines().stream())
        .filter(line -> line.kind() != Diff.Kind.CONTEXT)
        .forEach(line -> seen.append('\n').append(line.kind()).append(line.text()));
    return Digest.of(seen.toString().getBytes(StandardCharsets.UTF_8)).shortHex();
  }

  private DiffPanel.File file(Diff.File file, String head, String id) {
    List<DiffPanel.Row> rows = new ArrayList<>();
    for (Diff.Hunk hunk : file.hunks()) {
      String heading =
          String.format(
              Locale.ROOT,
              "@@ -%d,%d +%d,%d @@",
              hunk.oldStart(),
              hunk.oldLines(),
              hunk.newStart(),
              hunk.newLines());
      rows.add(
          new DiffPanel.Row(
              "hunk",
              "",
              "",
              List.of(new DiffPanel.Part(heading, false)),
              "",
              false,
              0,
              false,
              List.of()));
      lines(rows, file.path(), id, hunk.lines());
    }
    String note =
        file.binary()
            ? words.say("diff.binary")
            : file.cut() ? words.say("diff.large") : rows.isEmpty() ? words.say("diff.same") : "";
    String content = content(file, head);
    return new DiffPanel.File(
        id,
        file.path(),
        Shells.or(file.oldPath(), ""),
        words.say("diff." + file.change().name().toLowerCase(Locale.ROOT)),
        file.additions(),
        file.deletions(),
        note,
        rows,
        content,
        content.equals(viewed.get(file.path())));
  }

  /**
   * Lines that replace as many others are laid beside them, so that what changed in each stands
   * out.
   */
  private void lines(List<DiffPanel.Row> rows, String path, String id, List<Diff.Line> lines) {
    int at = 0;
    while (at < lines.size()) {
      int gone = run(lines, at, Diff.Kind.DELETED);
      int come = run(lines, at + gone, Diff.Kind.ADDED);
      boolean paired = gone > 0 && gone == come;
      int length = Math.max(1, gone + come);
      for (int i = at; i < at + length; i++) {
        Diff.Line line = lines.get(i);
        String other = !paired ? null : lines.get(i < at + gone ? i + gone : i - gone).text();
        rows.add(row(path, id, line, Intraline.parts(line.text(), other)));
      }
      at += length;
    }
  }

  private static int run(List<Diff.Line> lines, int from, Diff.Kind kind) {
    int at = from;
    while (at < lines.size() && lines.get(at).kind() == kind) {
      at++;
    }
    return at - from;
  }

  private DiffPanel.Row row(String path, String id, Diff.Line line, List<DiffPanel.Part> parts) {
    boolean oldSide = line.newLine() == null;
    Integer number = oldSide ? line.oldLine() : line.newLine();
    int counted = number == null ? 0 : number;
    String place = place(path, oldSide, counted);
    String kind =
        switch (line.kind()) {
          case ADDED -> "add";
          case DELETED -> "del";
          case CONTEXT -> "same";
        };
    return new DiffPanel.Row(
        kind,
        line.oldLine() == null ? "" : line.oldLine().toString(),
        line.newLine() == null ? "" : line.newLine().toString(),
        parts,
        open ? address + "/files?at=" + Brief.encoded(place) + "#" + id : "",
        place.equals(asked),
        counted,
        oldSide,
        threads.getOrDefault(place, List.of()));
  }
}
