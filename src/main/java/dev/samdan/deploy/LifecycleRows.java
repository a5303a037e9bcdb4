package dev.samdan.deploy;

import dev.samdan.database.Database;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The lifecycle events of deployments as rows. */
final class LifecycleRows {
  static final List<String> SERVICE_EVENTS =
      List.of(
          "BeforeInstall",
          "Install",
          "AfterInstall",
          "AllowTestTraffic",
          "AfterAllowTestTraffic",
          "BeforeAllowTraffic",
          "AllowTraffic",
          "AfterAllowTraffic");
  static final List<String> SITE_EVENTS = List.of("Install", "AllowTraffic");

  private final Database database;

  LifecycleRows(Database database) {
    this.database = database;
  }

  /** The events of a new deployment, all before it. */
  static void insert(
      Handle handle, String deployment, String tier, Map<String, String> skippedEvents) {
    List<String> events = tier.equals("web") ? SITE_EVENTS : SERVICE_EVENTS;
    var batch =
        handle.prepareBatch(
            "insert into lifecycle_event (deployment, place, name, status, detail)"
                + " values (:id, :place, :name, :status, :detail)");
    for (int i = 0; i < events.size(); i++) {
      String skipped = skippedEvents.get(events.get(i));
      batch
          .bind("id", deployment)
          .bind("place", i)
          .bind("name", events.get(i))
          .bind("status", skipped == null ? "Pending" : "Skipped")
          .bind("detail", skipped)
          .add();
    }
    batch.execute();
  }

  /** What did not happen yet never will, and what was on its way has failed. */
  static void end(Handle handle, String deployment) {
    handle
        .createUpdate(
            "update lifecycle_event set status = 'Skipped' where deployment = :id and status ="
                + " 'Pending'")
        .bind("id", deployment)
        .execute();
    handle
        .createUpdate(
            "update lifecycle_event set status = 'Failed', ended_at = now() where deployment = :id"
                + " and status = 'InProgress'")
        .bind("id", deployment)
        .execute();
  }

  void begin(String deployment, String name) {
    database.useTransaction(handle -> {
      handle
          .createUpdate(
              """
              update lifecycle_event set status = 'InProgress', started_at = coalesce(started_at, now())
              where deployment = :id and name = :name and status = 'Pending'\
              """)
          .bind("id", deployment)
          .bind("name", name)
          .execute();
      database.notifyChannel(handle, "deployment", deployment);
    });
  }

  void end(String deployment, String name, LifecycleEvent.Status status, @Nullable String detail) {
    database.useTransaction(handle -> {
      handle
          .createUpdate(
              """
              update lifecycle_event set status = :status, started_at = coalesce(started_at, now()),
                ended_at = now(), detail = :detail
              where deployment = :id and name = :name and status in ('Pending', 'InProgress')\
              """)
          .bind("id", deployment)
          .bind("name", name)
          .bind("status", status.name())
          .bind("detail", detail)
          .execute();
      database.notifyChannel(handle, "deployment", deployment);
    });
  }

  List<LifecycleEvent> all(String deployment) {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from lifecycle_event where deployment = :id order by place")
            .bind("id", deployment)
            .map((r, c) ->
                new LifecycleEvent(
                    r.getString("name"),
                    LifecycleEvent.Status.valueOf(r.getString("status")),
                    DeploymentRows.instant(r, "started_at"),
                    DeploymentRows.instant(r, "ended_at"),
                    r.getString("detail")))
            .list());
  }

  /** Whether the event is over, well or not. */
  boolean isOver(String deployment, String name) {
    return all(deployment).stream()
        .anyMatch(e ->
            e.name().equals(name)
                && e.status() != LifecycleEvent.Status.Pending
                && e.status() != LifecycleEvent.Status.InProgress);
  }

  /**
   * One execution of a hook.
   *
   * @param id what the hook answers with
   * @param attempt from 1; more after control died in it
   */
  record HookExecution(UUID id, int attempt) {}

  /** A hook begins, again where control died in it. */
  HookExecution hookBegins(String deployment, String name) {
    UUID execution = UUID.randomUUID();
    int attempt =
        database.withHandle(handle ->
            handle
                .createQuery(
                    """
                    update lifecycle_event set attempt = attempt + 1, hook_execution = :execution, hook_status = null
                    where deployment = :id and name = :name returning attempt\
                    """)
                .bind("id", deployment)
                .bind("name", name)
                .bind("execution", execution)
                .mapTo(Integer.class)
                .one());
    return new HookExecution(execution, attempt);
  }

  /** What the hook answered; empty until it did. */
  Optional<String> hookStatus(UUID execution) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select hook_status from lifecycle_event where hook_execution = :id and hook_status"
                    + " is not null")
            .bind("id", execution)
            .mapTo(String.class)
            .findOne());
  }

  /** Takes a hook's answer, the first one; false where none is waited for. */
  boolean hookAnswers(String deployment, UUID execution, boolean succeeded) {
    return database.withHandle(handle ->
        handle
            .createUpdate(
                """
                update lifecycle_event set hook_status = :status
                where deployment = :deployment and hook_execution = :id and status = 'InProgress'
                  and hook_status is null\
                """)
            .bind("deployment", deployment)
            .bind("id", execution)
            .bind("status", succeeded ? "Succeeded" : "Failed")
            .execute())
        == 1;
  }
}
