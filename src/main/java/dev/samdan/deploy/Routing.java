package dev.samdan.deploy;

import dev.samdan.application.Application;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.Environment;
import dev.samdan.base.PlatformException;
import dev.samdan.edge.Edge;
import dev.samdan.edge.EdgeStatus;
import dev.samdan.edge.RoutingTable;
import dev.samdan.edge.Site;
import dev.samdan.edge.Target;
import dev.samdan.runtime.Task;
import dev.samdan.runtime.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the edge's routes equal to what the rows say: applied at each change, after a restart of
 * the edge, and at control's start.
 */
final class Routing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Routing.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofMillis(100);

  private final Applications applications;
  private final ServiceRows services;
  private final DeploymentRows deployments;
  private final Tasks tasks;
  private final Edge edge;
  private final DeploymentSettings settings;
  private final ConcurrentMap<String, ServicePlan> plans = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("routing").unstarted(this::watch);
  private @Nullable RoutingTable applied;
  private long version;
  private volatile boolean closed;

  Routing(
      Applications applications,
      ServiceRows services,
      DeploymentRows deployments,
      Tasks tasks,
      Edge edge,
      DeploymentSettings settings) {
    this.applications = applications;
    this.services = services;
    this.deployments = deployments;
    this.tasks = tasks;
    this.edge = edge;
    this.settings = settings;
  }

  void start() {
    tasks.onChange(set -> changed());
    thread.start();
    changed();
  }

  @Override
  public void close() {
    closed = true;
    wake.release();
    try {
      boolean _ = thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Applies soon, on a thread of its own. */
  void changed() {
    wake.release();
  }

  /** Applies now, and tries again while no edge answers. */
  List<String> applyUntilTaken(Duration limit) throws InterruptedException {
    Instant deadline = Instant.now().plus(limit);
    while (true) {
      try {
        return apply();
      } catch (PlatformException e) {
        if (e.code() != PlatformException.Code.UNAVAILABLE || Instant.now().isAfter(deadline)) {
          throw e;
        }
        Thread.sleep(RETRY);
      }
    }
  }

  /** What the edge says; empty while none answers. */
  Optional<EdgeStatus> edgeStatus() {
    try {
      return Optional.of(edge.state());
    } catch (PlatformException e) {
      return Optional.empty();
    }
  }

  /** As {@link #edgeStatus}, with the traffic of the last hour, which costs more to ask for. */
  Optional<EdgeStatus> edgeTraffic() {
    try {
      return Optional.of(edge.status());
    } catch (PlatformException e) {
      return Optional.empty();
    }
  }

  /**
   * Gives the edge the table where it differs from the last one it took; the edge's problems with
   * it.
   */
  private List<String> apply() {
    lock.lock();
    try {
      RoutingTable table = table();
      RoutingTable before = applied;
      if (before != null && before.equals(table)) {
        return List.of();
      }
      applied = null;
      version++;
      Edge.Applied answer =
          edge.apply(
              new RoutingTable(
                  table.generation(),
                  version,
                  table.listeners(),
                  table.targetGroups(),
                  table.sites(),
                  table.relays()));
      answer.problems().forEach(problem -> LOG.warn("edge: {}", problem));
      applied = table;
      return answer.problems();
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    while (!closed) {
      try {
        boolean woken = wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
        if (!woken) {
          forgetWhereEdgeDiffers();
        }
        apply();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.debug("routes wait: {}", e.toString());
      }
    }
  }

  /** An edge that was restarted without its last table, or never had ours, gets it again. */
  private void forgetWhereEdgeDiffers() {
    EdgeStatus status = edge.state();
    lock.lock();
    try {
      if (status.generation() != settings.generation() || status.version() != version) {
        applied = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private RoutingTable table() {
    List<ServiceRows.Service> allServices = services.services();
    List<ServiceRows.SiteRow> allSites = services.sites();
    List<RouteTables.Served> served = new ArrayList<>();
    for (Application application : applications.list()) {
      for (Environment environment : applications.environments(application.name())) {
        served.add(served(environment, allServices, allSites));
      }
    }
    List<RouteTables.Group> draining = new ArrayList<>();
    for (ServiceRows.Draining row : services.draining()) {
      deployments
          .find(row.taskSet())
          .filter(d -> d.tier().equals("api"))
          .ifPresent(d -> draining.add(group(d.id(), true)));
    }
    return RouteTables.of(
        settings.generation(),
        settings.bind(),
        settings.edgePort(),
        served,
        draining,
        tasks.relays());
  }

  private RouteTables.Served served(
      Environment environment,
      List<ServiceRows.Service> allServices,
      List<ServiceRows.SiteRow> allSites) {
    ServiceRows.Service service =
        allServices.stream()
            .filter(s -> is(environment, s.application(), s.environment()))
            .findFirst()
            .orElse(null);
    Site site =
        allSites.stream()
            .filter(s -> is(environment, s.application(), s.environment()))
            .findFirst()
            .map(this::site)
            .orElse(null);
    String blue = service == null ? null : service.blue();
    String green = service == null ? null : service.green();
    Optional<ApplicationDeclaration> declared =
        blue != null && site != null
            ? Optional.empty()
            : applications.declaration(environment.application(), environment.name());
    return new RouteTables.Served(
        environment,
        blue == null ? null : group(blue, false),
        green == null ? null : group(green, false),
        service == null ? 0 : service.greenWeight(),
        service != null && service.greenTested(),
        site,
        declared.map(ApplicationDeclaration::api).map(api -> api.paths()).orElse(List.of()),
        declared.map(d -> d.web() != null).orElse(false));
  }

  private RouteTables.Group group(String id, boolean draining) {
    ServicePlan plan = plans.computeIfAbsent(id, key -> deployments.plan(key, ServicePlan.class));
    List<Target> targets =
        tasks.tasks(id).stream()
            .filter(task ->
                task.status() == Task.Status.RUNNING || task.status() == Task.Status.STOPPING)
            .map(t ->
                new Target(
                    t.id(), t.host(), t.port(), draining || t.status() == Task.Status.STOPPING))
            .toList();
    return new RouteTables.Group(id, plan.health(), plan.paths(), targets);
  }

  private Site site(ServiceRows.SiteRow row) {
    String name = row.application() + "-" + row.environment() + "-web";
    // Under another name the edge takes it for another release, and reads its files anew.
    String release = "r" + row.release() + (row.readings() == 0 ? "" : "." + row.readings());
    return new Site(
        name,
        SiteFolders.release(settings.home(), row.application(), row.environment(), row.release()),
        release,
        row.spa());
  }

  private static boolean is(Environment environment, String application, String name) {
    return environment.application().equals(application) && environment.name().equals(name);
  }
}
