package dev.samdan.edge;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * How much and how long the edge puts up with.
 *
 * @param connections open client connections at once; one more is turned away with 503
 * @param requestLine bytes; longer answers 414
 * @param headers bytes of a request's header section; more answers 431
 * @param head from the first byte of a request to the end of its header section, else 408
 * @param keepAlive between two requests on a connection
 * @param body between two parts of a request's body, or of an answer that the client is slow to
 *     take
 * @param connect to a target
 * @param answer from the request's end to the head of the target's answer, else 504
 * @param stream between two parts of a target's answer
 * @param tunnel without a byte either way after an upgrade
 * @param upstreamIdle how long an unused connection to a target is kept: less than the 5 s of
 *     common servers
 * @param upstreamIdleCount unused connections kept for a target and event loop
 * @param drain how long requests in flight may take after SIGTERM
 * @param tick how often the above are looked at
 */
record Limits(
    int connections,
    int requestLine,
    int headers,
    Duration head,
    Duration keepAlive,
    Duration body,
    Duration connect,
    Duration answer,
    Duration stream,
    Duration tunnel,
    Duration upstreamIdle,
    int upstreamIdleCount,
    Duration drain,
    Duration tick) {

  static Limits standard() {
    return new Limits(
        connectionsAllowed(),
        16 << 10,
        32 << 10,
        Duration.ofSeconds(15),
        Duration.ofSeconds(75),
        Duration.ofSeconds(60),
        Duration.ofSeconds(3),
        Duration.ofSeconds(60),
        Duration.ofMinutes(5),
        Duration.ofHours(1),
        Duration.ofSeconds(4),
        64,
        Duration.ofSeconds(30),
        Duration.ofMillis(500));
  }

  /**
   * A proxied connection takes two descriptors; a reserve stays for files and the admin address.
   */
  private static int connectionsAllowed() {
    long descriptors =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : 4096;
    return (int) Math.clamp((descriptors - 100) / 2, 64, 10_000);
  }
}
