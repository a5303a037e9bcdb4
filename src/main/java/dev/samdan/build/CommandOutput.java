package dev.samdan.build;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * The file to which the commands of a build print, on its way to the log. It is emptied before it
 * grows large: commands may print faster than is read, and for ever.
 */
final class CommandOutput {
  /** What is carried at once, so that whoever waits for a command soon looks at the time again. */
  private static final int PIECE = 4 << 20;

  /** The size up to which the file may grow once the log is full. */
  private static final long LARGEST = 32L << 20;

  /** How far what is carried may lie behind what is printed, while the log is not full. */
  private static final long FARTHEST_BEHIND = 256L << 20;

  /** What is kept of the end where the middle is passed over. */
  private static final int TAIL = 1 << 16;

  private final Path file;
  private final BuildLog log;
  private final byte[] buffer = new byte[1 << 16];
  private long consumed;
  private int emptied;

  CommandOutput(Path file, BuildLog log) {
    this.file = file;
    this.log = log;
  }

  /**
   * Carries a piece of what commands printed to the log; what is too far ahead is left out but for
   * its end.
   *
   * @return whether more is there already
   */
  boolean pump() {
    if (!Files.exists(file)) {
      return false;
    }
    boolean more;
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      if (raw.length() < consumed) {
        consumed = 0;
      }
      if (raw.length() == consumed) {
        return false;
      }
      raw.seek(consumed);
      carry(raw, PIECE);
      long length = raw.length();
      if (length - consumed > FARTHEST_BEHIND || log.isFull() && length > LARGEST) {
        empty(raw, length);
      }
      more = raw.length() > consumed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    log.flush();
    return more;
  }

  /** Carries what is printed by now, and no more of what is printed meanwhile than need be. */
  void drain(BooleanSupplier enough) {
    long end = file.toFile().length();
    int before = emptied;
    while (pump() && consumed < end && emptied == before && !enough.getAsBoolean()) {
      // The next piece.
    }
  }

  private void carry(RandomAccessFile raw, long most) throws IOException {
    long end = consumed + most;
    for (int n; consumed < end && (n = raw.read(buffer)) > 0; consumed += n) {
      log.output(buffer, n);
    }
  }

  private void empty(RandomAccessFile raw, long length) throws IOException {
    long left = length - consumed;
    if (left > TAIL) {
      log.leaveOut(left - TAIL);
      consumed = length - TAIL;
      raw.seek(consumed);
    }
    carry(raw, TAIL);
    raw.setLength(0);
    consumed = 0;
    emptied++;
  }
}
