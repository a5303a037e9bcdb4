package dev.samdan.platform;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.Json;
import dev.samdan.operations.Operations;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the newest status in the home, so that it can be asked for when control is dead. */
final class StatusFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusFile.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private final Path file;
  private final Operations operations;
  private final Thread thread;
  private String written = "";

  StatusFile(Path home, Operations operations) {
    this.file = home.resolve("status.json");
    this.operations = operations;
    this.thread = Thread.ofVirtual().name("status-file").unstarted(this::keep);
  }

  StatusFile start() {
    thread.start();
    return this;
  }

  private void keep() {
    try {
      while (true) {
        write();
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    try {
      String status = Json.write(operations.status(null));
      if (!status.equals(written)) {
        AtomicFile.write(file, status);
        written = status;
      }
    } catch (RuntimeException e) {
      // The database may be restarting, or the disk full: the next look tries again.
      LOG.debug("the status could not be written", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
