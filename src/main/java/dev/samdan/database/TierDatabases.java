package dev.samdan.database;

import dev.samdan.base.PlatformException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * The data tiers: a database and a role for each application and environment, which cannot reach
 * each other.
 */
public final class TierDatabases {
  // PostgreSQL cuts longer names off (NAMEDATALEN - 1).
  private static final int NAME_BYTES = 63;
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Databases are made and dropped outside of transactions, so its handles are taken without one.
   */
  private final Database store;

  private final Database.Connection server;
  private final Snapshots snapshots;

  TierDatabases(Database store, Database.Connection server) {
    this.store = store;
    this.server = server;
    this.snapshots = new Snapshots(store, server.database());
  }

  /** What a data tier looks like; {@code connections} counts all but this question's own. */
  public record Facts(String database, long sizeBytes, int connections, int tables) {}

  /**
   * The credentials of this environment's database, which is created where it is missing;
   * idempotent.
   */
  public DatabaseCredentials ensure(String application, String environment) {
    DatabaseCredentials credentials = recorded(application, environment);
    store
        .jdbi()
        .useHandle(handle -> {
          // Two deployments of an environment may ask at once.
          handle.execute("select pg_advisory_lock(hashtext(?))", credentials.database());
          try {
            createRole(handle, credentials);
            createDatabase(handle, credentials);
          } finally {
            handle.execute("select pg_advisory_unlock(hashtext(?))", credentials.database());
          }
        });
    return credentials;
  }

  /** Copies of this environment's database, newest first. */
  public List<Snapshot> snapshots(String application, String environment) {
    return snapshots.list(application, environment);
  }

  /**
   * Copies this environment's database; its connections are ended for the moment of the copy.
   * CONFLICT where there are too many copies.
   */
  public Snapshot snapshot(String application, String environment, String by) {
    return snapshots.take(application, environment, existing(application, environment), by);
  }

  /**
   * Puts a snapshot in the place of this environment's database, whose connections are ended.
   *
   * @return the snapshot that what was there became
   */
  public Snapshot restore(String application, String environment, String id, String by) {
    return snapshots.restore(application, environment, existing(application, environment), id, by);
  }

  public void deleteSnapshot(String application, String environment, String id) {
    snapshots.delete(application, environment, id);
  }

  /** Ends its connections and drops database and role; does nothing where there is none. */
  public void drop(String application, String environment) {
    Optional<DatabaseCredentials> found =
        store.withHandle(handle -> find(handle, application, environment));
    if (found.isEmpty()) {
      return;
    }
    snapshots.deleteAll(application, environment);
    store
        .jdbi()
        .useHandle(handle -> {
          handle.execute(
              "drop database if exists " + quoted(found.get().database()) + " with (force)");
          handle.execute("drop role if exists " + quoted(found.get().user()));
          handle.execute(
              "delete from tier_database where application = ? and environment = ?",
              application,
              environment);
        });
  }

  /** The environments with a database whose names begin so, each with its application. */
  public Map<String, String> environments(String prefix) {
    return store.withHandle(handle ->
        handle
            .createQuery(
                "select environment, application from tier_database where starts_with(environment,"
                    + " :prefix)")
            .bind("prefix", prefix)
            .reduceRows(
                new TreeMap<>(),
                (map, row) -> {
                  map.put(
                      row.getColumn("environment", String.class),
                      row.getColumn("application", String.class));
                  return map;
                }));
  }

