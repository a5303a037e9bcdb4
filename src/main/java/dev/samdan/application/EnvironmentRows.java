package dev.samdan.application;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;

/** The rows of environments and of what was given to them; within a caller's transaction. */
final class EnvironmentRows {
  /**
   * Below the ports that Linux gives to outgoing connections, so that a port is still free after a
   * restart.
   */
  private static final int FIRST_PORT = 20_000;

  private static final int PORTS = 10_000;
  private static final long LOCK = 0x5a4d_0040L;

  private static final String SELECT =
      """
      select e.*, u.port as url_port, t.port as test_port,
        coalesce((select array_agg(d.domain order by d.position) from environment_domain d
          where d.application = e.application and d.environment = e.name), '{}') as domains
      from environment e
      join environment_port u on u.application = e.application and u.environment = e.name and u.kind = 'url'
      join environment_port t on t.application = e.application and t.environment = e.name and t.kind = 'test'
      """;

  private EnvironmentRows() {}

  /** Addresses are chosen one after the other; held until the transaction's end. */
  static void lock(Handle handle) {
    handle.execute("select pg_advisory_xact_lock(?)", LOCK);
  }

  static void requireFreeHost(Handle handle, String host, String application) {
    Optional<String> owner =
        handle
            .createQuery(
                """
                select application || ' ' || name from environment where (host = :host or slug = :host)
                and application <> :application
                """)
            .bind("host", host)
            .bind("application", application)
            .mapTo(String.class)
            .findFirst();
    if (owner.isPresent()) {
      throw PlatformException.conflict(
          "the address "
              + host
              + ".localhost is the one of "
              + owner.get()
              + "; choose another application's name");
    }
  }

  static void save(
      Handle handle,
      ApplicationDeclaration declaration,
      EnvironmentDeclaration environment,
      String commit) {
    String application = declaration.name();
    String host = environment.production() ? application : application + "-" + environment.name();
    requireFreeHost(handle, application + "-" + environment.name(), application);
    requireNotApplication(handle, host, application);
    handle
        .createUpdate(
            """
            insert into environment (application, name, branch, room, production, position, host, commit)
            values (:application, :name, :branch, :room, :production, :position, :host, :commit)
            on conflict (application, name) do update set branch = excluded.branch, room = excluded.room,
              production = excluded.production, position = excluded.position, host = excluded.host,
              commit = excluded.commit
            """)
        .bind("application", application)
        .bind("name", environment.name())
        .bind("branch", environment.branch())
        .bind("room", environment.room())
        .bind("production", environment.production())
        .bind("position", declaration.environments().indexOf(environment))
        .bind("host", host)
        .bind("commit", commit)
        .execute();
    saveDomains(handle, application, environment);
    if (ports(handle, application, environment.name()) == 0) {
      givePorts(handle, application, environment.name());
    }
  }

  private static void requireNotApplication(Handle handle, String host, String application) {
    boolean taken =
        handle
            .createQuery(
                "select exists (select from application where name = :host and name <> :application)")
            .bind("host", host)
            .bind("application", application)
            .mapTo(Boolean.class)
            .one();
    if (taken) {
      throw PlatformException.conflict(
          "samdan.yml: the address "
              + host
              + ".localhost is the one of application "
              + host
              + "; choose another environment's name");
    }
  }

  private static void saveDomains(
      Handle handle, String application, EnvironmentDeclaration environment) {
    handle
        .createUpdate(
            "delete from environment_domain where application = :application and environment = :environment")
        .bind("application", application)
        .bind("environment", environment.name())
        .execute();
    for (String domain : environment.domains()) {
      requireUncovered(handle, domain, application, environment);
      int added =
          handle
              .createUpdate(
                  """
                  insert into environment_domain (domain, application, environment, position)
                  values (:domain, :application, :environment, :position) on conflict do nothing
                  """)
              .bind("domain", domain)
              .bind("application", application)
              .bind("environment", environment.name())
              .bind("position", environment.domains().indexOf(domain))
              .execute();
      if (added == 0) {
        throw PlatformException.conflict(
            "samdan.yml: environments."
                + environment.name()
                + ".domains: "
                + domain
                + " is served for another environment already");
      }
    }
  }

