package dev.samdan.runtime;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Takes a container's output over from the engine, in the order in which the engine wrote it down.
 */
final class ContainerOutput extends ResultCallback.Adapter<Frame> {
  /** RFC 3339 with nine digits, as the engine writes it before each message. */
  private static final int TIME = "2006-01-02T15:04:05.000000000Z".length();

  private final String container;
  private final ContainerLog log;
  private final ContainerLog.Mark from;
  private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
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
    try (ContainerOutput output = new ContainerOutput(name, log)) {
      var started =
          engine.ask(client ->
              client
                  .logContainerCmd(containerId)
                  .withStdOut(true)
                  .withStdErr(true)
                  .withTimestamps(true)
                  .withFollowStream(true)
                  .withSince(output.sinceSeconds())
                  .exec(output));
      started.awaitCompletion();
    } catch (NotFoundException e) {
      return; // Nothing is left to take over.
    } catch (java.io.IOException | DockerException | PlatformException e) {
      return; // The engine went away; whoever follows asks again.
    } catch (RuntimeException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw new InterruptedException();
      }
    }
  }

  private int sinceSeconds() {
    return from.time().isEmpty() ? 0 : (int) Instant.parse(from.time()).getEpochSecond();
  }

  @Override
  public void onNext(Frame frame) {
    if (frame.getStreamType() != StreamType.RAW) {
      take(frame.getPayload());
      return;
    }
    // A terminal's output comes as it is, without frames.
    for (byte b : frame.getPayload()) {
      raw.write(b);
      if (b == '\n') {
        take(raw.toByteArray());
        raw.reset();
      }
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
