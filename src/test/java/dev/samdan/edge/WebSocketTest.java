package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebSocketTest {
  private static final String UPGRADE =
      "GET /live HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  private static final String SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

  @TempDir Path home;
  private TestEdge edge;

  @BeforeEach
  void start() {
    edge = TestEdge.start(home);
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  @Test
  void bytes_go_both_ways_after_the_upgrade() throws IOException {
    TestTarget.Raw echo =
        (head, in, out) -> {
          assertThat(head.header("upgrade")).isEqualTo("websocket");
          assertThat(head.header("connection")).isEqualToIgnoringCase("upgrade");
          assertThat(head.header("sec-websocket-key")).isNotEmpty();
          // The first frame comes in one packet with the switch.
          TestTarget.write(out, SWITCHED + "hello");
          in.transferTo(out);
        };
    long seed = new Random().nextLong();
    System.out.println("WebSocketTest seed " + seed);
    byte[] sent = new byte[3 << 20];
    new Random(seed).nextBytes(sent);
    try (TestTarget target = TestTarget.raw(echo);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write(UPGRADE);
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.header("upgrade")).isEqualTo("websocket");
      assertThat(answer.header("sec-websocket-accept")).isNotEmpty();
      assertThat(new String(client.socket().getInputStream().readNBytes(5), StandardCharsets.UTF_8))
          .isEqualTo("hello");
      assertThat(edge.client.status().target("app", "t0").orElseThrow().inFlight()).isEqualTo(1);
      Thread.ofVirtual().start(() -> client.write(sent));
      assertThat(Arrays.equals(client.socket().getInputStream().readNBytes(sent.length), sent))
          .isTrue();
    }
    await().until(() -> edge.client.status().target("app", "t0").orElseThrow().inFlight() == 0);
  }

  @Test
  void targets_end_is_the_clients_end() {
    TestTarget.Raw farewell =
        (head, in, out) -> {
          TestTarget.write(out, SWITCHED + "bye");
          out.close();
        };
    try (TestTarget target = TestTarget.raw(farewell);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write(UPGRADE);
      assertThat(client.answer().status()).isEqualTo(101);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void tunnels_do_not_hold_up_an_edge_that_stops() {
    TestTarget.Raw echo =
        (head, in, out) -> {
          TestTarget.write(out, SWITCHED);
          in.transferTo(out);
        };
    try (TestTarget target = TestTarget.raw(echo);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write(UPGRADE);
      assertThat(client.answer().status()).isEqualTo(101);
      edge.drain();
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void target_may_refuse_the_upgrade() {
    TestTarget.Raw refuses =
        (head, in, out) ->
            TestTarget.write(out, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    try (TestTarget target = TestTarget.raw(refuses);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write(UPGRADE);
      assertThat(client.answer().text()).isEqualTo("no");
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().text()).isEqualTo("no");
    }
  }
}
