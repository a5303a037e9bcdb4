package dev.samdan.image;

import dev.samdan.base.PlatformException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of the docker command, which ends with the thread that waits for it. */
final class EngineCommand {
  private static final long GRACE_SECONDS = 2;

  /** A longer line comes in pieces. */
  private static final int LINE = 8_000;

  private final List<String> words;
  private final Map<String, String> environment;

  /** Writes what the command reads. */
  @FunctionalInterface
  interface Input {
    void writeTo(OutputStream out) throws IOException;
  }

  EngineCommand(List<String> words, Map<String, String> environment) {
    this.words = words;
    this.environment = environment;
  }

  /**
   * Runs to the end; interrupted, it ends the command, upon which the engine ends what it does for
   * it.
   *
   * @param lines takes each line that the command prints
   * @return its exit status
   */
  int run(@Nullable Input input, Consumer<String> lines) throws InterruptedException {
    Process process = start();
    AtomicReference<@Nullable Exception> broken = new AtomicReference<>();
    Thread reading = Thread.ofVirtual().start(() -> read(process, lines, broken));
    Thread writing = Thread.ofVirtual().start(() -> write(process, input, broken));
    try {
      int status = process.waitFor();
      writing.join();
      reading.join();
      Exception problem = broken.get();
      if (problem != null) {
        throw new PlatformException(
            PlatformException.Code.INTERNAL,
            "the " + words.getFirst() + " command broke off: " + problem.getMessage(),
            problem);
      }
      return status;
    } finally {
      end(process);
    }
  }

  private Process start() {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "a Docker engine answers, but its command '"
              + words.getFirst()
              + "' cannot be run ("
              + e.getMessage()
              + "); install it (package docker.io, or docker-cli) and put it on control's PATH",
          e);
    }
  }

  private static void read(
      Process process, Consumer<String> lines, AtomicReference<@Nullable Exception> broken) {
    try (Reader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      for (int c; (c = reader.read()) >= 0; ) {
        if (c != '\n' && c != '\r') {
          line.append((char) c);
        }
        boolean full = line.length() >= LINE && !Character.isHighSurrogate((char) c);
        if (c == '\n' || (c == '\r' && !line.isEmpty()) || full) {
          lines.accept(line.toString());
          line.setLength(0);
        }
      }
      if (!line.isEmpty()) {
        lines.accept(line.toString());
      }
    } catch (IOException | RuntimeException e) {
      broken.compareAndSet(null, e);
      process.destroy();
    }
  }

  private static void write(
      Process process, @Nullable Input input, AtomicReference<@Nullable Exception> broken) {
    try (OutputStream out = process.getOutputStream()) {
      if (input != null) {
        input.writeTo(out);
      }
    } catch (IOException | RuntimeException e) {
      // A command that ended without reading it all has said why.
      if (!String.valueOf(e.getMessage()).matches("Broken pipe|Stream closed")) {
        broken.compareAndSet(null, e);
        process.destroy();
      }
    }
  }

  private static void end(Process process) {
    if (!process.isAlive()) {
      return;
    }
    process.destroy();
    boolean interrupted = Thread.interrupted();
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
