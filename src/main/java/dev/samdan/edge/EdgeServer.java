package dev.samdan.edge;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.ProcessId;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The edge without its process: takes tables, serves them, keeps the last one on disk. */
final class EdgeServer implements AutoCloseable {
  static final String TABLE = "routing-table.json";
  static final String PROCESS = "process";
  private static final Duration FREE_AFTER = Duration.ofSeconds(5);
  private static final int LARGEST_TABLE = 32 << 20;

  /** How long control may say nothing in the middle of a request. */
  private static final int ADMIN_PATIENCE_SECONDS = 10;

  private final Path folder;
  private final EdgeCore core;
  private final Listeners listeners;
  private final Relays relays;
  private final HealthChecks healthChecks;
  private final SiteLoader sites;
  private final Queue<SiteRelease> retired = new ConcurrentLinkedQueue<>();
  private final Instant startedAt = Instant.now();
  private @Nullable Channel admin;

  private EdgeServer(Path folder, EdgeCore core) {
    this.folder = folder;
    this.core = core;
    this.listeners = new Listeners(core);
    this.relays = new Relays(core.transport());
    this.healthChecks = new HealthChecks(core.transport(), core.transport().loops().next());
    this.sites = new SiteLoader(core.traffic(), SiteLoader.BUDGET);
  }

  /** Serves the table that lies in the folder, if one does, and answers control. */
  static EdgeServer start(Path folder, Limits limits) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the edge's folder " + folder, e);
    }
    AccessLog log = new AccessLog(folder.resolve("access.log"), AccessLog.LIMIT).start();
    Transport transport = Transport.open(Transport.threadsHere());
    EdgeServer server =
        new EdgeServer(folder, new EdgeCore(limits, transport, new TrafficBook(), log));
    server.serve();
    return server;
  }

  private void serve() {
    follow(lastTable());
    core.transport()
        .loops()
        .next()
        .scheduleWithFixedDelay(() -> Thread.ofVirtual().start(this::tend), 1, 1, TimeUnit.SECONDS);
    openAdmin();
  }

  /** A port that was taken may be free now; traffic of an hour ago is forgotten. */
  private void tend() {
    if (!core.isStopping()) {
      listeners.bindUnbound();
      relays.bindUnbound();
      Set<Series> inUse = core.routes().series();
      inUse.addAll(listeners.series());
      core.traffic().forgetIdle(System.currentTimeMillis(), inUse::contains);
    }
  }

  private RoutingTable lastTable() {
    Path file = folder.resolve(TABLE);
    try {
      RoutingTable table =
          Files.exists(file)
              ? Json.read(Files.readAllBytes(file), RoutingTable.class)
              : RoutingTable.EMPTY;
      TableCheck.require(table);
      return table;
    } catch (IOException | PlatformException e) {
      // Control sends the table again; until then an edge without one is better than none.
      System.err.println(
          "edge: cannot read " + file + ", waiting for control's table: " + e.getMessage());
      return RoutingTable.EMPTY;
    }
  }

  private void openAdmin() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    ServerBootstrap bootstrap =
        core.transport()
            .server()
            .childOption(ChannelOption.AUTO_READ, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new ReadTimeoutHandler(ADMIN_PATIENCE_SECONDS),
                            new HttpServerCodec(),
                            new AdminDoor(secret),
                            new HttpObjectAggregator(LARGEST_TABLE),
                            new AdminHandler(EdgeServer.this));
                  }
                });
    Channel bound = bootstrap.bind("127.0.0.1", 0).syncUninterruptibly().channel();
    admin = bound;
    int port = ((InetSocketAddress) bound.localAddress()).getPort();
    AtomicFile.write(folder.resolve(AdminFile.NAME), Json.bytes(new AdminFile(port, secret)));
  }

  /** Takes a table on: checked, on disk, then served. */
  synchronized Edge.Applied apply(RoutingTable table) {
    RoutingTable current = core.routes().table();
    if (table.generation() < current.generation()) {
      throw PlatformException.conflict(
          "the edge follows control generation "
              + current.generation()
              + " and refuses the table of generation "
              + table.generation()
              + ": a newer control is running for this home; stop the older one");
    }
    if (table.generation() == current.generation() && table.version() < current.version()) {
      throw PlatformException.conflict(
          "the edge has version "
              + current.version()
              + " of the routing table and refuses the older version "
              + table.version());
    }
    if (core.isStopping()) {
      throw PlatformException.unavailable("the edge is stopping; start it again with samdan up");
    }
    TableCheck.require(table);
    keep(table);
    follow(table);
    List<String> problems = new ArrayList<>();
    listeners.status().stream()
        .map(EdgeStatus.ListenerStatus::problem)
        .filter(Objects::nonNull)
        .forEach(problems::add);
    core.routes().sites().stream()
        .map(SiteRelease::problem)
        .filter(Objects::nonNull)
        .forEach(problems::add);
    problems.addAll(relays.problems());
    return new Edge.Applied(table.generation(), table.version(), problems);
  }

  private void keep(RoutingTable table) {
    Path file = folder.resolve(TABLE);
    try {
      AtomicFile.write(file, Json.bytes(table));
    } catch (UncheckedIOException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "cannot write "
              + file
              + " ("
              + e.getCause()
              + "): the edge serves its former table; free the disk or mend its permissions",
          e);
    }
  }

  private void follow(RoutingTable table) {
    Routes before = core.routes();
    Routes next = before.followedBy(table, core.traffic(), sites);
    core.setRoutes(next);
    next.settle(before);
    healthChecks.watch(next);
    listeners.follow(table);
    relays.follow(table.relays());
    // A request that found the former release a moment ago has taken its share of the memory long
    // before this.
    List<SiteRelease> replaced = next.replaced(before);
    retired.addAll(replaced);
    core.transport()
        .loops()
        .next()
        .schedule(() -> freeRetired(replaced.size()), FREE_AFTER.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Frees the longest retired. */
  private void freeRetired(int count) {
    for (int i = 0; i < count && !retired.isEmpty(); i++) {
      retired.remove().free();
    }
  }

  /** {@code withTraffic}: the last hour's figures too, which are much to write. */
  EdgeStatus status(boolean withTraffic) {
    Routes routes = core.routes();
    ProcessId own =
        ProcessId.of(ProcessHandle.current().pid()).orElseGet(() -> new ProcessId(0, 0));
    List<EdgeStatus.TargetStatus> targets = new ArrayList<>();
    for (Group group : routes.groups()) {
      group.targets().forEach(t -> targets.add(t.status(group.healthCheck())));
    }
    return new EdgeStatus(
        own,
        startedAt,
        routes.table().generation(),
        routes.table().version(),
        core.connections().get(),
        listeners.status(),
        targets,
        routes.sites().stream().map(SiteRelease::status).toList(),
        withTraffic ? core.traffic().all(System.currentTimeMillis()) : List.of());
  }

  /** Accepts nothing more, lets requests in flight end, then closes what is left. */
  void drain() throws InterruptedException {
    core.stop();
    listeners.close();
    relays.close();
    long end = System.nanoTime() + core.limits().drain().toNanos();
    while (core.connections().get() > 0 && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Override
  public void close() {
    core.stop();
    listeners.close();
    relays.close();
    Channel open = admin;
    if (open != null) {
      open.close().awaitUninterruptibly();
    }
    core.transport().close();
    core.accessLog().close();
    freeRetired(Integer.MAX_VALUE);
    core.routes().sites().forEach(SiteRelease::free);
  }
}
