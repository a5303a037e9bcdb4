package dev.samdan.runtime;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import dev.samdan.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a container's output over from the engine, in the order in which the engine wrote it down.
 */
final class ContainerOutput extends ResultCallback.Adapter<Frame> {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerOutput.class);

  /** RFC 3339 with nine digits, as the engine writes it before each message. */
  private static final int TIME = "2006-01-02T15:04:05.000000000Z".length();

  private static final Pattern TIME_FORM =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z");

  private final String container;
  private final ContainerLog log;
  private final ContainerLog.Mark from;
  private final Map<StreamType, ByteArrayOutputStream> unfinished = new EnumMap<>(StreamType.class);
  private int seen;

  private ContainerOutput(String container, ContainerLog log) {
    this.container = container;
    this.log = log;
    this.from = log.mark(container);
  }

  /**
   * Takes over what was not yet; returns once the container has ended, or the engine does not
   * answer any more.
   *
   * @param name in the task definition
   */
  static void follow(Engine engine, String containerId, String name, ContainerLog log)
      throws InterruptedException {
    ContainerOutput output = new ContainerOutput(name, log);
    try {
      ContainerOutput started =
          engine.ask(client ->
              client
                  .logContainerCmd(containerId)
                  .withStdOut(true)
                  .withStdErr(true)
                  .withTimestamps(true)
                  .withFollowStream(true)
                  .withSince(output.sinceSeconds())
                  .exec(output));
      boolean _ = started.awaitCompletion(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } finally {
      output.end();
    }
  }

  private int sinceSeconds() {
    return from.time().isEmpty() ? 0 : (int) Instant.parse(from.time()).getEpochSecond();
  }

  /**
   * A message ends with its line. A longer one than the engine takes at once comes in several, each
   * with its time. The client hands over a message in pieces where its buffer ends, and a
   * terminal's output as it is.
   */
  @Override
  public void onNext(Frame frame) {
    ByteArrayOutputStream pending =
        unfinished.computeIfAbsent(frame.getStreamType(), type -> new ByteArrayOutputStream());
    byte[] piece = frame.getPayload();
    if (beginsWithTime(piece)) {
      flush(pending);
    }
    int start = 0;
    for (int i = 0; i < piece.length; i++) {
      if (piece[i] == '\n') {
        pending.write(piece, start, i + 1 - start);
        flush(pending);
        start = i + 1;
      }
    }
    pending.write(piece, start, piece.length - start);
  }

  private static boolean beginsWithTime(byte[] piece) {
    return piece.length > TIME
        && TIME_FORM.matcher(new String(piece, 0, TIME, StandardCharsets.US_ASCII)).matches();
  }

  private void flush(ByteArrayOutputStream pending) {
    if (pending.size() > 0) {
      take(pending.toByteArray());
      pending.reset();
    }
  }

  /** A last line may lack its end. */
  @Override
  public void onComplete() {
    unfinished.values().forEach(this::flush);
    super.onComplete();
  }

  /** The engine went away, or the container with all that it wrote; whoever follows looks. */
  @Override
  public void onError(Throwable problem) {
    LOG.debug("the output of container {} broke off: {}", container, problem.toString());
    end();
  }

  private void end() {
    try {
      close();
    } catch (IOException e) {
      LOG.debug("the output of container {} did not close cleanly", container, e);
    }
  }

  private void take(byte[] message) {
    if (message.length <= TIME) {
      return;
    }
    String time = new String(message, 0, TIME, StandardCharsets.US_ASCII);
    int order = time.compareTo(from.time());
    if (order < 0 || (order == 0 && seen++ < from.count())) {
      return;
    }
    log.append(container, time, Arrays.copyOfRange(message, TIME + 1, message.length));
  }
}
