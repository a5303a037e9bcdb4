package dev.samdan.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines of a Dockerfile joined where they were continued, which still knows where each character
 * stood.
 */
final class LogicalLine {
  private final StringBuilder text = new StringBuilder();
  private final List<int[]> pieces = new ArrayList<>();

  /** Appends a piece of the file's line (from 1) that begins at this column (from 1). */
  void append(String piece, int line, int column) {
    pieces.add(new int[] {text.length(), line, column});
    text.append(piece);
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  String text() {
    return text.toString();
  }

  int line(int offset) {
    return piece(offset)[1];
  }

  int column(int offset) {
    int[] piece = piece(offset);
    return piece[2] + offset - piece[0];
  }

  private int[] piece(int offset) {
    int[] found = pieces.getFirst();
    for (int[] piece : pieces) {
      if (piece[0] <= offset) {
        found = piece;
      }
    }
    return found;
  }
}
