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

/**
 * The heart of a deployment: green comes, takes the traffic, blue drains and ends, and no request
 * fails.
 */
class SwapTest {
  private static final int SWAPS = 8;
  private static final int CLIENTS = 8;

  @TempDir Path home;

  /** How one version follows another. */
  private interface Swap {
    TestTarget to(int version, TestEdge edge, TestTarget blue);
  }

  @Test
  void no_request_fails_while_targets_are_swapped_under_load() throws InterruptedException {
    underLoad("app", SwapTest::swapTargets);
  }

  @Test
  void no_request_fails_while_traffic_shifts_from_group_to_group() throws InterruptedException {
    underLoad("v0", SwapTest::shiftGroups);
  }

  private void underLoad(String firstGroup, Swap swap) throws InterruptedException {
    try (TestEdge edge = TestEdge.start(home)) {
      TestTarget blue = TestTarget.named("v0");
      edge.group(firstGroup, TestEdge.target("t0", blue.port))
          .rule(List.of(), List.of(), TestEdge.forward(firstGroup))
          .apply();
      edge.awaitHealthy(firstGroup, 1);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong answers = new AtomicLong();
      ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        boolean keepsAlive = i % 2 == 0;
        boolean posts = i % 4 < 2;
        clients.add(
            Thread.ofVirtual().start(() -> load(edge, keepsAlive, posts, stop, answers, failures)));
      }
      for (int i = 1; i <= SWAPS; i++) {
        blue = swap.to(i, edge, blue);
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

  /** Green's group comes beside blue's, takes a tenth, then all; blue's drains and goes. */
  private static TestTarget shiftGroups(int version, TestEdge edge, TestTarget blue) {
    TestTarget green = TestTarget.named("v" + version);
    String former = "v" + (version - 1);
    String next = "v" + version;
    edge.group(next, TestEdge.target("t" + version, green.port)).apply();
    edge.awaitHealthy(next, 1);
    for (int share : List.of(10, 100)) {
      List<Weighted> weights =
          List.of(new Weighted(former, 100 - share), new Weighted(next, share));
      edge.clearRules().rule(List.of(), List.of(), new Action.Forward(weights)).apply();
    }
    edge.clearRules().rule(List.of(), List.of(), TestEdge.forward(next)).apply();
    edge.group(former, new Target("t" + (version - 1), "127.0.0.1", blue.port, true)).apply();
    await()
        .until(() ->
            edge.client.state().target(former, "t" + (version - 1)).orElseThrow().inFlight() == 0);
    blue.close();
    edge.withoutGroup(former).apply();
    return green;
  }

  /** One group whose targets change. */
  private static TestTarget swapTargets(int version, TestEdge edge, TestTarget blue) {
    TestTarget green = TestTarget.named("v" + version);
    Target old = new Target("t" + (version - 1), "127.0.0.1", blue.port, false);
    Target young = new Target("t" + version, "127.0.0.1", green.port, false);
    edge.group("app", old, young).apply();
    edge.awaitHealthy("app", 2);
    edge.group("app", new Target(old.id(), old.host(), old.port(), true), young).apply();
    await().until(() -> edge.client.state().target("app", old.id()).orElseThrow().inFlight() == 0);
    blue.close();
    edge.group("app", young).apply();
    return green;
  }

  private static void load(
      TestEdge edge,
      boolean keepsAlive,
      boolean posts,
      AtomicBoolean stop,
      AtomicLong answers,
      ConcurrentLinkedQueue<String> failures) {
    String start =
        posts
            ? "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
            : "GET / HTTP/1.1\r\nHost: a\r\n";
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
