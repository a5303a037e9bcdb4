package dev.samdan.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Bounds what a tar header may hold. Long names and extended headers are read into memory whole, so
 * a header that claims gigabytes would be an attack; 256 KiB is far above what PATH_MAX allows.
 */
public final class HeaderBudget extends FilterInputStream {
  private static final int LIMIT = 1 << 18;
  private long left = Long.MAX_VALUE;

  public HeaderBudget(InputStream in) {
    super(in);
  }

  /** The next header is read from here on. */
  public void expectHeader() {
    left = LIMIT;
  }

  /** What comes now is a file's content, of any size. */
  public void expectContent() {
    left = Long.MAX_VALUE;
  }

  @Override
  public int read() throws IOException {
    spend(1);
    return super.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n = super.read(bytes, offset, length);
    spend(Math.max(n, 0));
    return n;
  }

  @Override
  public long skip(long count) throws IOException {
    long n = super.skip(count);
    spend(n);
    return n;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void spend(long count) throws IOException {
    left -= count;
    if (left < 0) {
      throw new IOException("a header of the archive is larger than " + (LIMIT >> 10) + " KiB");
    }
  }
}
