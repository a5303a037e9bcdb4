package dev.samdan.runtime;

import dev.samdan.base.Json;
import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Task sets and tasks as rows; every transition names the status it leaves. */
final class TaskRows {
  private static final String SET =
      "select id, application, environment, tier, family || ':' || revision as definition,"
          + " desired_count, status, runtime, created_at from task_set ";
  private static final String TASK =
      "select t.id, t.task_set, t.slot, t.restarts, t.status, t.host, t.port, t.pid,"
          + " t.container_id, t.started_at, t.stopped_at, t.exit_code, t.stopped_reason from task t"
          + " ";

  private final Database database;

  TaskRows(Database database) {
    this.database = database;
  }

  /** False where a set of this id exists already. */
  boolean insertSet(
      String id,
      String application,
      String environment,
      String tier,
      TaskDefinition definition,
      int desiredCount,
      Map<String, String> variables,
      RuntimeKind runtime) {
    return database.withHandle(handle ->
        handle
            .createUpdate(
                """
                insert into task_set
                  (id, application, environment, tier, family, revision, desired_count, variables, runtime)
                values (:id, :application, :environment, :tier, :family, :revision, :desired, :variables::jsonb,
                  :runtime)
                on conflict (id) do nothing\
                """)
            .bind("id", id)
            .bind("application", application)
            .bind("environment", environment)
            .bind("tier", tier)
            .bind("family", definition.family())
            .bind("revision", definition.revision())
            .bind("desired", desiredCount)
            .bind("variables", Json.write(variables))
            .bind("runtime", runtime.name())
            .execute())
        == 1;
  }

  Optional<TaskSet> set(String id) {
    return database.withHandle(handle ->
        handle.createQuery(SET + "where id = :id").bind("id", id).map((r, c) -> set(r)).findOne());
  }

  /** Sets that are active or stopping. */
  List<TaskSet> liveSets() {
    return database.withHandle(handle ->
        handle
            .createQuery(SET + "where status <> 'STOPPED' order by id")
            .map((r, c) -> set(r))
            .list());
  }

  Map<String, String> variables(String set) {
    String json =
        database.withHandle(handle ->
            handle
                .createQuery("select variables from task_set where id = :id")
                .bind("id", set)
                .mapTo(String.class)
                .one());
    Map<String, String> variables = new LinkedHashMap<>();
    Json.tree(json).properties().forEach(e -> variables.put(e.getKey(), e.getValue().asString()));
    return variables;
  }

  void setStatus(String id, TaskSet.Status from, TaskSet.Status to) {
    database.useHandle(handle ->
        handle
            .createUpdate("update task_set set status = :to where id = :id and status = :from")
            .bind("id", id)
            .bind("from", from.name())
            .bind("to", to.name())
            .execute());
  }

