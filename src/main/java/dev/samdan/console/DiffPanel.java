package dev.samdan.console;

import java.util.List;

/**
 * The files of a pull request.
 *
 * @param cut whether files or lines were left out because there are too many
 */
public record DiffPanel(List<File> files, boolean cut) {
  /**
   * One file.
   *
   * @param id its anchor in the page
   * @param change added, modified, deleted, renamed or copied, in the reader's language
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
      List<Row> rows) {}

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
