package dev.samdan.cli;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The API over a plain socket, one HTTP/1.0 exchange a connection: the JDK's own client costs half
 * a second to start, and a command must feel instant.
 */
public final class ApiClient {
  private static final int MAX_BODY = 64 << 20;
  private final URI server;
  private final String token;
  private final Duration timeout;

  /** A client of the server at {@code url} (http only) that speaks with this token. */
  public ApiClient(String url, String token) {
    this(url, token, Duration.ofSeconds(60));
  }

  /** As above, with the longest time that one answer may take. */
  public ApiClient(String url, String token, Duration timeout) {
    this.server = URI.create(url);
    this.token = token;
    this.timeout = timeout;
    if (!"http".equals(server.getScheme()) || server.getHost() == null) {
      throw PlatformException.invalid("SAMDAN_URL: '" + url + "' is not an http:// address");
    }
  }

  public JsonNode get(String path) {
    return exchange("GET", path, null);
  }

  public JsonNode post(String path, @Nullable Object body) {
    return exchange("POST", path, body);
  }

  public JsonNode put(String path, Object body) {
    return exchange("PUT", path, body);
  }

  public JsonNode delete(String path) {
    return exchange("DELETE", path, null);
  }

  /** Writes an answer of any length as it comes; a refusal is thrown as ever. */
  public void download(String path, OutputStream to) {
    exchange(
        "GET",
        path,
        null,
        in -> {
          String status = line(in);
          if (!status.contains(" 200 ")) {
            return answer(status, in);
          }
          while (!line(in).isEmpty()) {
            // The head says nothing that is needed: the connection's end is the answer's.
          }
          in.transferTo(to);
          to.flush();
          return Json.mapper().createObjectNode();
        });
  }

  /** Reads what the server sends. */
  private interface Reading {
    JsonNode of(InputStream in) throws IOException;
  }

  private JsonNode exchange(String method, String path, @Nullable Object body) {
    return exchange(method, path, body, in -> answer(line(in), in));
  }

  private JsonNode exchange(String method, String path, @Nullable Object body, Reading reading) {
    byte[] content = body == null ? new byte[0] : Json.bytes(body);
    String head =
        method
            + " /api/v1"
            + path
            + " HTTP/1.0\r\n"
            + "Host: "
            + server.getAuthority()
            + "\r\n"
            + "Authorization: Bearer "
            + token
            + "\r\n"
            + "Accept: application/json\r\n"
            + "User-Agent: samdan\r\n"
            + (body == null ? "" : "Content-Type: application/json\r\n")
            + "Content-Length: "
            + content.length
            + "\r\n\r\n";
    try (Socket socket = new Socket()) {
      int port = server.getPort() < 0 ? 80 : server.getPort();
      socket.connect(new InetSocketAddress(server.getHost(), port), 5_000);
      socket.setSoTimeout((int) timeout.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.ISO_8859_1));
      out.write(content);
      out.flush();
      return reading.of(new BufferedInputStream(socket.getInputStream()));
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "Samdan's control does not answer at "
              + server
              + " ("
              + e.getMessage()
              + "): start it with 'samdan up'",
          e);
    }
  }

  private static JsonNode answer(String statusLine, InputStream in) throws IOException {
    int length = -1;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    byte[] body = length >= 0 ? in.readNBytes(Math.min(length, MAX_BODY)) : in.readNBytes(MAX_BODY);
    String[] words = statusLine.split(" ", 3);
    int status = words.length > 1 ? Integer.parseInt(words[1]) : 0;
    JsonNode json =
        body.length == 0 ? Json.mapper().createObjectNode() : Json.read(body, JsonNode.class);
    if (status >= 200 && status < 300) {
      return json;
    }
    JsonNode error = json.path("error");
    throw new PlatformException(
        codeOf(error.path("code").asString("")),
        error.path("message").asString("the server answered " + statusLine));
  }

  private static PlatformException.Code codeOf(String name) {
    for (PlatformException.Code code : PlatformException.Code.values()) {
      if (code.name().equals(name)) {
        return code;
      }
    }
    return PlatformException.Code.INTERNAL;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        text.append((char) c);
      }
      if (text.length() > 16_384) {
        throw new IOException("a header line is longer than 16 KiB");
      }
    }
    return text.toString();
  }
}
