package dev.samdan.github;

import dev.samdan.base.PlatformException;
import dev.samdan.base.PlatformException.Code;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;

/** A body as it is read: it takes of the room for all bodies only what has come of it. */
final class HookBody implements AutoCloseable {
  /** In bytes; GitHub sends nothing of 25 MB ("Payloads are capped at 25 MB"). */
  static final int TOO_LARGE = 25_000_000;

  private static final int CHUNK = 1 << 16;

  private final Semaphore room;
  private final int times;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /**
   * @param room in bytes
   * @param times its own size, that it takes of the room
   */
  HookBody(Semaphore room, int times) {
    this.room = room;
    this.times = times;
  }

  static PlatformException tooLarge() {
    return new PlatformException(Code.TOO_LARGE, "a webhook's body must be smaller than 25 MB");
  }

  /**
   * Reads it to its end, or as far as it may be.
   *
   * @param declared its length; negative where it is not known
   */
  void read(InputStream in, long declared) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      if (bytes.size() + n >= TOO_LARGE) {
        throw tooLarge();
      }
      if (!room.tryAcquire(n * times)) {
        throw PlatformException.unavailable("too many deliveries at once: send it again");
      }
      bytes.write(chunk, 0, n);
    }
    if (bytes.size() < declared) {
      throw new EOFException(bytes.size() + " of " + declared + " bytes");
    }
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    room.release(bytes.size() * times);
  }
}
