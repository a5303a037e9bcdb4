package dev.samdan.console;

import java.util.List;

/**
 * The log of an action, a fold a phase.
 *
 * @param lines how many there are
 * @param tail where what comes next is asked for; empty once it has ended
 */
public record LogPanel(List<Phase> phases, long lines, String raw, String tail) {
  /** One phase: folded when it succeeded, open while it runs and when it failed. */
  public record Phase(
      String name,
      State state,
      String exit,
      String lines,
      String time,
      boolean open,
      List<Piece> pieces) {}

  /** A part of a phase. */
  public sealed interface Piece permits Line, Fold {}

  /** One line; the HTML is made from text that was escaped. */
  public record Line(long number, String html, boolean error) implements Piece {}

  /**
   * A stretch that is folded away.
   *
   * @param lines those of it that are in the page; empty where they are fetched when it is unfolded
   * @param href where they are fetched
   */
  public record Fold(String text, List<Line> lines, String href) implements Piece {}

  public boolean live() {
    return !tail.isEmpty();
  }
}
