package dev.samdan.registry;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Writes to the registry's disk and stops, UNAVAILABLE with the remedy, before it is full: content
 * may come without its length.
 */
final class Roomy extends FilterOutputStream {
  /** How much is written between two looks at the disk. */
  private static final int STRIDE = 16 << 20;

  private final Path root;
  private long unasked;

  Roomy(OutputStream out, Path root) {
    super(out);
    this.root = root;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    unasked += length;
    if (unasked >= STRIDE) {
      unasked = 0;
      Space.of(root).require(0);
    }
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      if (Space.isFull(e)) {
        throw Space.of(root).refusal();
      }
      throw e;
    }
  }
}
