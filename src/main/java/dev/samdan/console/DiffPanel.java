package dev.samdan.console;

import java.util.List;

/**
 * The files of a pull request.
 *
 * @param cut whether files or lines were left out because there are too many
 */
public record DiffPanel(List<File> files, boolean cut) {
  /** How many of them the reader has looked at. */
  public long viewed() {
    return files.stream().filter(File::viewed).count();
  }

  /** The anchor of the next file to look at once this one is done. */
  public String after(File file) {
    return files.stream()
        .skip(files.indexOf(file) + 1L)
        .filter(other -> !other.viewed())
        .findFirst()
        .orElse(file)
        .id();
  }

  /**
   * One file.
   *
   * @param id its anchor in the page
   * @param change added, modified, deleted, renamed or copied, in the reader's language
   * @param content names what is to be seen of it, so that another content is looked at anew
   * @param viewed whether the reader has looked at it
   * @param note why there are no lines; empty where there are
   */
  public record File(
      String id,
      String path,
      String oldPath,
      String change,
      int additions,
      int deletions,
      String note,
      List<Row> rows,
      String content,
      boolean viewed) {}

  /**
   * A heading of lines that belong together, or a line.
   *
   * @param kind {@code hunk}, {@code add}, {@code del} or {@code same}
   * @param ask the address that opens the field to comment on it; empty where nobody may
   * @param asked whether that field is open
   */
  public record Row(
      String kind,
      String oldLine,
      String newLine,
      List<Part> parts,
      String ask,
      boolean asked,
      int line,
      boolean oldSide,
      List<PullRequestPage.Thread> threads) {}

  /** A piece of a line; the strong ones are what changed in it. */
  public record Part(String text, boolean strong) {}
}
