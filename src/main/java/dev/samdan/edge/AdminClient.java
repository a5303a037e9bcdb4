package dev.samdan.edge;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * One request to the edge's admin address on a plain socket, which costs a command nothing to load.
 */
final class AdminClient {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int ANSWER_MILLIS = 60_000;
  private static final int HEAD_END = 4;

  private final Path folder;

  AdminClient(Path folder) {
    this.folder = folder;
  }

  /**
   * The answer's JSON; the edge's own problem as it tells it, UNAVAILABLE where no edge answers.
   */
  byte[] call(String method, String path, byte[] body) {
    try {
      AdminFile admin =
          Json.read(Files.readAllBytes(folder.resolve(AdminFile.NAME)), AdminFile.class);
      return body(exchange(admin, method, path, body));
    } catch (NoSuchFileException e) {
      throw unavailable("no edge is running for " + folder, e);
    } catch (IOException e) {
      throw unavailable("the edge of " + folder + " does not answer (" + e.getMessage() + ")", e);
    }
  }

  private static byte[] exchange(AdminFile admin, String method, String path, byte[] body)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), admin.port()), CONNECT_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      String head =
          method
              + " "
              + path
              + " HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
              + admin.secret()
              + "\r\nconnection: close\r\ncontent-length: "
              + body.length
              + "\r\n\r\n";
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      out.flush();
      InputStream in = socket.getInputStream();
      return in.readAllBytes();
    }
  }

  private static byte[] body(byte[] answer) throws IOException {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (!text.startsWith("HTTP/1.1 ") || end < 0) {
      throw new IOException("its answer is incomplete");
    }
    int status = Integer.parseInt(text.substring(9, 12));
    byte[] body = Arrays.copyOfRange(answer, end + HEAD_END, answer.length);
    if (status != 200) {
      JsonNode problem = Json.read(body, JsonNode.class);
      throw new PlatformException(
          code(status), problem.path("error").asString("the edge answered " + status));
    }
    return body;
  }

  private static PlatformException.Code code(int status) {
    return Arrays.stream(PlatformException.Code.values())
        .filter(code -> code.httpStatus() == status)
        .findFirst()
        .orElse(PlatformException.Code.INTERNAL);
  }

  private static PlatformException unavailable(String what, IOException cause) {
    String message = what + "; samdan up starts it";
    return new PlatformException(PlatformException.Code.UNAVAILABLE, message, cause);
  }
}
