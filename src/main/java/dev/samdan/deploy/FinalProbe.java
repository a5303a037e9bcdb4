package dev.samdan.deploy;

import dev.samdan.runtime.Task;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One last health check, for the explanation: the edge judges, this one also reads the answer's
 * text.
 */
final class FinalProbe {
  private static final int TIMEOUT_MILLIS = 3000;
  private static final int BODY_BYTES = 300;

  private FinalProbe() {}

  /** What was answered, such as {@code 503 in 31 ms: {"database":"down"}}. */
  record Answer(int status, String text) {}

  /** Null where nothing answered. */
  static @Nullable Answer ask(Task task, String path) {
    Instant start = Instant.now();
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + task.host() + ":" + task.port() + path)
                  .toURL()
                  .openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setInstanceFollowRedirects(false);
      int status = connection.getResponseCode();
      long millis = Duration.between(start, Instant.now()).toMillis();
      String body = body(connection);
      connection.disconnect();
      return new Answer(
          status, status + " in " + millis + " ms" + (body.isEmpty() ? "" : ": " + body));
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }

  private static String body(HttpURLConnection connection) {
    try (InputStream in =
        connection.getResponseCode() >= 400
            ? connection.getErrorStream()
            : connection.getInputStream()) {
      return in == null
          ? ""
          : new String(in.readNBytes(BODY_BYTES), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
