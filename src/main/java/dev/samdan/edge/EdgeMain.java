package dev.samdan.edge;

/** The edge's process: {@code EdgeMain --home DIR}. */
public final class EdgeMain {
  private EdgeMain() {}

  public static void main(String[] args) {
    throw new UnsupportedOperationException();
  }
}
