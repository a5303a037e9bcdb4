package dev.samdan.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One HTTP/1.0 exchange with a Host header of the caller's choosing. */
final class RawHttp {
  private RawHttp() {}

  static Installation.Answer get(String address, int port, String host, String path) {
    return exchange(
        address,
        port,
        "GET " + path + " HTTP/1.0\r\nHost: " + host + "\r\nAccept: text/html,*/*\r\n\r\n");
  }

  private static Installation.Answer exchange(String address, int port, String request) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 5_000);
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return read(socket.getInputStream());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Installation.Answer read(InputStream in) throws IOException {
    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new IOException("the connection ended before the head was complete: '" + text + "'");
    }
    String[] lines = text.substring(0, end).split("\r\n");
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers
          .computeIfAbsent(
              lines[i].substring(0, colon).toLowerCase(Locale.ROOT), n -> new ArrayList<>())
          .add(lines[i].substring(colon + 1).strip());
    }
    return new Installation.Answer(
        Integer.parseInt(lines[0].split(" ")[1]), text.substring(end + 4), headers);
  }
}
