package dev.samdan.build;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Writes a build's log: the agent's lines in CodeBuild's grammar and what the commands print, with
 * secrets hidden. What the commands print beyond the limit is left out but for its last lines.
 */
final class BuildLog implements AutoCloseable {
  /** What commands may print before the middle is left out. */
  static final long LIMIT = 20L << 20;

  private static final int LONGEST_LINE = 1 << 16;
  private static final int KEPT_LINES = 200;
  private static final int RECORDED = 1 << 18;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private final OutputStream out;
  private final SecretMask secrets = new SecretMask();
  private final long limit;
  private final InstantSource clock;
  private final Runnable onGrowth;
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private final Deque<String> tail = new ArrayDeque<>();
  private final StringBuilder recorded = new StringBuilder();
  private long printed;
  private long leftOut;
  private long passedOver;
  private boolean cutLine;
  private long lines;

  BuildLog(Path file, List<String> secrets, long limit, InstantSource clock, Runnable onGrowth)
      throws IOException {
    this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    this.secrets.hide(secrets);
    this.limit = limit;
    this.clock = clock;
    this.onGrowth = onGrowth;
  }

  /** Hides further values from here on. */
  void hide(List<String> values) {
    secrets.hide(values);
  }

  /** A text of another place, such as a report, with the same values hidden. */
  String masked(String text) {
    String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return new String(
        secrets.mask(bytes).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** A line of the agent; {@code text} may hold several lines. */
  void agent(String text) {
    String line = "[Container] " + TIME.format(clock.instant()) + " " + text;
    secrets.release().forEach(this::print);
    write(
        secrets.mask(
            new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
    flush();
  }

  /** What a command printed. Complete lines are written, a line's beginning waits for its end. */
  void output(byte[] bytes, int count) {
    int start = 0;
    while (cutLine && start < count) {
      cutLine = bytes[start++] != '\n';
    }
    for (int i = start; i < count; i++) {
      if (bytes[i] == '\n') {
        partial.write(bytes, start, i - start);
        secrets.next(partial.toString(StandardCharsets.ISO_8859_1)).forEach(this::print);
        partial.reset();
        start = i + 1;
      } else if (partial.size() + i - start >= LONGEST_LINE) {
        partial.write(bytes, start, i - start);
        breakLongLine();
        start = i;
      }
    }
    partial.write(bytes, start, count - start);
  }

  /**
   * The next so many bytes that a command printed are passed over, and from there on the log counts
   * as full. Lines that are cut by it are not shown: half a secret would not be known as one.
   */
  void leaveOut(long bytes) {
    partial.reset();
    cutLine = true;
    passedOver += bytes;
    printed = Math.max(printed, limit);
  }

  /** Ends a line that the command left open, and shows all to readers. */
  void endOfCommand() {
    cutLine = false;
    if (partial.size() > 0) {
      secrets.next(partial.toString(StandardCharsets.ISO_8859_1)).forEach(this::print);
      partial.reset();
    }
    secrets.release().forEach(this::print);
    if (leftOut > 0 || passedOver > 0) {
      write(
          "[Container] "
              + TIME.format(clock.instant())
              + " Log limit of "
              + (limit >> 20)
              + " MB reached: "
              + Math.max(0, leftOut - tail.size())
              + " lines"
              + (passedOver > 0 ? " and " + ((passedOver >> 20) + 1) + " MB more" : "")
              + " left out, the last "
              + tail.size()
              + " follow");
      tail.forEach(this::write);
      tail.clear();
      leftOut = 0;
      passedOver = 0;
    }
    flush();
  }

  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    onGrowth.run();
  }

  /** From here on what commands print is remembered, as far as a pattern may look. */
  void startRecording() {
    recorded.setLength(0);
  }

  /** The newest of what commands printed since {@link #startRecording()}. */
  String recorded() {
    return recorded.toString();
  }

  /** Lines written so far. */
  long lines() {
    return lines;
  }

  /** Whether what commands print is no longer written as it comes. */
  boolean isFull() {
    return printed >= limit;
  }

  @Override
  public void close() {
    endOfCommand();
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A secret may lie across the break, so the last bytes wait for what follows. */
  private void breakLongLine() {
    secrets.release().forEach(this::print);
    String text = secrets.mask(partial.toString(StandardCharsets.ISO_8859_1));
    int kept = Math.min(text.length(), secrets.longest());
    print(text.substring(0, text.length() - kept));
    partial.reset();
    partial.writeBytes(text.substring(text.length() - kept).getBytes(StandardCharsets.ISO_8859_1));
  }

  private void print(String line) {
    recorded.append(line).append('\n');
    if (recorded.length() > 2 * RECORDED) {
      recorded.delete(0, recorded.length() - RECORDED);
    }
    if (!isFull()) {
      printed += line.length() + 1;
      write(line);
      return;
    }
    leftOut++;
    tail.add(line.length() > 2000 ? line.substring(0, 2000) : line);
    if (tail.size() > KEPT_LINES) {
      tail.remove();
    }
  }

  private void write(String latin) {
    try {
      out.write(latin.getBytes(StandardCharsets.ISO_8859_1));
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lines += 1 + latin.chars().filter(c -> c == '\n').count();
  }
}
