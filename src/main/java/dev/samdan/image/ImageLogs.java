package dev.samdan.image;

import dev.samdan.base.PlatformException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The logs of image builds, a file for each action's execution; of the oldest only the newest are
 * kept.
 */
final class ImageLogs {
  private static final int KEPT = 500;
  private static final int LINES = 20_000;
  private final Path folder;
  private final Set<UUID> open = ConcurrentHashMap.newKeySet();

  ImageLogs(Path folder) {
    this.folder = folder;
  }

  /** A log that is written line by line, each readable at once. */
  final class Log implements Consumer<String>, AutoCloseable {
    private final UUID id;
    private final BufferedWriter writer;
    private int lines;

    private Log(UUID id, BufferedWriter writer) {
      this.id = id;
      this.writer = writer;
    }

    @Override
    public synchronized void accept(String text) {
      try {
        for (String line : text.split("\n", -1)) {
          if (lines++ < LINES) {
            writer.write(line);
            writer.newLine();
          }
        }
        writer.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      open.remove(id);
      try {
        writer.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Begins or goes on with the log of an action's execution. */
  Log open(UUID actionExecution) {
    try {
      Files.createDirectories(folder);
      prune();
      open.add(actionExecution);
      return new Log(
          actionExecution,
          // Which writes '?' for what is no character; Files.newBufferedWriter would fail.
          new BufferedWriter(
              new OutputStreamWriter(
                  Files.newOutputStream(
                      file(actionExecution), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                  StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ImageLog read(UUID actionExecution, long from, int limit) {
    boolean complete = !open.contains(actionExecution);
    // A line may be half written, which Files.lines would not read.
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Files.newInputStream(file(actionExecution)), StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().skip(Math.max(0, from - 1)).limit(limit + 1L).toList();
      boolean more = lines.size() > limit;
      List<String> page = more ? lines.subList(0, limit) : lines;
      return new ImageLog(from, page, from + page.size(), complete && !more);
    } catch (NoSuchFileException e) {
      throw PlatformException.notFound("there is no log of the image build " + actionExecution);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(UUID actionExecution) {
    return folder.resolve(actionExecution + ".log");
  }

  private void prune() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.forEach(files::add);
    }
    if (files.size() <= KEPT) {
      return;
    }
    files.sort(Comparator.comparing(ImageLogs::age));
    for (Path old : files.subList(0, files.size() - KEPT)) {
      Files.deleteIfExists(old);
    }
  }

  private static long age(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }
}
