package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What two parsers could read differently never reaches a target, and ends the connection it came
 * on.
 */
class SmugglingTest {
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

  @TempDir Path home;
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private TestTarget target;
  private TestEdge edge;

  @BeforeEach
  void start() {
    target =
        TestTarget.raw((head, in, out) -> {
          seen.add(head.line());
          TestTarget.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
    edge = TestEdge.start(home).proxyTo(target.port);
  }

  @AfterEach
  void stop() {
    edge.close();
    target.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5, 5",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length: 99999999999999999999",
        "Content-Length:",
        "Content-Length : 5",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: \u000bchunked",
        "Transfer-Encoding\u0000: chunked",
        "X: a\u0000b",
        "X: a\rTransfer-Encoding: chunked",
        "X: a\nTransfer-Encoding: chunked",
        "Host: b",
        "no colon here",
        ": empty name",
        "X Y: space in the name",
      })
  void doubtful_framing_is_refused(String headers) {
    String body = "0\r\n\r\n" + HIDDEN;
    RawClient.Answer answer =
        edge.send("POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n" + body);
    assertThat(answer.status()).isIn(400, 501);
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\nhello\n0\n\n",
        "5;ext=\"\n\"\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloXX0\r\n\r\n",
        "fffffffffffffffff\r\nhello",
        "\r\nhello",
      })
  void doubtful_chunks_end_the_request_without_an_answer_from_the_target(String chunks) {
    try (RawClient client = edge.connect()) {
      client.write(
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + HIDDEN);
      assertThat(client.ended()).isTrue();
      assertThat(seen).noneMatch(line -> line.contains("hidden"));
    }
  }

  @Test
  void transfer_encoding_from_http_1_0_is_refused() {
    assertThat(edge.send("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status())
        .isEqualTo(400);
    assertThat(seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
        "GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n",
        "G\u0000T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n",
      })
  void what_is_no_request_is_a_400(String request) {
    assertThat(edge.send(request).status()).isEqualTo(400);
    assertThat(seen).isEmpty();
  }

  @Test
  void other_versions_methods_and_expectations_are_named_in_their_refusal() {
    assertThat(edge.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status()).isEqualTo(505);
    assertThat(edge.send("GET / HTTP/3.7\r\nHost: a\r\n\r\n").status()).isEqualTo(505);
    assertThat(edge.send("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(405);
    assertThat(edge.send("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(405);
    assertThat(edge.send("GET / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n").status())
        .isEqualTo(417);
    assertThat(seen).isEmpty();
  }

  @Test
  void large_heads_have_statuses_of_their_own() {
    assertThat(edge.send("GET /" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: a\r\n\r\n").status())
        .isEqualTo(414);
    assertThat(
            edge.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(70_000) + "\r\n\r\n")
                .status())
        .isEqualTo(431);
    assertThat(seen).isEmpty();
  }

  @Test
  void absolute_form_counts_before_host() {
    edge.clearRules().rule(List.of("inner"), List.of("/x"), TestEdge.forward("app")).apply();
    assertThat(
            edge.send("GET http://inner/x?y HTTP/1.1\r\nHost: outer\r\nConnection: close\r\n\r\n")
                .status())
        .isEqualTo(200);
    assertThat(
            edge.send("GET http://outer/x HTTP/1.1\r\nHost: inner\r\nConnection: close\r\n\r\n")
                .status())
        .isEqualTo(404);
    assertThat(seen).containsExactly("GET /x?y HTTP/1.1");
  }

  @Test
  void request_in_single_bytes_is_a_request() {
    try (RawClient client = edge.connect()) {
      for (byte one :
          "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII)) {
        client.write(new byte[] {one});
      }
      assertThat(client.answer().text()).isEqualTo("ok");
    }
  }

  @Test
  void unasked_bytes_from_a_target_become_nobodys_answer() {
    TestTarget.Raw twice =
        (head, in, out) ->
            TestTarget.write(
                out,
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                    + (head.path().equals("/evil")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
                        : ""));
    try (TestTarget evil = TestTarget.raw(twice);
        RawClient client = edge.clearRules().proxyTo(evil.port).connect()) {
      client.write("GET /evil HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().text()).isEqualTo("ok");
      for (int i = 0; i < 5; i++) {
        client.write("GET /good HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.answer().text()).isEqualTo("ok");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not http at all\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
      })
  void answer_that_is_no_answer_is_a_502(String answer) {
    try (TestTarget broken = TestTarget.raw((head, in, out) -> TestTarget.write(out, answer))) {
      edge.clearRules().proxyTo(broken.port);
      assertThat(edge.get("/").status()).isEqualTo(502);
    }
  }
}
