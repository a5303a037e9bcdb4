package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.edge.EdgeStatus.Health;
import dev.samdan.edge.EdgeStatus.TargetStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetHealthTest {
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

  private TargetStatus target(String id) {
    return edge.client.status().target("app", id).orElseThrow();
  }

  /** A target whose health check answers this status, whatever else is asked 200 and its name. */
  private static TestTarget withHealth(String name, AtomicInteger health) {
    return TestTarget.http(exchange -> {
      boolean check = exchange.getRequestURI().getPath().equals("/up");
      TestTarget.reply(exchange, check ? health.get() : 200, name);
    });
  }

  private static final HealthCheck UP =
      new HealthCheck("/up", Duration.ofMillis(100), Duration.ofSeconds(20), 2, 2, "200,204");

  private void apply(Target... targets) {
    List<Rule> rules = List.of(new Rule(List.of(), List.of(), TestEdge.forward("app")));
    edge.client.apply(
        new RoutingTable(
            2,
            System.nanoTime(),
            List.of(new Listener("main", "127.0.0.1", edge.port, rules)),
            List.of(new TargetGroup("app", UP, List.of(targets))),
            List.of(),
            List.of()));
  }

  @Test
  void health_follows_the_checks_answers() {
    AtomicInteger health = new AtomicInteger(503);
    try (TestTarget one = withHealth("one", health)) {
      apply(TestEdge.target("one", one.port));
      await()
          .until(() ->
              "503".equals(target("one").lastAnswer())
                  && target("one").health() == Health.UNHEALTHY);
      assertThat(target("one").probe()).isEqualTo("GET http://127.0.0.1:" + one.port + "/up");
      health.set(204);
      await().until(() -> target("one").health() == Health.HEALTHY);
      health.set(302);
      await().until(() -> target("one").health() == Health.UNHEALTHY);
      assertThat(target("one").lastAnswer()).isEqualTo("302");
    }
  }

  @Test
  void target_that_does_not_listen_yet_says_why_and_is_found_when_it_does() {
    int port = TestEdge.freePort();
    apply(TestEdge.target("late", port));
    await().until(() -> "connection refused".equals(target("late").lastAnswer()));
    assertThat(target("late").health()).isNotEqualTo(Health.HEALTHY);
  }

  @Test
  void check_without_an_answer_says_so() {
    TestTarget.Raw silent = (head, in, out) -> in.read();
    try (TestTarget one = TestTarget.raw(silent)) {
      List<Rule> rules = List.of();
      HealthCheck check =
          new HealthCheck("/silent", Duration.ofMillis(100), Duration.ofMillis(300), 1, 1, "200");
      edge.client.apply(
          new RoutingTable(
              2,
              1,
              List.of(new Listener("main", "127.0.0.1", edge.port, rules)),
              List.of(new TargetGroup("app", check, List.of(TestEdge.target("one", one.port)))),
              List.of(),
              List.of()));
      await().until(() -> "no answer within 300 ms".equals(target("one").lastAnswer()));
    }
  }

  @Test
  void new_target_gets_nothing_until_it_is_healthy_while_others_are() {
    AtomicInteger good = new AtomicInteger(200);
    AtomicInteger bad = new AtomicInteger(503);
    try (TestTarget old = withHealth("old", good);
        TestTarget young = withHealth("young", bad)) {
      apply(TestEdge.target("old", old.port));
      await().until(() -> target("old").health() == Health.HEALTHY);
      apply(TestEdge.target("old", old.port), TestEdge.target("young", young.port));
      for (int i = 0; i < 20; i++) {
        assertThat(edge.get("/").text()).isEqualTo("old");
      }
      bad.set(200);
      await().until(() -> target("young").health() == Health.HEALTHY);
      await().until(() -> edge.get("/").text().equals("young"));
    }
  }

  @Test
  void target_whose_process_died_is_taken_out_by_failed_connections() {
    AtomicInteger good = new AtomicInteger(200);
    HealthCheck seldom =
        new HealthCheck("/up", Duration.ofHours(1), Duration.ofSeconds(1), 2, 2, "200");
    TestTarget dying = withHealth("dying", good);
    try (TestTarget living = withHealth("living", good)) {
      List<Rule> rules = List.of(new Rule(List.of(), List.of(), TestEdge.forward("app")));
      Target[] both = {
        TestEdge.target("dying", dying.port), TestEdge.target("living", living.port)
      };
      edge.client.apply(
          new RoutingTable(
              2,
              1,
              List.of(new Listener("main", "127.0.0.1", edge.port, rules)),
              List.of(new TargetGroup("app", seldom, List.of(both))),
              List.of(),
              List.of()));
      edge.awaitHealthy("app", 2);
      dying.close();
      for (int i = 0; i < 10; i++) {
        assertThat(edge.get("/").text()).isEqualTo("living");
      }
      assertThat(target("dying").health()).isEqualTo(Health.UNHEALTHY);
    }
  }

  @Test
  void draining_target_ends_what_it_has_and_gets_nothing_new() throws InterruptedException {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    TestTarget.Raw slow =
        (head, in, out) -> {
          arrived.countDown();
          assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
          TestTarget.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
        };
    try (TestTarget old = TestTarget.raw(slow);
        TestTarget young = TestTarget.named("young");
        RawClient client = edge.proxyTo(old.port).connect()) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
      edge.group(
              "app",
              new Target("t0", "127.0.0.1", old.port, true),
              TestEdge.target("young", young.port))
          .apply();
      edge.awaitHealthy("app", 2);
      assertThat(target("t0").inFlight()).isEqualTo(1);
      assertThat(target("t0").draining()).isTrue();
      for (int i = 0; i < 10; i++) {
        assertThat(edge.get("/").text()).isEqualTo("young");
      }
      goOn.countDown();
      assertThat(client.answer().text()).isEqualTo("old");
      await().until(() -> target("t0").inFlight() == 0);
    }
  }

  @Test
  void shares_follow_the_weights() {
    try (TestTarget blue = TestTarget.named("blue");
        TestTarget green = TestTarget.named("green")) {
      edge.group("blue", TestEdge.target("b", blue.port))
          .group("green", TestEdge.target("g", green.port))
          .rule(
              List.of(),
              List.of(),
              new Action.Forward(List.of(new Weighted("blue", 90), new Weighted("green", 10))))
          .apply();
      edge.awaitHealthy("blue", 1).awaitHealthy("green", 1);
      edge.apply();
      int greens = 0;
      for (int i = 0; i < 100; i++) {
        greens += edge.get("/").text().equals("green") ? 1 : 0;
      }
      assertThat(greens).isEqualTo(10);
    }
  }
}
