package dev.samdan.edge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Targets to proxy to: one that is a whole HTTP server, one that does with a socket what a test
 * says.
 */
final class TestTarget implements AutoCloseable {
  /** What a raw target does with a request, whose head has been read. */
  interface Raw {
    void serve(Head head, InputStream in, OutputStream out)
        throws IOException, InterruptedException;
  }

  record Head(String line, List<String> headers) {
    String path() {
      return line.split(" ")[1];
    }

    String header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return headers.stream()
          .filter(h -> h.toLowerCase(Locale.ROOT).startsWith(start))
          .map(h -> h.substring(start.length()).strip())
          .findFirst()
          .orElse("");
    }
  }

  final int port;
  final AtomicInteger connections = new AtomicInteger();
  private final AutoCloseable onClose;

  private TestTarget(int port, AutoCloseable onClose) {
    this.port = port;
    this.onClose = onClose;
  }

  static TestTarget http(HttpHandler handler) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      server.setExecutor(threads);
      server.createContext("/health", exchange -> reply(exchange, 200, "ok"));
      server.createContext("/", handler);
      server.start();
      return new TestTarget(
          server.getAddress().getPort(),
          () -> {
            server.stop(0);
            threads.close();
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TestTarget named(String name) {
    return http(exchange -> reply(exchange, 200, name));
  }

  /** Each request on each connection goes to {@code raw}, but for health checks. */
  static TestTarget raw(Raw raw) {
    try {
      ServerSocket server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
      Set<Socket> open = ConcurrentHashMap.newKeySet();
      TestTarget target =
          new TestTarget(
              server.getLocalPort(),
              () -> {
                server.close();
                for (Socket socket : open) {
                  socket.close();
                }
              });
      Thread.ofVirtual()
          .start(() -> {
            while (!server.isClosed()) {
              try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> target.serve(socket, raw));
              } catch (IOException e) {
                return;
              }
            }
          });
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(Socket socket, Raw raw) {
    boolean counted = false;
    try (socket) {
      while (true) {
        InputStream in = socket.getInputStream();
        String line = RawClient.line(in);
        List<String> headers = new ArrayList<>();
        for (String header; !(header = RawClient.line(in)).isEmpty(); ) {
          headers.add(header);
        }
        Head head = new Head(line, headers);
        if (head.path().equals("/health")) {
          write(
              socket.getOutputStream(),
              "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
          return;
        }
        if (!counted) {
          counted = true;
          connections.incrementAndGet();
        }
        raw.serve(head, in, socket.getOutputStream());
      }
    } catch (IOException e) {
      // The edge or the test ended the connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  static void reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      boolean empty = body.length == 0 || status == 204;
      exchange.sendResponseHeaders(status, empty ? -1 : body.length);
      if (!empty) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    try {
      onClose.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
