package dev.samdan.edge;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A client that sends exactly the bytes it is given. */
final class RawClient implements AutoCloseable {
  private final Socket socket;

  private RawClient(Socket socket) {
    this.socket = socket;
  }

  /** An answer as it came; interim answers (1xx) are answers of their own. */
  record Answer(int status, List<String> headers, byte[] body) {
    String header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return headers.stream()
          .filter(h -> h.toLowerCase(Locale.ROOT).startsWith(start))
          .map(h -> h.substring(start.length()).strip())
          .findFirst()
          .orElse("");
    }

    boolean has(String name) {
      return !header(name).isEmpty();
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  static RawClient connect(int port) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(60_000);
      socket.setTcpNoDelay(true);
      return new RawClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Socket socket() {
    return socket;
  }

  RawClient write(String text) {
    return write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient write(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Answer answer() {
    return answer(false);
  }

  /**
   * Reads one answer. {@code toHead} says that it answers HEAD and has no body whatever its length
   * says.
   */
  Answer answer(boolean toHead) {
    try {
      InputStream in = socket.getInputStream();
      int status = Integer.parseInt(line(in).split(" ")[1]);
      List<String> headers = new ArrayList<>();
      for (String line; !(line = line(in)).isEmpty(); ) {
        headers.add(line);
      }
      Answer head = new Answer(status, headers, new byte[0]);
      boolean empty = toHead || status < 200 || status == 204 || status == 304;
      return empty ? head : new Answer(status, headers, body(head, in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] body(Answer head, InputStream in) throws IOException {
    if (head.header("transfer-encoding").equals("chunked")) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (int size; (size = Integer.parseInt(line(in).split(";")[0].strip(), 16)) > 0; ) {
        body.write(exactly(in, size));
        line(in);
      }
      while (!line(in).isEmpty()) {
        // Trailers.
      }
      return body.toByteArray();
    }
    return head.has("content-length")
        ? exactly(in, Integer.parseInt(head.header("content-length")))
        : in.readAllBytes();
  }

  private static byte[] exactly(InputStream in, int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("ended after " + bytes.length + " of " + size + " bytes");
    }
    return bytes;
  }

  /** A line without its end; EOFException where the connection ended. */
  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c; (c = in.read()) != '\n'; ) {
      if (c < 0) {
        throw new EOFException("the connection ended after '" + line + "'");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Whether the other side ended the connection, with whatever it still sent. */
  boolean ended() {
    try {
      socket.getInputStream().readAllBytes();
      return true;
    } catch (IOException e) {
      return e.getMessage() != null && e.getMessage().contains("reset");
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
