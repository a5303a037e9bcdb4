package dev.samdan.build;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The builds of this home: their rows, logs and reports. */
public final class Builds implements AutoCloseable {
  /** Ends what an earlier control left running and makes room; call once before any build runs. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  public Optional<Build> build(String id) {
    throw new UnsupportedOperationException();
  }

  /** The builds of one action of an execution, newest attempt first. */
  public List<Build> ofAction(UUID actionExecution) {
    throw new UnsupportedOperationException();
  }

  /** The newest builds first; an empty application means all. */
  public List<Build> newest(String application, int limit) {
    throw new UnsupportedOperationException();
  }

  public List<Report> reports(String id) {
    throw new UnsupportedOperationException();
  }

  /** Lines of the log from this number (from 1) on, at most so many; NOT_FOUND for an unknown build. */
  public LogLines log(String id, long from, int limit) {
    throw new UnsupportedOperationException();
  }

  /** The same, but waits for the line to be there, the build's end or the time to pass. */
  public LogLines awaitLog(String id, long from, int limit, Duration wait) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Calls the listener whenever the log has grown or the build has ended; close to stop. */
  public AutoCloseable onLog(String id, Runnable listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
