package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.Json;
import dev.samdan.base.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The edge as the process that it is. */
class EdgeProcessTest {
  @TempDir Path home;
  private final List<Process> started = new ArrayList<>();
  private final int port = TestEdge.freePort();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Edge.JVM_OPTIONS);
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), EdgeMain.class.getName()));
    command.addAll(List.of("--home", home.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("edge.log").toFile()))
            .start();
    started.add(process);
    return process;
  }

  private Edge serving(String... options) throws IOException {
    start(options);
    Edge edge = new Edge(home);
    await().until(edge::answers);
    return edge;
  }

  private RoutingTable table(long version, Target... targets) {
    return new RoutingTable(
        1,
        version,
        List.of(
            new Listener(
                "main",
                "127.0.0.1",
                port,
                List.of(
                    new Rule(
                        List.of(),
                        List.of("/text"),
                        new Action.Fixed(200, "text/plain", "version " + version)),
                    new Rule(List.of(), List.of(), TestEdge.forward("app"))))),
        List.of(new TargetGroup("app", TestEdge.CHECK, List.of(targets))),
        List.of(),
        List.of());
  }

  private RawClient.Answer get(String path) {
    try (RawClient client = RawClient.connect(port)) {
      client.write("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      return client.answer();
    }
  }

  private static void signal(Process process, String name) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor())
        .isZero();
  }

  @Test
  void the_admin_address_reads_no_body_of_who_does_not_know_its_secret() throws Exception {
    Edge _ = serving();
    int admin =
        Json.tree(Files.readString(home.resolve("edge/" + AdminFile.NAME))).path("port").asInt();
    try (RawClient client = RawClient.connect(admin)) {
      client.write("PUT /table HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(401);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void killed_edge_serves_its_last_table_when_it_is_started_again() throws Exception {
    Edge edge = serving();
    edge.apply(table(7));
    assertThat(edge.process()).isEqualTo(ProcessId.of(started.getFirst().pid()));
    started.getFirst().destroyForcibly().waitFor();
    assertThat(edge.process()).isEmpty();
    assertThat(edge.answers()).isFalse();
    serving();
    assertThat(get("/text").text()).isEqualTo("version 7");
    assertThat(edge.status().version()).isEqualTo(7);
    assertThat(edge.status().process().pid()).isEqualTo(started.getLast().pid());
  }

  @Test
  void term_lets_requests_end_and_leaves_no_trace_of_a_process() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    TestTarget.Raw slow =
        (head, in, out) -> {
          arrived.countDown();
          goOn.await();
          TestTarget.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
        };
    try (TestTarget target = TestTarget.raw(slow)) {
      Edge edge = serving();
      edge.apply(table(1, TestEdge.target("t", target.port)));
      await()
          .until(() ->
              edge.status().target("app", "t").orElseThrow().health() == EdgeStatus.Health.HEALTHY);
      try (RawClient client = RawClient.connect(port)) {
        client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
        signal(started.getFirst(), "TERM");
        await().until(() -> !accepts());
        goOn.countDown();
        assertThat(client.answer().text()).isEqualTo("done");
      }
      assertThat(started.getFirst().waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(started.getFirst().exitValue()).isZero();
      assertThat(home.resolve("edge").resolve(EdgeServer.PROCESS)).doesNotExist();
      assertThat(home.resolve("edge").resolve(AdminFile.NAME)).doesNotExist();
      assertThat(home.resolve("edge").resolve(EdgeServer.TABLE)).exists();
    }
  }

  private boolean accepts() {
    try (RawClient client = RawClient.connect(port)) {
      return client.socket().isConnected();
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Test
  void terminal_that_closes_does_not_end_the_edge() throws Exception {
    Edge edge = serving();
    edge.apply(table(1));
    signal(started.getFirst(), "HUP");
    signal(started.getFirst(), "INT");
    for (int i = 0; i < 20; i++) {
      assertThat(get("/text").text()).isEqualTo("version 1");
    }
    assertThat(started.getFirst().isAlive()).isTrue();
  }

  @Test
  void machine_without_epoll_is_served_as_well() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    TestTarget.Raw raw =
        (head, in, out) -> {
          if (head.path().equals("/wait")) {
            arrived.countDown();
            assertThat(in.read()).isEqualTo(-1);
            left.countDown();
          } else {
            TestTarget.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          }
        };
    try (TestTarget target = TestTarget.raw(raw)) {
      Edge edge = serving("-Dio.netty.transport.noNative=true");
      edge.apply(table(1, TestEdge.target("t", target.port)));
      await()
          .until(() ->
              edge.state().target("app", "t").orElseThrow().health() == EdgeStatus.Health.HEALTHY);
      for (int i = 0; i < 10; i++) {
        assertThat(get("/").text()).isEqualTo("ok");
      }
      try (RawClient client = RawClient.connect(port)) {
        client.write("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(left.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void second_edge_of_a_home_ends_with_a_word() throws Exception {
    serving();
    Process second = start();
    assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).isEqualTo(1);
    assertThat(Files.readString(home.resolve("edge.log")))
        .contains("another edge serves", "samdan down");
    assertThat(new Edge(home).answers()).isTrue();
  }

  @Test
  void home_that_cannot_be_written_is_named() throws Exception {
    Files.writeString(home.resolve("edge"), "a file where the folder should be");
    Process process = start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(home.resolve("edge.log")))
        .contains("edge: cannot use " + home.resolve("edge"))
        .doesNotContain("\tat ");
  }

  @Test
  void requests_are_in_the_access_log_without_their_query() throws Exception {
    Edge edge = serving();
    edge.apply(table(1));
    get("/text?token=secret");
    Path log = home.resolve("edge").resolve("access.log");
    await().until(() -> Files.exists(log) && Files.readString(log).contains("GET a /text 200"));
    assertThat(Files.readString(log)).doesNotContain("secret");
  }
}
