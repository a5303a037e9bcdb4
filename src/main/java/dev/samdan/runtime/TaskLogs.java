package dev.samdan.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the log of a shim: the part before its last rotation, then the current one, as one text.
 */
final class TaskLogs {
  private static final int PAGE_BYTES = 1 << 20;

  LogPage read(Path shimFolder, long offset, int maxLines) {
    List<Path> parts = List.of(shimFolder.resolve("log.1"), shimFolder.resolve("log"));
    return offset < 0
        ? tail(parts, (int) Math.min(-offset, maxLines))
        : page(parts, offset, maxLines);
  }

  private static LogPage tail(List<Path> parts, int count) {
    byte[] all = bytes(parts, 0, Integer.MAX_VALUE - 8);
    List<String> lines = new String(all, StandardCharsets.UTF_8).lines().toList();
    int first = Math.max(0, lines.size() - count);
    return new LogPage(lines.subList(first, lines.size()), first + 1L, all.length);
  }

  /** Whole lines only, so that a line being written is given once, unless it fills the page. */
  private static LogPage page(List<Path> parts, long from, int maxLines) {
    // Beyond the end stands who had read all when the oldest part was let go.
    long offset = from > length(parts) ? length(parts.subList(0, 1)) : from;
    byte[] bytes = bytes(parts, offset, PAGE_BYTES);
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length && lines.size() < maxLines; i++) {
      if (bytes[i] == '\n') {
        lines.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    if (lines.isEmpty() && bytes.length == PAGE_BYTES && maxLines > 0) {
      lines.add(new String(bytes, StandardCharsets.UTF_8));
      start = bytes.length;
    }
    return new LogPage(lines, 1 + linesBefore(parts, offset), offset + start);
  }

  private static long length(List<Path> parts) {
    return parts.stream().map(Path::toFile).mapToLong(java.io.File::length).sum();
  }

  private static long linesBefore(List<Path> parts, long offset) {
    long count = 0;
    for (byte b : bytes(parts, 0, (int) Math.min(offset, Integer.MAX_VALUE - 8))) {
      if (b == '\n') {
        count++;
      }
    }
    return count;
  }

  private static byte[] bytes(List<Path> parts, long offset, int limit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long skip = offset;
    for (Path part : parts) {
      if (!Files.exists(part)) {
        continue;
      }
      try (RandomAccessFile file = new RandomAccessFile(part.toFile(), "r")) {
        long length = file.length();
        if (skip < length) {
          file.seek(skip);
          byte[] chunk = new byte[(int) Math.min(length - skip, (long) limit - out.size())];
          // It may have been rotated since its length was asked.
          int read = file.read(chunk);
          out.write(chunk, 0, Math.max(0, read));
        }
        skip = Math.max(0, skip - length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return out.toByteArray();
  }
}
