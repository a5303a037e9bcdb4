package dev.samdan.build;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Reads a log by line numbers; remembers where every thousandth line begins, so that following it
 * costs what is new.
 */
final class LogFile {
  private static final int STEP = 1000;

  private final Path file;
  private final NavigableMap<Long, Long> offsets = new TreeMap<>();

  LogFile(Path file) {
    this.file = file;
    offsets.put(1L, 0L);
  }

  /** Complete lines from this number on, at most so many; empty where they are not written yet. */
  synchronized List<String> lines(long from, int limit) throws IOException {
    List<String> lines = new ArrayList<>();
    if (!Files.exists(file)) {
      return lines;
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      var start = offsets.floorEntry(Math.max(1, from));
      long line = start.getKey();
      long lineOffset = start.getValue();
      in.seek(lineOffset);
      byte[] buffer = new byte[1 << 16];
      var partial = new java.io.ByteArrayOutputStream();
      for (int n; (n = in.read(buffer)) > 0 && lines.size() < limit; ) {
        int begin = 0;
        for (int i = 0; i < n && lines.size() < limit; i++) {
          if (buffer[i] != '\n') {
            continue;
          }
          partial.write(buffer, begin, i - begin);
          if (line >= from) {
            lines.add(partial.toString(StandardCharsets.UTF_8));
          }
          lineOffset += partial.size() + 1;
          partial.reset();
          begin = i + 1;
          line++;
          if (line % STEP == 1) {
            offsets.putIfAbsent(line, lineOffset);
          }
        }
        partial.write(buffer, begin, n - begin);
      }
    }
    return lines;
  }
}
