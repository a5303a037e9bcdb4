package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

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

  /** A target that answers with the head it got. */
  private static TestTarget echo() {
    return TestTarget.raw((head, in, out) -> {
      String text = head.line() + "\n" + String.join("\n", head.headers());
      TestTarget.write(
          out, "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
    });
  }

  @Test
  void target_sees_who_asked_and_for_what() {
    try (TestTarget target = echo()) {
      edge.proxyTo(target.port);
      String seen =
          edge.get("/a%20b?c=d", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Proto: https")
              .text()
              .toLowerCase();
      assertThat(seen.lines()).first().isEqualTo("get /a%20b?c=d http/1.1");
      assertThat(seen.lines())
          .contains(
              "host: localhost", "x-forwarded-for: 10.0.0.1, 127.0.0.1", "x-forwarded-proto: http")
          .contains("x-forwarded-host: localhost", "x-forwarded-port: " + edge.port);
    }
  }

  @Test
  void hop_by_hop_headers_and_those_that_connection_names_end_here() {
    try (TestTarget target = echo()) {
      edge.proxyTo(target.port);
      String request =
          "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close, X-Private, Host\r\nX-Private: 1\r\nKeep-Alive: 5\r\n"
              + "TE: trailers\r\nProxy-Connection: x\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\nX-Public: 2\r\n\r\n";
      String seen = edge.send(request).text().toLowerCase();
      assertThat(seen).contains("x-public: 2", "host: localhost");
      assertThat(seen)
          .doesNotContain(
              "x-private", "keep-alive", "te:", "proxy-connection", "upgrade", "http2-settings");
    }
  }

  @Test
  void own_cookies_reach_no_application_and_none_can_set_them() {
    TestTarget.Raw setsCookies =
        (head, in, out) -> {
          String text = head.header("cookie");
          TestTarget.write(
              out,
              "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: samdan_session=stolen\r\nContent-Length: "
                  + text.length()
                  + "\r\n\r\n"
                  + text);
        };
    try (TestTarget target = TestTarget.raw(setsCookies)) {
      edge.proxyTo(target.port);
      RawClient.Answer answer =
          edge.get("/", "Cookie: a=1; samdan_session=secret; b=2;samdan_lang=ko");
      assertThat(answer.text()).isEqualTo("a=1; b=2");
      assertThat(answer.header("set-cookie")).isEqualTo("a=1");
      assertThat(answer.headers()).noneMatch(h -> h.contains("samdan_"));
      assertThat(edge.get("/", "Cookie: samdan_session=secret").text()).isEmpty();
    }
  }

  @Test
  void korean_names_pass_both_ways() {
    byte[] name = "attachment; filename=직원.csv".getBytes(StandardCharsets.UTF_8);
    String latin = new String(name, StandardCharsets.ISO_8859_1);
    TestTarget.Raw raw =
        (head, in, out) -> {
          String path = head.path();
          String lines = "Content-Disposition: " + latin + "\r\nContent-Length: " + path.length();
          TestTarget.write(out, "HTTP/1.1 200 OK\r\n" + lines + "\r\n\r\n" + path);
        };
    try (TestTarget target = TestTarget.raw(raw)) {
      edge.proxyTo(target.port);
      String path = new String("/직".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      RawClient.Answer answer = edge.get(path);
      assertThat(answer.text()).isEqualTo("/%EC%A7%81");
      assertThat(answer.header("content-disposition")).isEqualTo(latin);
    }
  }

  @Test
  void connections_are_kept_on_both_sides() {
    try (TestTarget target = TestTarget.raw((head, in, out) -> TestTarget.write(out, OK));
        RawClient client = edge.proxyTo(target.port).connect()) {
      for (int i = 0; i < 20; i++) {
        client.write("GET /" + i + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(client.answer().text()).isEqualTo("ok");
      }
      assertThat(target.connections).hasValue(1);
    }
  }

  @Test
  void requests_sent_ahead_are_answered_in_order() {
    try (TestTarget target =
            TestTarget.raw((head, in, out) ->
                TestTarget.write(
                    out,
                    "HTTP/1.1 200 OK\r\nContent-Length: "
                        + head.path().length()
                        + "\r\n\r\n"
                        + head.path()));
        RawClient client = edge.proxyTo(target.port).connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
      }
      client.write(all.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(client.answer().text()).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void head_and_answers_without_content_have_no_body() {
    TestTarget.Raw raw =
        (head, in, out) ->
            TestTarget.write(
                out,
                head.line().startsWith("HEAD")
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
                    : head.path().equals("/204")
                        ? "HTTP/1.1 204 No Content\r\n\r\n"
                        : "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n");
    try (TestTarget target = TestTarget.raw(raw);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer(true).header("content-length")).isEqualTo("1000");
      client.write("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(204);
      client.write("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().header("etag")).isEqualTo("\"x\"");
      assertThat(target.connections).hasValue(1);
    }
  }

  @Test
  void answer_that_ends_with_its_connection_is_chunked_for_the_client() {
    TestTarget.Raw raw =
        (head, in, out) -> {
          TestTarget.write(out, "HTTP/1.0 200 OK\r\n\r\nuntil the end");
          out.close();
        };
    try (TestTarget target = TestTarget.raw(raw);
        RawClient client = edge.proxyTo(target.port).connect()) {
      for (int i = 0; i < 3; i++) {
        client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawClient.Answer answer = client.answer();
        assertThat(answer.header("transfer-encoding")).isEqualTo("chunked");
        assertThat(answer.text()).isEqualTo("until the end");
      }
    }
  }

  @Test
  void http_1_0_client_gets_no_chunks() {
    TestTarget.Raw raw =
        (head, in, out) ->
            TestTarget.write(
                out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    try (TestTarget target = TestTarget.raw(raw)) {
      edge.proxyTo(target.port);
      RawClient.Answer answer = edge.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      assertThat(answer.has("transfer-encoding")).isFalse();
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(answer.text()).isEqualTo("abc");
    }
  }

  @Test
  void http_1_0_client_may_keep_its_connection() {
    try (TestTarget target = TestTarget.raw((head, in, out) -> TestTarget.write(out, OK));
        RawClient client = edge.proxyTo(target.port).connect()) {
      for (int i = 0; i < 3; i++) {
        client.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        RawClient.Answer answer = client.answer();
        assertThat(answer.header("connection")).isEqualTo("keep-alive");
        assertThat(answer.text()).isEqualTo("ok");
      }
    }
  }

  @Test
  void expect_100_continue_is_the_targets_to_grant_or_refuse() {
    TestTarget.Raw raw =
        (head, in, out) -> {
          if (head.path().equals("/refuse")) {
            TestTarget.write(
                out, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            out.close();
          } else {
            assertThat(head.header("expect")).isEqualTo("100-continue");
            TestTarget.write(out, "HTTP/1.1 100 Continue\r\n\r\n");
            String body = new String(in.readNBytes(5), StandardCharsets.UTF_8);
            TestTarget.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + body);
          }
        };
    try (TestTarget target = TestTarget.raw(raw);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(100);
      client.write("hello");
      assertThat(client.answer().text()).isEqualTo("hello");
      client.write(
          "POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
      RawClient.Answer refused = client.answer();
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.header("connection")).isEqualTo("close");
    }
  }

  @Test
  void parts_of_an_answer_arrive_as_they_are_sent() throws InterruptedException {
    CountDownLatch firstSeen = new CountDownLatch(1);
    TestTarget.Raw raw =
        (head, in, out) -> {
          TestTarget.write(
              out,
              "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
          assertThat(firstSeen.await(60, TimeUnit.SECONDS)).isTrue();
          TestTarget.write(out, "4\r\nlast\r\n0\r\n\r\n");
        };
    try (TestTarget target = TestTarget.raw(raw);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      StringBuilder seen = new StringBuilder();
      while (!seen.toString().contains("first")) {
        seen.append(RawClient.line(client.socket().getInputStream())).append('\n');
      }
      firstSeen.countDown();
      while (!seen.toString().contains("last")) {
        seen.append(RawClient.line(client.socket().getInputStream())).append('\n');
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void client_that_leaves_ends_the_request_at_the_target() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    TestTarget.Raw raw =
        (head, in, out) -> {
          arrived.countDown();
          assertThat(in.read()).isEqualTo(-1);
          ended.countDown();
        };
    try (TestTarget target = TestTarget.raw(raw)) {
      edge.proxyTo(target.port);
      try (RawClient client = edge.connect()) {
        client.write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(edge.client.status().target("app", "t0").orElseThrow().inFlight()).isEqualTo(1);
      }
      assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
      await().until(() -> edge.client.status().target("app", "t0").orElseThrow().inFlight() == 0);
    }
  }

  @Test
  void answer_cut_short_is_cut_short_for_the_client_too() {
    TestTarget.Raw raw =
        (head, in, out) -> {
          TestTarget.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
          out.close();
        };
    try (TestTarget target = TestTarget.raw(raw);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      org.assertj.core.api.Assertions.assertThatThrownBy(client::answer)
          .hasMessageContaining("100");
    }
  }

  @Test
  void request_that_met_a_closing_connection_is_repeated_only_where_that_is_safe() {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger dropped = new AtomicInteger();
    TestTarget.Raw raw =
        (head, in, out) -> {
          seen.add(head.line());
          if (head.path().equals("/warm")) {
            TestTarget.write(out, OK);
          } else if (head.line().startsWith("POST") || dropped.getAndIncrement() == 0) {
            out.close();
          } else {
            TestTarget.write(out, OK);
          }
        };
    try (TestTarget target = TestTarget.raw(raw)) {
      edge.proxyTo(target.port);
      edge.get("/warm");
      assertThat(edge.get("/once").status()).isEqualTo(200);
      assertThat(seen).filteredOn(l -> l.contains("/once")).hasSize(2);
      RawClient.Answer post =
          edge.send(
              "POST /never HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
      assertThat(post.status()).isEqualTo(502);
      assertThat(post.text()).contains("502 Bad Gateway", "without an answer", "samdan logs");
      assertThat(seen).filteredOn(l -> l.contains("/never")).hasSize(1);
    }
  }

  @Test
  void target_that_does_not_listen_costs_no_request_while_another_does() {
    try (TestTarget target = TestTarget.raw((head, in, out) -> TestTarget.write(out, OK))) {
      edge.group(
              "app",
              TestEdge.target("dead", TestEdge.freePort()),
              TestEdge.target("live", target.port))
          .rule(List.of(), List.of(), TestEdge.forward("app"))
          .apply();
      for (int i = 0; i < 20; i++) {
        assertThat(
                edge.send(
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    .status())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void nobody_there_is_a_502_and_nobody_declared_a_503() {
    edge.group("app", TestEdge.target("dead", TestEdge.freePort()))
        .group("empty")
        .rule(List.of(), List.of("/empty/**"), TestEdge.forward("empty"))
        .rule(List.of(), List.of(), TestEdge.forward("app"))
        .apply();
    assertThat(edge.get("/").status()).isEqualTo(502);
    assertThat(edge.get("/").text()).contains("does not accept connections");
    RawClient.Answer none = edge.get("/empty", "Accept: text/html");
    assertThat(none.status()).isEqualTo(503);
    assertThat(none.header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(none.text()).contains("No instance of the application", "samdan status");
  }

  @Test
  void answer_before_the_bodys_end_reaches_the_client() {
    TestTarget.Raw raw =
        (head, in, out) ->
            TestTarget.write(out, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nwho?");
    try (TestTarget target = TestTarget.raw(raw);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nonly a bit");
      RawClient.Answer answer = client.answer();
      assertThat(answer.text()).isEqualTo("who?");
      assertThat(answer.header("connection")).isEqualTo("close");
    }
  }

  @Test
  void target_that_reads_slowly_slows_the_client_instead_of_filling_memory() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean whole = new AtomicBoolean();
    long size = 64L << 20;
    TestTarget.Raw raw =
        (head, in, out) -> {
          assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
          whole.set(skip(in, size) == size);
          TestTarget.write(out, OK);
        };
    try (TestTarget target = TestTarget.raw(raw);
        RawClient client = edge.proxyTo(target.port).connect()) {
      client.write("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
      AtomicInteger written = new AtomicInteger();
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                byte[] part = new byte[1 << 20];
                for (int i = 0; i < 64; i++) {
                  client.write(part);
                  written.incrementAndGet();
                }
              });
      await().during(java.time.Duration.ofMillis(500)).until(() -> written.get() < 40);
      goOn.countDown();
      writer.join();
      assertThat(client.answer().text()).isEqualTo("ok");
      assertThat(whole).isTrue();
    }
  }

  private static long skip(InputStream in, long size) throws IOException {
    long all = 0;
    byte[] part = new byte[1 << 16];
    for (int n;
        all < size && (n = in.read(part, 0, (int) Math.min(part.length, size - all))) >= 0; ) {
      all += n;
    }
    return all;
  }
}
