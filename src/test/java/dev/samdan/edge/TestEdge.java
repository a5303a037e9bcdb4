package dev.samdan.edge;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** An edge in this JVM on a free port, with a table that grows by its methods. */
final class TestEdge implements AutoCloseable {
  static final HealthCheck CHECK =
      new HealthCheck("/health", Duration.ofMillis(200), Duration.ofSeconds(20), 2, 2, "200-399");

  final Path home;
  final int port = freePort();
  final Edge client;
  private final EdgeServer server;
  private final List<TargetGroup> groups = new ArrayList<>();
  private final List<Site> sites = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();
  private long version;
  private boolean closed;

  private TestEdge(Path home, Limits limits) {
    this.home = home;
    this.server = EdgeServer.start(home.resolve("edge"), limits);
    this.client = new Edge(home);
  }

  static TestEdge start(Path home) {
    return new TestEdge(home, Limits.standard());
  }

  static TestEdge start(Path home, Limits limits) {
    return new TestEdge(home, limits);
  }

  /** The standard limits with every time short. */
  static Limits impatient() {
    return limits(100, Duration.ofSeconds(2));
  }

  /** Limits of which only the number of connections, eight, is ever reached. */
  static Limits crowded() {
    return limits(8, Duration.ofMinutes(5));
  }

  private static Limits limits(int connections, Duration patience) {
    return new Limits(
        connections,
        4096,
        8192,
        patience,
        patience,
        patience,
        patience,
        patience,
        patience,
        patience,
        patience,
        4,
        Duration.ofSeconds(5),
        Duration.ofMillis(50));
  }

  /** A port that nobody has, below those that outgoing connections are given. */
  static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(12_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Taken: the next.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static Target target(String id, int port) {
    return new Target(id, "127.0.0.1", port, false);
  }

  TestEdge group(String name, Target... targets) {
    withoutGroup(name);
    groups.add(new TargetGroup(name, CHECK, List.of(targets)));
    return this;
  }

  TestEdge withoutGroup(String name) {
    groups.removeIf(g -> g.name().equals(name));
    return this;
  }

  TestEdge site(String name, Path root, String release, boolean spa) {
    sites.removeIf(s -> s.name().equals(name));
    sites.add(new Site(name, root, release, spa));
    return this;
  }

  TestEdge rule(List<String> hosts, List<String> paths, Action action) {
    rules.add(new Rule(hosts, paths, action));
    return this;
  }

  TestEdge clearRules() {
    rules.clear();
    return this;
  }

  static Action forward(String group) {
    return new Action.Forward(List.of(new Weighted(group, 1)));
  }

  RoutingTable table() {
    return new RoutingTable(
        1,
        ++version,
        List.of(new Listener("main", "127.0.0.1", port, rules)),
        groups,
        sites,
        List.of());
  }

  TestEdge apply() {
    Edge.Applied applied = client.apply(table());
    if (!applied.problems().isEmpty()) {
      throw new AssertionError(applied.problems());
    }
    return this;
  }

  /** One group {@code app} for everything, healthy. */
  TestEdge proxyTo(int... ports) {
    Target[] targets = new Target[ports.length];
    for (int i = 0; i < ports.length; i++) {
      targets[i] = target("t" + i, ports[i]);
    }
    group("app", targets).rule(List.of(), List.of(), forward("app")).apply();
    return awaitHealthy("app", ports.length);
  }

  TestEdge awaitHealthy(String group, int count) {
    await()
        .until(() ->
            client.state().targets().stream()
                    .filter(t ->
                        t.targetGroup().equals(group) && t.health() == EdgeStatus.Health.HEALTHY)
                    .count()
                == count);
    return this;
  }

  RawClient connect() {
    return RawClient.connect(port);
  }

  /** One request as it stands, its answer read to the connection's end or the answer's. */
  RawClient.Answer send(String request) {
    try (RawClient raw = connect()) {
      raw.write(request);
      return raw.answer();
    }
  }

  RawClient.Answer get(String path, String... headers) {
    return send(
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\n"
            + lines(headers)
            + "Connection: close\r\n\r\n");
  }

  static String lines(String... headers) {
    return headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
  }

  static Path file(Path folder, String name, String content) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void drain() {
    try {
      server.drain();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      server.close();
    }
  }
}
