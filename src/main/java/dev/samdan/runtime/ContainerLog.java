package dev.samdan.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a task's containers as one text, bounded by rotation. Beside it stands how far each
 * container's output was taken over and how long the log was then, so that a killed control's
 * successor cuts off what was written after that and takes over each line once.
 */
final class ContainerLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerLog.class);

  /** The file of this size is rotated; one older one is kept. */
  private static final long LOG_BYTES = 4L << 20;

  /** Written with one call, so that it is there whole or not at all. */
  private static final int POSITION_BYTES = 4096;

  private final Path folder;
  private final boolean named;
  private final Map<String, Mark> marks = new HashMap<>();
  private final FileChannel position;
  private FileChannel log;
  private long length;
  private String lastContainer = "";

  /**
   * How far the output of a container was taken over.
   *
   * @param time of the last message, as the engine gives it
   * @param count of messages of that time
   */
  record Mark(String time, int count) {
    static final Mark START = new Mark("", 0);
  }

  /**
   * @param named whether lines begin with their container's name
   */
  ContainerLog(Path folder, boolean named) {
    this.folder = folder;
    this.named = named;
    try {
      Files.createDirectories(folder);
      this.position =
          FileChannel.open(
              folder.resolve("position"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      this.log = open();
      this.length = Math.min(readPosition(), log.size());
      log.truncate(length);
      log.position(length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized Mark mark(String container) {
    return marks.getOrDefault(container, Mark.START);
  }

  /** Takes over a message of a container that was not taken over yet. */
  synchronized void append(String container, String time, byte[] message) {
    Mark before = mark(container);
    marks.put(container, new Mark(time, before.time().equals(time) ? before.count() + 1 : 1));
    try {
      if (length >= LOG_BYTES) {
        rotate();
      }
      byte[] prefix = prefix(container).getBytes(StandardCharsets.UTF_8);
      ByteBuffer bytes = ByteBuffer.allocate(prefix.length + message.length);
      bytes.put(prefix).put(message).flip();
      while (bytes.hasRemaining()) {
        length += log.write(bytes);
      }
      lastContainer = message.length > 0 && message[message.length - 1] == '\n' ? "" : container;
      writePosition();
    } catch (IOException e) {
      // A disk that takes no more: what comes is dropped, so that no container waits for it.
      LOG.debug("the log in {} misses a line: {}", folder, e.toString());
    }
  }

  /** A long line comes in several messages; only its first has the name. */
  private String prefix(String container) {
    if (lastContainer.equals(container)) {
      return "";
    }
    String end = lastContainer.isEmpty() ? "" : "\n";
    return named ? end + "[" + container + "] " : end;
  }

  private void rotate() throws IOException {
    log.close();
    Files.move(folder.resolve("log"), folder.resolve("log.1"), StandardCopyOption.REPLACE_EXISTING);
    log = open();
    length = 0;
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(
        folder.resolve("log"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private void writePosition() throws IOException {
    StringBuilder text = new StringBuilder().append(length).append('\n');
    marks.forEach((name, mark) ->
        text.append(name)
            .append(' ')
            .append(mark.time)
            .append(' ')
            .append(mark.count)
            .append('\n'));
    byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(Math.max(POSITION_BYTES, content.length));
    bytes.put(content);
    bytes.clear();
    int _ = position.write(bytes, 0);
  }

  private long readPosition() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(POSITION_BYTES, position.size()));
    int _ = position.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    String[] lines = text.replace("\0", "").split("\n", -1);
    for (int i = 1; i < lines.length; i++) {
      String[] words = lines[i].split(" ", -1);
      if (words.length == 3) {
        marks.put(words[0], new Mark(words[1], Integer.parseInt(words[2])));
      }
    }
    return lines[0].isEmpty() ? 0 : Long.parseLong(lines[0]);
  }

  @Override
  public synchronized void close() {
    try {
      log.close();
      position.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
