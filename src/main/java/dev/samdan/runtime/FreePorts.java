package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Picks loopback ports for tasks below the range that Linux gives to outgoing connections (32768 to
 * 60999), so that no connection takes the port between its choice and the task's bind.
 */
final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int LAST = 32_000;
  private static final int TRIES = 500;

  /** A port on which nothing listens, other than those given to tasks already. */
  int pick(Set<Integer> given) {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (!given.contains(port) && isFree(port)) {
        return port;
      }
    }
    throw PlatformException.unavailable(
        "no free port between "
            + FIRST
            + " and "
            + LAST
            + " on 127.0.0.1: end what listens there (ss -ltnp)");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
