package dev.samdan.github;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.samdan.base.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/**
 * The part of GitHub's REST API that Samdan uses, on a real port, as its pages document it: commit
 * statuses, check runs (which only an app may make), open pull requests with ETags, an app's
 * installation tokens.
 */
final class FakeGitHub implements AutoCloseable {
  static final String TOKEN = "ghp_reports";
  static final String APP_ID = "4711";

  final List<JsonNode> statuses = new CopyOnWriteArrayList<>();
  final Map<Long, JsonNode> checkRuns = new LinkedHashMap<>();
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** The open pull requests, as JSON. */
  volatile String pulls = "[]";

  final ConcurrentLinkedQueue<Trouble> troubles = new ConcurrentLinkedQueue<>();
  private final AtomicLong ids = new AtomicLong(1000);
  private final KeyPair appKey = newKey();
  private final HttpServer server;

  /**
   * How the next request to make something is answered.
   *
   * @param afterwards whether it is carried out nevertheless, and only the answer is lost
   */
  record Trouble(int status, Map<String, String> headers, boolean afterwards) {
    static Trouble of(int status) {
      return new Trouble(status, Map.of(), false);
    }
  }

  FakeGitHub() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** As GitHub hands it out: PKCS#1, which is what PKCS#8 wraps after 26 bytes. */
  String appKeyPem() {
    byte[] pkcs8 = appKey.getPrivate().getEncoded();
    byte[] pkcs1 = java.util.Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    return "-----BEGIN RSA PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs1)
        + "\n-----END RSA PRIVATE KEY-----\n";
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(exchange.getRequestMethod() + " " + path);
    String bearer = bearer(exchange);
    if (path.endsWith("/installation") || path.startsWith("/app/")) {
      answerApp(exchange, path, bearer);
    } else if (!bearer.equals(TOKEN) && !bearer.equals("ghs_installation")) {
      send(exchange, 401, "{\"message\": \"Bad credentials\"}");
    } else {
      answerRepository(exchange, path, body, bearer.startsWith("ghs_"));
    }
  }

  private static String bearer(HttpExchange exchange) {
    String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    return header.startsWith("Bearer ") ? header.substring(7) : "";
  }

  private void answerApp(HttpExchange exchange, String path, String proof) throws IOException {
    if (!isProven(proof)) {
      send(exchange, 401, "{\"message\": \"A JSON web token could not be decoded\"}");
    } else if (path.endsWith("/installation")) {
      send(exchange, 200, "{\"id\": 99}");
    } else {
      send(
          exchange,
          201,
          Json.write(
              Map.of(
                  "token",
                  "ghs_installation",
                  "expires_at",
                  Instant.now().plusSeconds(3600).toString())));
    }
  }

  private boolean isProven(String proof) {
    try {
      String[] parts = proof.split("\\.");
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(appKey.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      JsonNode claims = Json.read(Base64.getUrlDecoder().decode(parts[1]), JsonNode.class);
      return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
          && claims.path("iss").asString("").equals(APP_ID)
          && claims.path("exp").asLong(0) - claims.path("iat").asLong(0) <= 600;
    } catch (GeneralSecurityException | RuntimeException e) {
      return false;
    }
  }

  private void answerRepository(HttpExchange exchange, String path, String body, boolean app)
      throws IOException {
    String method = exchange.getRequestMethod();
    if (method.equals("GET")) {
      answerGet(exchange, path);
      return;
    }
    Trouble trouble = troubles.poll();
    if (trouble != null && !trouble.afterwards()) {
      fail(exchange, trouble);
      return;
    }
    if (path.contains("/check-runs") && !app) {
      send(exchange, 403, "{\"message\": \"You must authenticate via a GitHub App.\"}");
      return;
    }
    JsonNode made = Json.tree(body);
    long id = ids.incrementAndGet();
    synchronized (checkRuns) {
      if (path.contains("/statuses/")) {
        statuses.add(made);
      } else if (method.equals("PATCH")) {
        id = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
        checkRuns.put(id, made);
      } else {
        checkRuns.put(id, made);
      }
    }
    if (trouble != null) {
      fail(exchange, trouble);
      return;
    }
    send(exchange, 201, "{\"id\": " + id + "}");
  }

  private static void fail(HttpExchange exchange, Trouble trouble) throws IOException {
    trouble.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    send(exchange, trouble.status(), "{\"message\": \"trouble\"}");
  }

  private void answerGet(HttpExchange exchange, String path) throws IOException {
    if (path.contains("/check-runs")) {
      List<Map<String, Object>> found = new ArrayList<>();
      synchronized (checkRuns) {
        checkRuns.forEach((id, run) ->
            found.add(Map.of("id", id, "external_id", run.path("external_id").asString(""))));
      }
      send(exchange, 200, Json.write(Map.of("total_count", found.size(), "check_runs", found)));
      return;
    }
    String tag = "\"" + pulls.hashCode() + "\"";
    exchange.getResponseHeaders().add("ETag", tag);
    if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(304, -1);
      exchange.close();
    } else {
      send(exchange, 200, pulls);
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** The newest state of each context of a commit, as the page of a commit shows it. */
  Map<String, String> states(String commit) {
    Map<String, String> states = new LinkedHashMap<>();
    for (JsonNode status : statuses) {
      states.put(status.path("context").asString(""), status.path("state").asString(""));
    }
    synchronized (checkRuns) {
      for (JsonNode run : checkRuns.values()) {
        if (run.path("head_sha").asString("").equals(commit)) {
          states.put(
              run.path("name").asString(""),
              run.path("conclusion").asString(run.path("status").asString("")));
        }
      }
    }
    return states;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
