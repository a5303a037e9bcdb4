package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images of an application, or of all.
 *
 * @param space how much room there is
 * @param full what is said when the disk runs out of room; empty while it does not
 * @param prunable what pruning would free; empty for nothing
 * @param lineage null where nothing was built here
 */
public record ImagesPage(
    String headline,
    String rest,
    String space,
    String full,
    String fullTone,
    String prunable,
    @Nullable Lineage lineage,
    List<Filter> repositories,
    List<Line> lines,
    int more) {
  /** Base images, the images built on them, and where those run, each in its row. */
  public record Lineage(
      String repository,
      int rows,
      List<Base> bases,
      List<Image> images,
      List<Place> places,
      List<Join> toImages,
      List<Join> toPlaces) {
    /** How high the joins are drawn. */
    public int height() {
      return rows * 80 - 14;
    }
  }

  /** A base image; one that was replaced is dashed. */
  public record Base(
      String name, String digest, boolean newest, @Nullable State state, String about) {}

  /** An image. */
  public record Image(String name, String digest, String subject, String at) {}

  /** Where an image runs; {@code tone} is {@code blue}, {@code green} or empty. */
  public record Place(String name, String tone, String tasks, String share) {}

  /** A line from one row to another, in a box of 100 by the height. */
  public record Join(String tone, String path) {}

  /**
   * One image in the list.
   *
   * @param kept why it stays
   * @param keptTone {@code blue}, {@code green}, {@code live}, {@code back} or empty
   */
  public record Line(
      List<String> tags,
      String digest,
      String fullDigest,
      String base,
      @Nullable When pushed,
      String build,
      String size,
      String kept,
      String keptTone) {}
}