  /** NOT_FOUND where the environment has no database. */
  public Facts facts(String application, String environment) {
    DatabaseCredentials tier = existing(application, environment);
    String sql =
        """
        select pg_database_size(current_database()),
               (select count(*) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()),
               (select count(*) from information_schema.tables
                where table_schema not in ('pg_catalog', 'information_schema'))\
        """;
    Database.Connection own =
        new Database.Connection(
            tier.host(), tier.port(), tier.database(), tier.user(), tier.password());
    try (var connection = own.connect();
        var row = connection.createStatement().executeQuery(sql)) {
      row.next();
      return new Facts(tier.database(), row.getLong(1), row.getInt(2), row.getInt(3));
    } catch (SQLException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "database " + tier + " does not answer: " + e.getMessage(),
          e);
    }
  }

  private DatabaseCredentials existing(String application, String environment) {
    return store
        .withHandle(handle -> find(handle, application, environment))
        .orElseThrow(
            () -> PlatformException.notFound(application + " has no database in " + environment));
  }

  /** An identifier as SQL takes it (PostgreSQL, "Identifiers and Key Words"). */
  static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  private DatabaseCredentials recorded(String application, String environment) {
    return store.inTransaction(handle -> {
      String name = name(application, environment);
      handle.execute(
          """
          insert into tier_database (application, environment, database, role, password)
          values (?, ?, ?, ?, ?) on conflict (application, environment) do nothing\
          """,
          application,
          environment,
          name,
          name,
          password());
      return find(handle, application, environment).orElseThrow();
    });
  }

  private Optional<DatabaseCredentials> find(
      Handle handle, String application, String environment) {
    return handle
        .createQuery(
            "select database, role, password from tier_database where application = :a and"
                + " environment = :e")
        .bind("a", application)
        .bind("e", environment)
        .map((row, context) ->
            new DatabaseCredentials(
                server.host(),
                server.port(),
                row.getString("database"),
                row.getString("role"),
                row.getString("password")))
        .findOne();
  }

  private static void createRole(Handle handle, DatabaseCredentials tier) {
    String role = quoted(tier.user());
    boolean superuser =
        handle
            .createQuery("select usesuper from pg_user where usename = current_user")
            .mapTo(Boolean.class)
            .one();
    boolean exists =
        handle
            .createQuery("select exists(select from pg_roles where rolname = :role)")
            .bind("role", tier.user())
            .mapTo(Boolean.class)
            .one();
    if (!exists) {
      handle.execute(
          "create role " + role + " login nosuperuser nocreatedb nocreaterole connection limit 50");
      if (!superuser) {
        handle.execute("grant " + role + " to current_user");
      }
    }
    // The password is of hex digits only, so it needs no quoting of its own.
    handle.execute("alter role " + role + " password '" + tier.password() + "'");
    if (superuser) {
      // An application's failing statements belong into its own log; the engine's must stay small.
      handle.execute("alter role " + role + " set log_min_messages = fatal");
    }
  }

  private void createDatabase(Handle handle, DatabaseCredentials tier) {
    String database = quoted(tier.database());
    boolean exists =
        handle
            .createQuery("select exists(select from pg_database where datname = :database)")
            .bind("database", tier.database())
            .mapTo(Boolean.class)
            .one();
    if (!exists) {
      handle.execute("create database " + database + " owner " + quoted(tier.user()));
    }
    handle.execute("revoke all on database " + database + " from public");
    handle.execute("revoke connect on database " + quoted(server.database()) + " from public");
    for (String shared : new String[] {"postgres", "template1"}) {
      if (owns(handle, shared)) {
        handle.execute("revoke connect on database " + shared + " from public");
      }
    }
  }

  private static boolean owns(Handle handle, String database) {
    return handle
        .createQuery(
            "select exists(select from pg_database d join pg_user u on u.usesysid = d.datdba"
                + " where d.datname = :database and u.usename = current_user)")
        .bind("database", database)
        .mapTo(Boolean.class)
        .one();
  }

  /** Readable, and short enough; names of applications and environments hold no underscore. */
  private static String name(String application, String environment) {
    String name = application + "_" + environment;
    if (name.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES) {
      return name;
    }
    String digest = dev.samdan.base.Digest.of(name.getBytes(StandardCharsets.UTF_8)).shortHex();
    return name.substring(0, Math.min(name.length(), 40)) + "_" + digest;
  }

  private static String password() {
    byte[] bytes = new byte[24];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