  /**
   * {@code *.example.com} stands for every name below it: none of another application's, and none
   * of another application's wildcard, or its requests would come here.
   */
  private static void requireUncovered(
      Handle handle, String domain, String application, EnvironmentDeclaration environment) {
    Optional<String> other =
        handle
            .createQuery(
                """
                select domain || ', which is served for ' || application || ' ' || environment
                from environment_domain
                where application <> :application and domain <> :domain
                  and ((left(:domain, 2) = '*.' and right(domain, length(:domain) - 1) = substr(:domain, 2))
                    or (left(domain, 2) = '*.' and right(:domain, length(domain) - 1) = substr(domain, 2)))
                order by domain limit 1
                """)
            .bind("domain", domain)
            .bind("application", application)
            .mapTo(String.class)
            .findFirst();
    if (other.isPresent()) {
      throw PlatformException.conflict(
          "samdan.yml: environments."
              + environment.name()
              + ".domains: "
              + domain
              + " shares names with "
              + other.get());
    }
  }

  private static int ports(Handle handle, String application, String environment) {
    return handle
        .createQuery(
            "select count(*) from environment_port where application = :application and environment = :environment")
        .bind("application", application)
        .bind("environment", environment)
        .mapTo(Integer.class)
        .one();
  }

  /** Gives the environment a free port of each kind instead of those that it has. */
  static void givePorts(Handle handle, String application, String environment) {
    int[] free = freePorts(handle, 2);
    handle
        .createUpdate(
            "delete from environment_port where application = :application and environment = :environment")
        .bind("application", application)
        .bind("environment", environment)
        .execute();
    for (int i = 0; i < free.length; i++) {
      handle
          .createUpdate(
              """
              insert into environment_port (port, application, environment, kind)
              values (:port, :application, :environment, :kind)
              """)
          .bind("port", free[i])
          .bind("application", application)
          .bind("environment", environment)
          .bind("kind", i == 0 ? "url" : "test")
          .execute();
    }
  }

  private static int[] freePorts(Handle handle, int count) {
    List<Integer> given =
        handle.createQuery("select port from environment_port").mapTo(Integer.class).list();
    int[] free = new int[count];
    int found = 0;
    int start = ThreadLocalRandom.current().nextInt(PORTS);
    for (int i = 0; i < PORTS && found < count; i++) {
      int port = FIRST_PORT + (start + i) % PORTS;
      if (!given.contains(port) && isFree(port)) {
        free[found++] = port;
      }
    }
    if (found < count) {
      throw PlatformException.unavailable(
          "no free loopback port from "
              + FIRST_PORT
              + " to "
              + (FIRST_PORT + PORTS - 1)
              + " for the environment");
    }
    return free;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static List<Environment> list(Handle handle, String application) {
    return handle
        .createQuery(
            SELECT
                + " where e.application = :application order by e.production, e.position, e.name")
        .bind("application", application)
        .map((r, c) -> environment(r))
        .list();
  }

  static List<Environment> ofSlug(Handle handle, String slug) {
    return handle
        .createQuery(SELECT + " where e.slug = :slug")
        .bind("slug", slug)
        .map((r, c) -> environment(r))
        .list();
  }

  static List<Environment> ofRoom(Handle handle, String room) {
    return handle
        .createQuery(SELECT + " where e.room = :room order by e.application, e.position, e.name")
        .bind("room", room)
        .map((r, c) -> environment(r))
        .list();
  }

  private static Environment environment(java.sql.ResultSet row) throws java.sql.SQLException {
    return new Environment(
        row.getString("application"),
        row.getString("name"),
        row.getString("branch"),
        row.getString("room"),
        row.getBoolean("production"),
        List.of((String[]) row.getArray("domains").getArray()),
        row.getString("host"),
        row.getInt("url_port"),
        row.getInt("test_port"),
        row.getString("commit"));
  }
}
