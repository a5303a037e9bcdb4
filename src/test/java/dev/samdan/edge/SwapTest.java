package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The heart of a deployment: green comes, takes the traffic, blue drains and ends, and no request fails. */
class SwapTest {
  private static final int SWAPS = 8;
  private static final int CLIENTS = 8;

  @TempDir Path home;

  @Test
  void no_request_fails_while_targets_are_swapped_under_load() throws InterruptedException {
    try (TestEdge edge = TestEdge.start(home)) {
      TestTarget blue = TestTarget.named("v0");
      edge.proxyTo(blue.port);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong answers = new AtomicLong();
      ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        boolean keepsAlive = i % 2 == 0;
        boolean posts = i % 4 < 2;
        clients.add(Thread.ofVirtual().start(() -> load(edge, keepsAlive, posts, stop, answers, failures)));
      }
      for (int i = 1; i <= SWAPS; i++) {
        blue = swap(edge, blue, i);
        long before = answers.get();
        await().until(() -> answers.get() > before + 200 || !failures.isEmpty());
      }
      stop.set(true);
      for (Thread client : clients) {
        client.join();
      }
      blue.close();
      assertThat(failures).isEmpty();
    }
  }

  /** As a deployment does it. */
  private static TestTarget swap(TestEdge edge, TestTarget blue, int version) {
    TestTarget green = TestTarget.named("v" + version);
    Target old = new Target("t" + (version - 1), "127.0.0.1", blue.port, false);
    Target young = new Target("t" + version, "127.0.0.1", green.port, false);
    edge.group("app", old, young).apply();
    edge.awaitHealthy("app", 2);
    edge.group("app", new Target(old.id(), old.host(), old.port(), true), young).apply();
    await().until(() -> edge.client.status().target("app", old.id()).orElseThrow().inFlight() == 0);
    blue.close();
    edge.group("app", young).apply();
    return green;
  }

  private static void load(
      TestEdge edge, boolean keepsAlive, boolean posts, AtomicBoolean stop, AtomicLong answers, ConcurrentLinkedQueue<String> failures) {
    String start = posts ? "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n" : "GET / HTTP/1.1\r\nHost: a\r\n";
    String end = keepsAlive ? "\r\n" : "Connection: close\r\n\r\n";
    String request = start + end + (posts ? "body" : "");
    RawClient client = edge.connect();
    try {
      while (!stop.get()) {
        RawClient.Answer answer = client.write(request).answer();
        if (answer.status() != 200 || !answer.text().startsWith("v")) {
          failures.add(answer.status() + " " + answer.text());
        }
        answers.incrementAndGet();
        if (!keepsAlive) {
          client.close();
          client = edge.connect();
        }
      }
    } catch (RuntimeException e) {
      failures.add(e.toString());
    } finally {
      client.close();
    }
  }
}
