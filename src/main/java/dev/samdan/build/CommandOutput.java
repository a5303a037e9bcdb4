package dev.samdan.build;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file to which the commands of a build print, on its way to the log. */
final class CommandOutput {
  private static final long RAW_LIMIT = 32L << 20;

  private final Path file;
  private final BuildLog log;
  private final byte[] buffer = new byte[1 << 16];
  private long consumed;

  CommandOutput(Path file, BuildLog log) {
    this.file = file;
    this.log = log;
  }

  /**
   * Carries what commands printed to the log. Beyond its limit the raw file is emptied, so that the
   * disk is bounded.
   */
  void pump() {
    if (!Files.exists(file)) {
      return;
    }
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      if (raw.length() < consumed) {
        consumed = 0;
      }
      if (raw.length() == consumed) {
        return;
      }
      raw.seek(consumed);
      for (int n; (n = raw.read(buffer)) > 0; consumed += n) {
        log.output(buffer, n);
      }
      if (log.isFull() && consumed > RAW_LIMIT) {
        raw.setLength(0);
        consumed = 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    log.flush();
  }
}
