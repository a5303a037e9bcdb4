package dev.samdan.github;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * GitHub's REST API (docs.github.com/rest, version 2022-11-28), one request at a time, with what
 * its answers say of trying again ("Rate limits for the REST API").
 */
final class GitHubApi implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration HEADERS = Duration.ofSeconds(20);

  /** Until the answer's end, which a request's own timeout does not bound. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private static final int MOST_BYTES = 16 << 20;
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final Duration longest;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  GitHubApi() {
    this(ANSWER);
  }

  /**
   * @param longest until an answer's end
   */
  GitHubApi(Duration longest) {
    this.longest = longest;
  }

  /** How a request ended. */
  sealed interface Answer {
    /**
     * @param tag by which the same answer is known again; null where it has none
     */
    record Done(JsonNode body, @Nullable String tag) implements Answer {}

    /** What was asked for has not changed since. */
    record Unchanged() implements Answer {}

    /** Asking again the same is of no use. */
    record Refused(int status, String reason) implements Answer {}

    /** It may pass by itself, not before {@code pause} is over. */
    record Later(String reason, Duration pause) implements Answer {}
  }

  /**
   * A request.
   *
   * @param path below the API's root, with a slash
   * @param tag of the answer that is known already
   */
  record Request(
      String method, String path, @Nullable Object body, String bearer, @Nullable String tag) {
    static Request get(String path, String bearer) {
      return new Request("GET", path, null, bearer, null);
    }

    static Request post(String path, Object body, String bearer) {
      return new Request("POST", path, body, bearer, null);
    }

    static Request patch(String path, Object body, String bearer) {
      return new Request("PATCH", path, body, bearer, null);
    }

    /** Without the token. */
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  Answer send(String api, Request request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(api + request.path()))
            .timeout(HEADERS)
            .header("Accept", "application/vnd.github+json")
            .header("X-GitHub-Api-Version", "2022-11-28")
            .header("User-Agent", "samdan")
            .header("Authorization", "Bearer " + request.bearer());
    if (request.tag() != null) {
      builder.header("If-None-Match", request.tag());
    }
    Object body = request.body();
    builder.method(
        request.method(),
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)));
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            builder.build(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
    try {
      return judge(answer.get(longest.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      String reason =
          Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
      return new Answer.Later("no answer: " + reason, Duration.ZERO);
    } catch (TimeoutException e) {
      return new Answer.Later(
          "no whole answer within " + longest.toSeconds() + " seconds", Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Later("interrupted", Duration.ZERO);
    } finally {
      // Ends the exchange where it has not ended.
      boolean _ = answer.cancel(true);
    }
  }

  private static Answer judge(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    if (status == 304) {
      return new Answer.Unchanged();
    }
    JsonNode body = body(answer.body());
    if (status >= 200 && status < 300) {
      return new Answer.Done(body, answer.headers().firstValue("ETag").orElse(null));
    }
    String said = body.path("message").asString("");
    String reason = "answered " + status + (said.isEmpty() ? "" : ": " + said);
    Optional<Duration> limit = limit(answer);
    boolean limited = status == 429 || (status == 403 && limit.isPresent());
    return limited || status >= 500 || status == 408
        ? new Answer.Later(reason, limit.orElse(Duration.ZERO))
        : new Answer.Refused(status, reason);
  }

  private static JsonNode body(byte[] bytes) {
    try {
      return bytes.length == 0
          ? Json.mapper().createObjectNode()
          : Json.read(bytes, JsonNode.class);
    } catch (PlatformException e) {
      // A proxy's page instead of the API's answer; its status says enough.
      return Json.mapper().createObjectNode();
    }
  }

  /** {@code Retry-After} of a secondary limit, else when a used-up primary one begins anew. */
  private static Optional<Duration> limit(HttpResponse<?> answer) {
    Optional<Long> after = number(answer, "Retry-After");
    if (after.isPresent()) {
      return after.map(GitHubApi::bounded);
    }
    boolean usedUp = number(answer, "X-RateLimit-Remaining").filter(left -> left == 0).isPresent();
    return usedUp
        ? number(answer, "X-RateLimit-Reset")
            .map(at -> bounded(at - Instant.now().getEpochSecond()))
        : Optional.empty();
  }

  private static Duration bounded(long seconds) {
    return Duration.ofSeconds(Math.clamp(seconds, 1, LONGEST_WAIT.toSeconds()));
  }

  private static Optional<Long> number(HttpResponse<?> answer, String header) {
    return answer
        .headers()
        .firstValue(header)
        .filter(text -> text.matches("\\d{1,12}"))
        .map(Long::parseLong);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
