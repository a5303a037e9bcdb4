package dev.samdan.edge;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A line for each request in HOME/edge/access.log, renamed to access.log.1 at its limit. Requests
 * never wait for the disk: what its queue cannot take is left out and counted in a line of its own.
 */
final class AccessLog implements AutoCloseable {
  /** One request; {@code target} is where it went: a target, a site, or {@code -}. */
  record Entry(
      long atMillis,
      String client,
      String method,
      String host,
      String path,
      int status,
      long bytes,
      long micros,
      String target) {}

  private static final int QUEUE = 4096;
  static final long LIMIT = 16 << 20;

  private final Path file;
  private final long limit;
  private final ArrayBlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong leftOut = new AtomicLong();
  private final Thread writer =
      Thread.ofPlatform().name("access-log").daemon().unstarted(this::run);
  private volatile boolean closed;
  private @Nullable OutputStream out;
  private long written;

  AccessLog(Path file, long limit) {
    this.file = file;
    this.limit = limit;
  }

  AccessLog start() {
    writer.start();
    return this;
  }

  void add(Entry entry) {
    if (!queue.offer(entry)) {
      leftOut.incrementAndGet();
    }
  }

  private void run() {
    List<Entry> batch = new ArrayList<>();
    while (!closed || !queue.isEmpty()) {
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        // Closed: what is queued is still written.
      }
      queue.drainTo(batch);
      write(batch);
      batch.clear();
    }
    try {
      closeFile();
    } catch (IOException e) {
      // Nothing is left that could be done for the log.
    }
  }

  private void write(List<Entry> batch) {
    StringBuilder lines = new StringBuilder(batch.size() * 120);
    batch.forEach(entry -> append(lines, entry));
    long lost = leftOut.getAndSet(0);
    if (lost > 0) {
      lines
          .append(Instant.now())
          .append(" left out ")
          .append(lost)
          .append(" requests: the disk was too slow\n");
    }
    try {
      byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
      OutputStream open = openFile();
      open.write(bytes);
      open.flush();
      written += bytes.length;
      if (written >= limit) {
        closeFile();
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      // A full disk must not end the log: the next batch opens the file anew.
      leftOut.addAndGet(lost + batch.size());
      closeAfterFailure();
    }
  }

  private void closeAfterFailure() {
    try {
      closeFile();
    } catch (IOException ignored) {
      // What it still held is lost with the batch, which was counted.
    }
  }

  private static void append(StringBuilder lines, Entry e) {
    lines
        .append(Instant.ofEpochMilli(e.atMillis()))
        .append(' ')
        .append(e.client())
        .append(' ')
        .append(e.method());
    lines
        .append(' ')
        .append(e.host())
        .append(' ')
        .append(e.path())
        .append(' ')
        .append(e.status())
        .append(' ');
    lines
        .append(e.bytes())
        .append("B ")
        .append(e.micros() / 1000.0)
        .append("ms ")
        .append(e.target())
        .append('\n');
  }

  private OutputStream openFile() throws IOException {
    OutputStream open = out;
    if (open == null) {
      written = Files.exists(file) ? Files.size(file) : 0;
      open = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      out = open;
    }
    return open;
  }

  private void closeFile() throws IOException {
    OutputStream open = out;
    out = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    writer.interrupt();
    try {
      writer.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
