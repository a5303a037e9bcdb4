package dev.samdan.platform;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.ProcessId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Control as its files in the home tell of it: alive or not, ready or why not; and the lock that
 * makes it the only one.
 */
final class ControlProcess {
  /** What control writes when it answers. */
  record Ready(String url, long pid, long startTicks, long generation) {
    ProcessId process() {
      return new ProcessId(pid, startTicks);
    }
  }

  private final Path folder;

  ControlProcess(Path home) {
    this.folder = home.resolve("control");
  }

  Path log() {
    return folder.resolve("log");
  }

  /** The control that lives and answers. */
  Optional<Ready> ready() {
    return read(folder.resolve("ready.json"))
        .map(text -> Json.read(text, Ready.class))
        .filter(ready -> ready.process().isAlive());
  }

  /** The control that lives, ready or still starting. */
  Optional<ProcessId> process() {
    return read(folder.resolve("process")).flatMap(ProcessId::parse).filter(ProcessId::isAlive);
  }

  /** Why the last start failed. */
  Optional<String> failure() {
    return read(folder.resolve("failure"));
  }

  void clearFailure() {
    try {
      Files.deleteIfExists(folder.resolve("failure"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the home for this process until it ends; a second control is refused. */
  FileLock acquire() {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw PlatformException.conflict("another control already runs for " + folder.getParent());
      }
      AtomicFile.write(folder.resolve("process"), self().toString());
      Files.deleteIfExists(folder.resolve("ready.json"));
      return lock;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next generation: what the edge knows the newer of two controls by. */
  long nextGeneration() {
    Path file = folder.resolve("generation");
    long generation = read(file).map(text -> Long.parseLong(text.strip())).orElse(0L) + 1;
    AtomicFile.write(file, Long.toString(generation));
    return generation;
  }

  void announceReady(String url, long generation) {
    ProcessId self = self();
    AtomicFile.write(
        folder.resolve("ready.json"),
        Json.bytes(new Ready(url, self.pid(), self.startTicks(), generation)));
  }

  void announceFailure(String message) {
    AtomicFile.write(folder.resolve("failure"), message);
  }

  void announceEnd() {
    try {
      Files.deleteIfExists(folder.resolve("ready.json"));
      Files.deleteIfExists(folder.resolve("process"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the last control ended as it was told to; one that broke off is still named here. */
  boolean endedInOrder() {
    return Files.notExists(folder.resolve("process"));
  }

  private static ProcessId self() {
    return ProcessId.of(ProcessHandle.current().pid()).orElseThrow();
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