  /** Whether the newest set of an environment runs in containers. */
  boolean ranInContainers(String application, String environment) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select runtime = 'DOCKER' from task_set
                where application = :application and environment = :environment
                order by created_at desc limit 1\
                """)
            .bind("application", application)
            .bind("environment", environment)
            .mapTo(Boolean.class)
            .findOne()
            .orElse(false));
  }

  void insertTask(String id, String set, int slot, int restarts, Address address) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                insert into task (id, task_set, slot, restarts, status, host, port)
                values (:id, :set, :slot, :restarts, 'PENDING', :host, :port)\
                """)
            .bind("id", id)
            .bind("set", set)
            .bind("slot", slot)
            .bind("restarts", restarts)
            .bind("host", address.host())
            .bind("port", address.port())
            .execute());
  }

  /** A task that could not even begin. */
  void insertEnded(String id, String set, int slot, int restarts, String reason) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                insert into task (id, task_set, slot, restarts, status, host, port, stopped_at, stopped_reason)
                values (:id, :set, :slot, :restarts, 'STOPPED', '', 1, now(), :reason)\
                """)
            .bind("id", id)
            .bind("set", set)
            .bind("slot", slot)
            .bind("restarts", restarts)
            .bind("reason", reason)
            .execute());
  }

  void running(String id, @Nullable Long pid, @Nullable String container) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                update task set status = 'RUNNING', pid = :pid, container_id = :container
                where id = :id and status in ('PENDING', 'RUNNING')\
                """)
            .bind("id", id)
            .bind("pid", pid)
            .bind("container", container)
            .execute());
  }

  void stopping(String set) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                "update task set status = 'STOPPING' where task_set = :set and status in"
                    + " ('PENDING', 'RUNNING')")
            .bind("set", set)
            .execute());
  }

  /** False where it was stopped already. */
  boolean stopped(String id, @Nullable Integer exitCode, String reason) {
    return database.withHandle(handle ->
        handle
            .createUpdate(
                """
                update task set status = 'STOPPED', stopped_at = now(), exit_code = :code,
                  stopped_reason = :reason
                where id = :id and status <> 'STOPPED'\
                """)
            .bind("id", id)
            .bind("code", exitCode)
            .bind("reason", reason)
            .execute())
        == 1;
  }

  Optional<Task> task(String id) {
    return database.withHandle(handle ->
        handle
            .createQuery(TASK + "where t.id = :id")
            .bind("id", id)
            .map((r, c) -> task(r))
            .findOne());
  }

  /** All of a set, those that are not stopped first, newest first. */
  List<Task> tasks(String set) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                TASK
                    + "where t.task_set = :set order by t.status = 'STOPPED', t.started_at desc,"
                    + " t.slot, t.id")
            .bind("set", set)
            .map((r, c) -> task(r))
            .list());
  }

  List<Task> tasksOf(String application, String environment) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                TASK
                    + """
                    join task_set s on s.id = t.task_set
                    where (:application = '' or s.application = :application)
                      and (:environment = '' or s.environment = :environment)
                    order by t.status = 'STOPPED', t.started_at desc, t.slot, t.id limit 500\
                    """)
            .bind("application", application)
            .bind("environment", environment)
            .map((r, c) -> task(r))
            .list());
  }

  /** All that are not stopped, of all sets. */
  List<Task> liveTasks() {
    return database.withHandle(handle ->
        handle.createQuery(TASK + "where t.status <> 'STOPPED'").map((r, c) -> task(r)).list());
  }

  /**
   * Forgets the oldest ended tasks of each environment beyond the newest so many; gives their ids.
   */
  List<String> prune(int kept) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                delete from task where id in (
                  select id from (
                    select t.id, row_number() over (
                      partition by s.application, s.environment order by t.stopped_at desc) as place
                    from task t join task_set s on s.id = t.task_set where t.status = 'STOPPED') ended
                  where place > :kept)
                returning id\
                """)
            .bind("kept", kept)
            .mapTo(String.class)
            .list());
  }

  /** Forgets an environment's sets; gives the ids of the tasks that went with them. */
  List<String> remove(String application, String environment) {
    return database.inTransaction(handle -> {
      List<String> ids =
          handle
              .createQuery(
                  """
                  select t.id from task t join task_set s on s.id = t.task_set
                  where s.application = :application and s.environment = :environment\
                  """)
              .bind("application", application)
              .bind("environment", environment)
              .mapTo(String.class)
              .list();
      handle
          .createUpdate(
              "delete from task_set where application = :application and environment ="
                  + " :environment")
          .bind("application", application)
          .bind("environment", environment)
          .execute();
      return ids;
    });
  }

  private static TaskSet set(ResultSet row) throws SQLException {
    return new TaskSet(
        row.getString("id"),
        row.getString("application"),
        row.getString("environment"),
        row.getString("tier"),
        row.getString("definition"),
        row.getInt("desired_count"),
        TaskSet.Status.valueOf(row.getString("status")),
        RuntimeKind.valueOf(row.getString("runtime")),
        row.getTimestamp("created_at").toInstant());
  }

  private static Task task(ResultSet row) throws SQLException {
    Timestamp stopped = row.getTimestamp("stopped_at");
    Instant stoppedAt = stopped == null ? null : stopped.toInstant();
    return new Task(
        row.getString("id"),
        row.getString("task_set"),
        row.getInt("slot"),
        row.getInt("restarts"),
        Task.Status.valueOf(row.getString("status")),
        row.getString("host"),
        row.getInt("port"),
        row.getObject("pid", Long.class),
        row.getString("container_id"),
        row.getTimestamp("started_at").toInstant(),
        stoppedAt,
        row.getObject("exit_code", Integer.class),
        row.getString("stopped_reason"));
  }
}
