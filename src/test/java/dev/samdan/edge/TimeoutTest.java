package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who is too slow or too many is let go; what is too slow is said by {@link TestEdge#impatient()}.
 */
class TimeoutTest {
  @TempDir Path home;
  private final CountDownLatch never = new CountDownLatch(1);
  private TestEdge edge;

  @BeforeEach
  void start() {
    edge = TestEdge.start(home, TestEdge.impatient());
  }

  @AfterEach
  void stop() {
    never.countDown();
    edge.close();
  }

  private void text() {
    edge.rule(List.of(), List.of(), new Action.Fixed(200, "text/plain", "ok")).apply();
  }

  @Test
  void head_that_does_not_end_is_a_408() {
    text();
    try (RawClient client = edge.connect()) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
      assertThat(client.answer().status()).isEqualTo(408);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void connection_without_a_request_ends_quietly() {
    text();
    try (RawClient silent = edge.connect();
        RawClient kept = edge.connect()) {
      kept.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(kept.answer().text()).isEqualTo("ok");
      assertThat(kept.ended()).isTrue();
      assertThat(silent.ended()).isTrue();
    }
  }

  @Test
  void body_that_does_not_arrive_is_a_408() {
    try (TestTarget target = TestTarget.raw((head, in, out) -> in.readNBytes(10))) {
      edge.proxyTo(target.port);
      try (RawClient client = edge.connect()) {
        client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
        assertThat(client.answer().status()).isEqualTo(408);
      }
    }
  }

  @Test
  void target_that_does_not_answer_is_a_504() {
    try (TestTarget target = TestTarget.raw((head, in, out) -> never.await())) {
      edge.proxyTo(target.port);
      RawClient.Answer answer = edge.get("/");
      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.text()).contains("did not answer in time");
    }
  }

  @Test
  void target_that_stops_in_its_answer_cuts_it_short() {
    TestTarget.Raw stalls =
        (head, in, out) -> {
          TestTarget.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
          never.await();
        };
    try (TestTarget target = TestTarget.raw(stalls);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void client_that_takes_nothing_of_its_answer_is_let_go() throws IOException {
    Path root = Files.createDirectory(home.resolve("site"));
    Files.write(root.resolve("big.bin"), new byte[32 << 20]);
    edge.site("web", root, "r1", false)
        .rule(List.of(), List.of(), new Action.ServeSite("web"))
        .apply();
    try (RawClient client = edge.connect()) {
      client.write("GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.socket().getInputStream().read()).isPositive();
      org.awaitility.Awaitility.await().until(() -> edge.client.status().connections() == 0);
    }
  }

  @Test
  void tunnel_without_a_byte_ends() {
    TestTarget.Raw silent =
        (head, in, out) -> {
          TestTarget.write(
              out,
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                  + "Sec-WebSocket-Accept: x\r\n\r\n");
          never.await();
        };
    try (TestTarget target = TestTarget.raw(silent);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write(
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(101);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void connection_beyond_the_limit_is_told_to_come_again(@TempDir Path crowded) {
    List<RawClient> held = new ArrayList<>();
    try (TestEdge full = TestEdge.start(crowded, TestEdge.crowded())) {
      full.rule(List.of(), List.of(), new Action.Fixed(200, "text/plain", "ok")).apply();
      int turnedAway = 0;
      for (int i = 0; i < TestEdge.crowded().connections() + 20 && turnedAway == 0; i++) {
        RawClient client = full.connect();
        held.add(client);
        client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawClient.Answer answer = client.answer();
        turnedAway += answer.status() == 503 && answer.header("retry-after").equals("1") ? 1 : 0;
      }
      assertThat(turnedAway).isEqualTo(1);
    } finally {
      held.forEach(RawClient::close);
    }
  }
}
