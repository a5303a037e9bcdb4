package sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Executors;

/** HTTP on the JDK's own server, a virtual thread for each request. */
final class Server {
  static final int LARGEST_BODY = 1 << 20;

  private final HttpServer http;

  private Server(HttpServer http) {
    this.http = http;
  }

  /** What a request is answered with. */
  record Answer(int status, String contentType, byte[] body) {
    static Answer json(int status, Object value) {
      return new Answer(status, "application/json; charset=utf-8", Json.write(value).getBytes(StandardCharsets.UTF_8));
    }

    static Answer problem(int status, String message) {
      return json(status, Map.of("error", message));
    }
  }

  static Server start(int port, Api api) throws IOException {
    // Answers are small: without this, each waits for the peer's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "500");
    HttpServer http = HttpServer.create(new InetSocketAddress(port), 1024);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/", exchange -> handle(exchange, api));
    http.start();
    return new Server(http);
  }

  /** Takes no more requests and ends when those that run are answered, after two seconds at the latest. */
  void stop() {
    http.stop(2);
  }

  private static void handle(HttpExchange exchange, Api api) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange, api);
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), head || answer.body().length == 0 ? -1 : answer.body().length);
      if (!head) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  private static Answer answer(HttpExchange exchange, Api api) {
    try {
      return api.answer(exchange);
    } catch (IllegalArgumentException e) {
      return Answer.problem(400, e.getMessage());
    } catch (SQLException e) {
      System.err.println(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + ": " + e.getMessage());
      return Answer.problem(503, "the database does not answer");
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      return Answer.problem(500, "the request could not be answered");
    }
  }
}
