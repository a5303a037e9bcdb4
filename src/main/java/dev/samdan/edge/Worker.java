package dev.samdan.edge;

import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What belongs to one event loop and is touched by no other thread: its connections, its pools, its
 * clock.
 */
final class Worker {
  /** What the clock is asked to look at. */
  interface Timed {
    void tick(long nowNanos);
  }

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final EventLoop loop;
  private final UpstreamPool pool;
  private final Set<Timed> timed = new HashSet<>();
  private byte[] dateLine = new byte[0];
  private long dateSecond;

  Worker(EventLoop loop, EdgeCore core) {
    this.loop = loop;
    this.pool = new UpstreamPool(loop, core);
    long tick = core.limits().tick().toMillis();
    loop.scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.MILLISECONDS);
  }

  EventLoop loop() {
    return loop;
  }

  UpstreamPool pool() {
    return pool;
  }

  void add(Timed one) {
    timed.add(one);
  }

  void remove(Timed one) {
    timed.remove(one);
  }

  /** Looks at everything now, such as when listeners closed. */
  void tick() {
    long now = System.nanoTime();
    for (Timed one : List.copyOf(timed)) {
      tick(one, now);
    }
    pool.tick(now);
  }

  /** One that fails must not stop the clock of the others. */
  private void tick(Timed one, long now) {
    try {
      one.tick(now);
    } catch (RuntimeException e) {
      timed.remove(one);
      System.err.println("edge: a connection's clock failed: " + e);
    }
  }

  /** {@code date: …} with its line end, made once a second (RFC 9110 section 6.6.1). */
  byte[] dateLine() {
    long second = System.currentTimeMillis() / 1000;
    if (second != dateSecond) {
      dateSecond = second;
      dateLine =
          ("date: " + HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)) + "\r\n")
              .getBytes(StandardCharsets.ISO_8859_1);
    }
    return dateLine;
  }
}
