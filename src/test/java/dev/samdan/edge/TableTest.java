package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.edge.EdgeStatus.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
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

  private static Action text(String text) {
    return new Action.Fixed(200, "text/plain", text);
  }

  private static Listener listener(String name, int port, Rule... rules) {
    return new Listener(name, "127.0.0.1", port, List.of(rules));
  }

  private static Rule any(Action action) {
    return new Rule(List.of(), List.of(), action);
  }

  private static RoutingTable table(long generation, long version, Listener... listeners) {
    return new RoutingTable(
        generation, version, List.of(listeners), List.of(), List.of(), List.of());
  }

  @Test
  void table_reads_back_as_it_was_written() {
    RoutingTable table =
        new RoutingTable(
            3,
            7,
            List.of(
                listener(
                    "main",
                    8080,
                    new Rule(
                        List.of("a", "*.b"),
                        List.of("/api/**"),
                        new Action.Forward(List.of(new Weighted("g", 1)))),
                    any(new Action.ServeSite("s")),
                    any(text("x")))),
            List.of(
                new TargetGroup(
                    "g",
                    HealthCheck.of("/health"),
                    List.of(new Target("t", "127.0.0.1", 1, true)))),
            List.of(new Site("s", Path.of("/srv/s"), "r1", true)),
            List.of(new Relay("127.0.0.1", 5432, "127.0.0.1", 15432)));
    assertThat(Json.read(Json.bytes(table), RoutingTable.class)).isEqualTo(table);
  }

  @Test
  void older_generation_or_version_is_refused() {
    edge.client.apply(table(5, 2, listener("main", edge.port, any(text("five")))));
    assertThatThrownBy(() -> edge.client.apply(table(4, 99)))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.code()).isEqualTo(PlatformException.Code.CONFLICT))
        .hasMessageContaining("generation 5")
        .hasMessageContaining("generation 4");
    assertThatThrownBy(() -> edge.client.apply(table(5, 1)))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.code()).isEqualTo(PlatformException.Code.CONFLICT));
    assertThat(edge.get("/").text()).isEqualTo("five");
    edge.client.apply(table(6, 1, listener("main", edge.port, any(text("six")))));
    assertThat(edge.get("/").text()).isEqualTo("six");
  }

  @Test
  void table_that_contradicts_itself_is_refused_with_all_its_problems() {
    RoutingTable wrong =
        table(
            1,
            1,
            listener("a", 0, any(new Action.ServeSite("none"))),
            listener("a", 80800, any(new Action.Forward(List.of(new Weighted("nobody", -1))))));
    assertThatThrownBy(() -> edge.client.apply(wrong))
        .hasMessageContaining("listener a: 0 is not a port (1 to 65535)")
        .hasMessageContaining("listener a: no site none in the table")
        .hasMessageContaining("listener a is named twice")
        .hasMessageContaining("no target group nobody")
        .hasMessageContaining("the weight -1");
  }

  @Test
  void target_group_whose_health_check_has_no_path_is_refused_by_name() {
    TargetGroup group = new TargetGroup("g", HealthCheck.of("/health"), List.of());
    RoutingTable whole = new RoutingTable(1, 1, List.of(), List.of(group), List.of(), List.of());
    RoutingTable without =
        Json.read(Json.write(whole).replace("\"path\":\"/health\",", ""), RoutingTable.class);
    assertThatThrownBy(() -> edge.client.apply(without))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.code()).isEqualTo(PlatformException.Code.INVALID))
        .hasMessageContaining("target group g: the health check's path 'null' must start with /");
  }

  @Test
  void last_table_is_served_after_a_restart_without_control() throws IOException {
    Path root = Files.createDirectory(home.resolve("site"));
    TestEdge.file(root, "index.html", "kept");
    edge.site("web", root, "r1", true)
        .rule(List.of(), List.of(), new Action.ServeSite("web"))
        .apply();
    edge.close();
    try (EdgeServer again = EdgeServer.start(home.resolve("edge"), Limits.standard())) {
      assertThat(edge.get("/").text()).isEqualTo("kept");
      assertThat(again.status(false).version()).isEqualTo(1);
    }
  }

  @Test
  void unreadable_table_on_disk_leaves_an_edge_that_waits_for_control() throws IOException {
    edge.close();
    Files.writeString(home.resolve("edge").resolve(EdgeServer.TABLE), "{cut sho");
    try (EdgeServer again = EdgeServer.start(home.resolve("edge"), Limits.standard())) {
      assertThat(again.status(false).listeners()).isEmpty();
      edge.client.apply(table(1, 1, listener("main", edge.port, any(text("new")))));
      assertThat(edge.get("/").text()).isEqualTo("new");
    }
  }

  @Test
  void first_rule_that_matches_host_and_path_wins() {
    edge.rule(List.of("App.localhost"), List.of("/api/**", "/docs/**"), text("api"))
        .rule(List.of("app.localhost"), List.of("/*.png"), text("picture"))
        .rule(List.of("*.example.com"), List.of(), text("below"))
        .rule(List.of("app.localhost"), List.of(), text("site"))
        .apply();
    assertThat(answer("app.localhost:8080", "/api/x")).isEqualTo("api");
    assertThat(answer("APP.localhost", "/api")).isEqualTo("api");
    assertThat(answer("app.localhost", "/docs/../api/x")).isEqualTo("api");
    assertThat(answer("app.localhost", "/%61pi/x")).isEqualTo("api");
    assertThat(answer("app.localhost", "//api/x")).isEqualTo("api");
    assertThat(answer("app.localhost", "/apix")).isEqualTo("site");
    assertThat(answer("app.localhost", "/a.png?x=/api/")).isEqualTo("picture");
    assertThat(answer("a.b.example.com", "/")).isEqualTo("below");
    assertThat(answer("example.com", "/")).contains("404", "Nothing is served at example.com/");
    assertThat(answer("other", "/api/x")).contains("404");
  }

  private String answer(String host, String path) {
    return edge.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
        .text();
  }

  @Test
  void listeners_come_and_go_without_touching_the_others() {
    int second = TestEdge.freePort();
    Listener main = listener("main", edge.port, any(text("main")));
    edge.client.apply(table(1, 1, main));
    try (RawClient kept = edge.connect()) {
      kept.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(kept.answer().text()).isEqualTo("main");
      edge.client.apply(table(1, 2, main, listener("second", second, any(text("second")))));
      try (RawClient other = RawClient.connect(second)) {
        other.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(other.answer().text()).isEqualTo("second");
        edge.client.apply(table(1, 3, listener("renamed", edge.port, any(text("renamed")))));
        assertThat(other.ended()).isTrue();
      }
      assertThatThrownBy(() -> RawClient.connect(second).close()).hasMessageContaining("refused");
      kept.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(kept.answer().text()).isEqualTo("renamed");
    }
  }

  @Test
  void port_that_is_taken_is_told_and_served_as_soon_as_it_is_free() throws IOException {
    Edge.Applied applied;
    int taken;
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      taken = other.getLocalPort();
      applied =
          edge.client.apply(
              table(
                  1,
                  1,
                  listener("main", edge.port, any(text("main"))),
                  listener("url", taken, any(text("url")))));
      assertThat(applied.problems())
          .containsExactly(
              "listener url: cannot listen on 127.0.0.1:"
                  + taken
                  + ": another process has the port; end it or choose another port");
      assertThat(edge.get("/").text()).isEqualTo("main");
    }
    await()
        .until(() ->
            edge.client.status().listeners().stream().allMatch(EdgeStatus.ListenerStatus::bound));
    try (RawClient client = RawClient.connect(taken)) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().text()).isEqualTo("url");
    }
  }

  @Test
  void traffic_is_counted_by_everything_it_passes() throws IOException {
    Path root = Files.createDirectory(home.resolve("site"));
    TestEdge.file(root, "index.html", "12345");
    try (TestTarget target =
        TestTarget.http(e ->
            TestTarget.reply(
                e, e.getRequestURI().getPath().equals("/api/bad") ? 500 : 200, "abc"))) {
      edge.group("app", TestEdge.target("t", target.port))
          .site("web", root, "r1", true)
          .rule(List.of(), List.of("/api/**"), TestEdge.forward("app"))
          .rule(List.of(), List.of(), new Action.ServeSite("web"))
          .apply();
      edge.awaitHealthy("app", 1);
      edge.get("/");
      edge.get("/api/good");
      edge.get("/api/bad");
    }
    EdgeStatus status = edge.client.status();
    assertThat(requests(status, Kind.LISTENER, "main")).containsExactly(3L, 1L, 11L);
    assertThat(requests(status, Kind.HOST, "localhost")).containsExactly(3L, 1L, 11L);
    assertThat(requests(status, Kind.TARGET_GROUP, "app")).containsExactly(2L, 1L, 6L);
    assertThat(requests(status, Kind.TARGET, "app/t")).containsExactly(2L, 1L, 6L);
    assertThat(requests(status, Kind.SITE, "web")).containsExactly(1L, 0L, 5L);
  }

  /** Requests, errors and bytes of all minutes. */
  private static List<Long> requests(EdgeStatus status, Kind kind, String name) {
    List<EdgeStatus.Minute> minutes = status.traffic(kind, name).minutes();
    return List.of(
        minutes.stream().mapToLong(EdgeStatus.Minute::requests).sum(),
        minutes.stream().mapToLong(EdgeStatus.Minute::errors5xx).sum(),
        minutes.stream().mapToLong(EdgeStatus.Minute::bytes).sum());
  }

  @Test
  void admin_address_is_only_for_who_knows_the_secret() throws IOException {
    Path file = home.resolve("edge").resolve(AdminFile.NAME);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    AdminFile admin = Json.read(Files.readString(file), AdminFile.class);
    for (String secret : List.of("", "Authorization: Bearer wrong\r\n")) {
      try (RawClient client = RawClient.connect(admin.port())) {
        client.write("GET /status HTTP/1.1\r\nHost: a\r\n" + secret + "\r\n");
        assertThat(client.answer().status()).isEqualTo(401);
      }
    }
  }

  @Test
  void home_without_an_edge_says_how_to_start_one() {
    Edge none = new Edge(home.resolve("elsewhere"));
    assertThat(none.answers()).isFalse();
    assertThat(none.process()).isEmpty();
    assertThatThrownBy(none::status)
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.code()).isEqualTo(PlatformException.Code.UNAVAILABLE))
        .hasMessageContaining("samdan up");
  }

  @Test
  void requests_in_flight_end_well_when_the_edge_drains() throws Exception {
    var arrived = new java.util.concurrent.CountDownLatch(1);
    var goOn = new java.util.concurrent.CountDownLatch(1);
    TestTarget.Raw slow =
        (head, in, out) -> {
          arrived.countDown();
          goOn.await();
          TestTarget.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
        };
    try (TestTarget target = TestTarget.raw(slow);
        RawClient client = edge.proxyTo(target.port).connect();
        RawClient idle = edge.connect()) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      arrived.await();
      Thread drain = Thread.ofVirtual().start(edge::drain);
      assertThat(idle.ended()).isTrue();
      assertThatThrownBy(() -> edge.connect().close()).hasMessageContaining("refused");
      goOn.countDown();
      RawClient.Answer answer = client.answer();
      assertThat(answer.text()).isEqualTo("done");
      assertThat(answer.header("connection")).isEqualTo("close");
      drain.join(Duration.ofSeconds(60));
      assertThat(drain.isAlive()).isFalse();
    }
  }
}
