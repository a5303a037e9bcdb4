package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests with bytes changed, dropped, doubled and cut harm nobody else and leave nothing behind.
 */
class HostileBytesTest {
  private static final int REQUESTS = 1_500;
  private static final String[] SEEDS = {
    "GET /api/a?b=c HTTP/1.1\r\nHost: localhost\r\nCookie: a=b; samdan_session=x\r\nConnection: close\r\n\r\n",
    "POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\nConnection: close\r\n\r\nhello world",
    "PUT /api/y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\nT: u\r\n\r\n",
    "GET /page HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-3\r\nIf-None-Match: \"a\"\r\nAccept-Encoding: gzip;q=1\r\n"
        + "Accept: text/html\r\nConnection: close\r\n\r\n",
    "GET /api/ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n\r\n",
  };

  @TempDir Path home;

  @Test
  void damaged_requests_leave_the_edge_as_it_was() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("HostileBytesTest seed " + seed);
    Random random = new Random(seed);
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    TestEdge.file(home.resolve("site"), "index.html", "<h1>home</h1>");
    try (TestTarget target =
            TestTarget.http(exchange -> {
              seen.addAll(exchange.getRequestHeaders().getOrDefault("Cookie", java.util.List.of()));
              TestTarget.reply(exchange, 200, "ok");
            });
        TestEdge edge = TestEdge.start(home)) {
      edge.group("app", TestEdge.target("t", target.port))
          .site("web", home.resolve("site"), "r1", true)
          .rule(java.util.List.of(), java.util.List.of("/api/**"), TestEdge.forward("app"))
          .rule(java.util.List.of(), java.util.List.of(), new Action.ServeSite("web"))
          .apply();
      edge.awaitHealthy("app", 1);
      for (int i = 0; i < REQUESTS; i++) {
        send(edge, damaged(SEEDS[random.nextInt(SEEDS.length)], random));
      }
      assertThat(edge.get("/").text()).isEqualTo("<h1>home</h1>");
      assertThat(edge.get("/api/x").text()).isEqualTo("ok");
      await().until(() -> edge.client.state().connections() == 0);
      await().until(() -> edge.client.state().target("app", "t").orElseThrow().inFlight() == 0);
      assertThat(seen).noneMatch(HostileBytesTest::isOwnCookie);
    }
  }

  private static boolean isOwnCookie(String line) {
    return java.util.Arrays.stream(line.split(";"))
        .anyMatch(cookie -> cookie.strip().startsWith("samdan_"));
  }

  private static byte[] damaged(String request, Random random) {
    StringBuilder text = new StringBuilder(request);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(5)) {
        case 0 -> text.setCharAt(at, (char) random.nextInt(256));
        case 1 -> text.deleteCharAt(at);
        case 2 ->
            text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(40))));
        case 3 -> text.insert(at, "\r\n \t:;,%00\u0000".charAt(random.nextInt(11)));
        default -> text.setLength(Math.max(1, random.nextInt(10) == 0 ? at : text.length()));
      }
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Sends, says that nothing follows, and reads whatever comes. */
  private static void send(TestEdge edge, byte[] bytes) {
    try (RawClient client = edge.connect()) {
      client.write(bytes);
      client.socket().shutdownOutput();
      client.ended();
    } catch (IOException | UncheckedIOException e) {
      // The edge may have refused it before its end.
    }
  }
}
