package dev.samdan.runtime;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The program in the tests' images; its environment tells how it behaves. */
public final class TestServer {
  private TestServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    System.out.println("starting " + System.getenv("VERSION"));
    String exit = System.getenv("EXIT");
    if (exit != null) {
      System.err.println("ERROR cannot go on");
      System.exit(Integer.parseInt(exit));
    }
    String own = System.getenv("OWN_PORT");
    int port = Integer.parseInt(own != null ? own : System.getenv("PORT"));
    int health = Integer.parseInt(System.getenv().getOrDefault("HEALTH", "200"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    answer(server, "/health", health, () -> "{\"status\":" + health + "}");
    int api = Integer.parseInt(System.getenv().getOrDefault("API", "200"));
    answer(server, "/api/version", api, () -> String.valueOf(System.getenv("VERSION")));
    answer(server, "/api/env", 200, () -> environment());
    answer(server, "/api/count", 200, () -> count());
    server.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
    System.out.println("listening on " + port);
    server.start();
    Thread.currentThread().join();
  }

  private static String environment() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> entry : new TreeMap<>(System.getenv()).entrySet()) {
      text.append(entry.getKey()).append('=').append(entry.getValue()).append('\n');
    }
    return text.toString();
  }

  /** Counts its calls in a file of the volume. */
  private static String count() {
    Path file = Path.of(System.getenv("SAMDAN_ROOT"), "data/count");
    try {
      int count = Files.exists(file) ? Integer.parseInt(Files.readString(file)) + 1 : 1;
      Files.writeString(file, String.valueOf(count));
      return String.valueOf(count);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private interface Body {
    String text();
  }

  private static void answer(HttpServer server, String path, int status, Body body) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.text().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }
}
