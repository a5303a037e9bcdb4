package dev.samdan.database;

import dev.samdan.base.PlatformException;
import java.security.SecureRandom;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;

/**
 * Copies of an environment's database, made by PostgreSQL from a template (CREATE DATABASE,
 * TEMPLATE). It copies and renames only what nobody is connected to, so connections are ended, and
 * new ones wait until it is over: PostgreSQL's own locks hold them, and a control that is killed
 * leaves nothing behind.
 */
final class Snapshots {
  /** More are refused, so that copies do not fill the disk. */
  static final int MOST = 10;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

  /** Databases are made outside of transactions, so its handles are taken without one. */
  private final Database store;

  private final String prefix;

  /**
   * @param name of the control store's database, which names the copies too: another Samdan may use
   *     the same server
   */
  Snapshots(Database store, String name) {
    this.store = store;
    this.prefix = name + "_snapshot_";
  }

  /** Newest first. */
  List<Snapshot> list(String application, String environment) {
    return store.withHandle(handle ->
        handle
            .createQuery(
                """
                select id, application, environment, size_bytes, reason, taken_at, taken_by
                from tier_snapshot where application = :a and environment = :e
                order by taken_at desc, id\
                """)
            .bind("a", application)
            .bind("e", environment)
            .map((r, c) ->
                new Snapshot(
                    r.getString("id"),
                    r.getString("application"),
                    r.getString("environment"),
                    r.getLong("size_bytes"),
                    r.getString("reason"),
                    r.getObject("taken_at", OffsetDateTime.class).toInstant(),
                    r.getString("taken_by")))
            .list());
  }

  Snapshot take(String application, String environment, DatabaseCredentials tier, String by) {
    if (list(application, environment).size() >= MOST) {
      throw PlatformException.conflict(
          environment
              + " of "
              + application
              + " has "
              + MOST
              + " snapshots, which is the most: delete one first");
    }
    String id = newId();
    store
        .jdbi()
        .useHandle(handle ->
            locked(
                handle,
                () -> {
                  forgetUnfinished(handle);
                  quiet(tier.database(), () -> copy(handle, tier.database(), name(id), tier));
                  record(handle, application, environment, id, "asked", by);
                }));
    return find(application, environment, id);
  }

  /**
   * Puts a snapshot in the database's place; what was there is kept as a snapshot. The copy is made
   * before, so that connections are away only while names change, which happens at once or not at
   * all.
   */
  Snapshot restore(
      String application, String environment, DatabaseCredentials tier, String id, String by) {
    Snapshot snapshot = find(application, environment, id);
    String aside = newId();
    String coming = name(newId());
    store
        .jdbi()
        .useHandle(handle ->
            locked(
                handle,
                () -> {
                  forgetUnfinished(handle);
                  copy(handle, name(snapshot.id()), coming, tier);
                  quiet(
                      tier.database(),
                      () ->
                          handle.useTransaction(t -> {
                            rename(t, tier.database(), name(aside));
                            rename(t, coming, tier.database());
                            record(t, application, environment, aside, "replaced", by);
                          }));
                }));
    return find(application, environment, aside);
  }

  void delete(String application, String environment, String id) {
    Snapshot snapshot = find(application, environment, id);
    store
        .jdbi()
        .useHandle(handle -> {
          handle.execute("drop database if exists " + q(name(snapshot.id())) + " with (force)");
          handle.execute("delete from tier_snapshot where id = ?", snapshot.id());
        });
  }

  void deleteAll(String application, String environment) {
    list(application, environment).forEach(s -> delete(application, environment, s.id()));
  }

  private Snapshot find(String application, String environment, String id) {
    return list(application, environment).stream()
        .filter(s -> s.id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            PlatformException.notFound(
                "there is no snapshot "
                    + id
                    + " of "
                    + environment
                    + ": 'samdan db snapshots "
                    + application
                    + " "
                    + environment
                    + "' shows them"));
  }

  /** Databases cannot be made in a transaction, so a lock keeps two of these apart. */
  private static void locked(Handle handle, Runnable work) {
    handle.execute("select pg_advisory_lock(hashtext('tier_snapshot'))");
    try {
      work.run();
    } finally {
      handle.execute("select pg_advisory_unlock(hashtext('tier_snapshot'))");
    }
  }

  /**
   * Works on a database while its connections are ended one after the other: the work's first
   * statement locks it, and waits a few seconds for those that are there to be gone.
   */
  private void quiet(String database, Runnable work) {
    CountDownLatch done = new CountDownLatch(1);
    Thread ending =
        Thread.ofVirtual().name("quiet-" + database).start(() -> endConnections(database, done));
    try {
      work.run();
    } finally {
      done.countDown();
      ending.interrupt();
    }
  }

  private void endConnections(String database, CountDownLatch done) {
    try {
      while (!done.await(20, TimeUnit.MILLISECONDS)) {
        store
            .jdbi()
            .useHandle(handle ->
                handle.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = ?",
                    database));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Handle handle, String from, String to, DatabaseCredentials tier) {
    handle.execute(
        "create database "
            + q(to)
            + " template "
            + q(from)
            + " owner "
            + q(tier.user())
            + " strategy file_copy");
    handle.execute("revoke all on database " + q(to) + " from public");
  }

  private static void rename(Handle handle, String from, String to) {
    handle.execute("alter database " + q(from) + " rename to " + q(to));
  }

  /** Copies that a control which was killed never recorded. */
  private void forgetUnfinished(Handle handle) {
    List<String> unknown =
        handle
            .createQuery(
                """
                select datname from pg_database where starts_with(datname, :prefix)
                and datname not in (select database from tier_snapshot)\
                """)
            .bind("prefix", prefix)
            .mapTo(String.class)
            .list();
    unknown.forEach(name -> handle.execute("drop database if exists " + q(name) + " with (force)"));
  }

  private void record(
      Handle handle, String application, String environment, String id, String reason, String by) {
    handle.execute(
        """
        insert into tier_snapshot
          (id, application, environment, database, size_bytes, reason, taken_by)
        values (?, ?, ?, ?, pg_database_size(?), ?, ?)\
        """,
        id,
        application,
        environment,
        name(id),
        name(id),
        reason,
        by);
  }

  private String name(String id) {
    return prefix + id.substring(2);
  }

  private static String q(String identifier) {
    return TierDatabases.quoted(identifier);
  }

  private static String newId() {
    StringBuilder id = new StringBuilder("s-");
    for (int i = 0; i < 8; i++) {
      id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
