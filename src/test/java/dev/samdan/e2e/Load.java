package dev.samdan.e2e;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at the edge at a steady rate over connections that stay open, as browsers keep them,
 * until it is closed. Every request that is not answered with 200 is kept, with why.
 */
final class Load implements AutoCloseable {
  private static final int KEPT = 20;
  private final Installation samdan;
  private final String host;
  private final String path;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, Boolean> bodies = new ConcurrentHashMap<>();
  private volatile boolean running = true;

  private Load(Installation samdan, String host, String path) {
    this.samdan = samdan;
    this.host = host;
    this.path = path;
  }

  /**
   * @param perSecond requests in all, shared by the connections
   */
  static Load start(Installation samdan, String host, String path, int perSecond, int connections) {
    Load load = new Load(samdan, host, path);
    long pause = 1_000_000_000L * connections / perSecond;
    for (int i = 0; i < connections; i++) {
      load.threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(() -> load.run(pause)));
    }
    return load;
  }

  private void run(long pause) {
    Connection connection = null;
    long next = System.nanoTime();
    while (running) {
      next += pause;
      try {
        if (connection == null) {
          connection = new Connection();
        }
        connection.ask();
        answered.incrementAndGet();
        if (connection.ended) {
          connection.socket.close();
          connection = null;
        }
      } catch (IOException e) {
        failed.incrementAndGet();
        if (failures.size() < KEPT) {
          failures.add(java.time.LocalTime.now() + " " + e);
        }
        connection = null;
      }
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  long answered() {
    return answered.get();
  }

  long failed() {
    return failed.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Every body that was seen. */
  List<String> bodies() {
    return List.copyOf(bodies.keySet());
  }

  @Override
  public void close() {
    running = false;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final class Connection {
    private final Socket socket = new Socket();
    private final InputStream in;
    private boolean ended;

    Connection() throws IOException {
      socket.connect(new InetSocketAddress("127.0.0.1", samdan.edgePort), 10_000);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      in = new BufferedInputStream(socket.getInputStream());
    }

    void ask() throws IOException {
      String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      String status = line();
      int length = -1;
      for (String header = line(); !header.isEmpty(); header = line()) {
        String small = header.toLowerCase(Locale.ROOT);
        if (small.startsWith("content-length:")) {
          length = Integer.parseInt(small.substring(15).strip());
        }
        ended |= small.startsWith("connection:") && small.contains("close");
      }
      if (length < 0) {
        throw new IOException("an answer without a length: " + status);
      }
      byte[] body = in.readNBytes(length);
      if (body.length < length) {
        throw new EOFException("the body ended after " + body.length + " of " + length + " bytes");
      }
      String text = new String(body, StandardCharsets.UTF_8);
      if (!status.startsWith("HTTP/1.1 200")) {
        ended = true;
        socket.close();
        throw new IOException(status + " " + text);
      }
      bodies.putIfAbsent(text, true);
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new EOFException("the connection ended after '" + line + "'");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }
  }
}
