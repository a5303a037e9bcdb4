package dev.samdan.jobs;

import dev.samdan.base.Json;
import dev.samdan.database.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Runs as rows, and up to when the jobs' times have been looked at. */
final class RunRows {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID = 12;
  private static final int KEPT = 200;

  private final Database database;
  private final SecureRandom random = new SecureRandom();

  RunRows(Database database) {
    this.database = database;
  }

  /** What a new run begins with. */
  record Beginning(
      String application,
      String environment,
      @Nullable String job,
      List<String> command,
      @Nullable String taskDefinition,
      String by,
      @Nullable Instant scheduledFor) {}

  /** A job among all. */
  record JobName(String application, String environment, String job) {}

  /** Empty where the job runs already, or ran at this time. */
  Optional<TaskRun> begin(Beginning b) {
    return insert(b, TaskRun.Status.RUNNING, null);
  }

  /** A run that did not happen; empty where it is recorded already. */
  Optional<TaskRun> record(Beginning b, TaskRun.Status status, String detail) {
    return insert(b, status, detail);
  }

  private Optional<TaskRun> insert(Beginning b, TaskRun.Status status, @Nullable String detail) {
    String id = newId();
    try {
      return Optional.of(
          database.withHandle(handle ->
              handle
                  .createQuery(
                      """
                      insert into task_run (id, application, environment, job, command, task_definition, run_by,
                        status, scheduled_for, ended_at, detail)
                      values (:id, :application, :environment, :job, :command::jsonb, :definition, :by,
                        :status, :scheduled, case when :status = 'RUNNING' then null else now() end, :detail)
                      returning *\
                      """)
                  .bind("id", id)
                  .bind("application", b.application())
                  .bind("environment", b.environment())
                  .bind("job", b.job())
                  .bind("command", Json.write(b.command()))
                  .bind("definition", b.taskDefinition())
                  .bind("by", b.by())
                  .bind("status", status.name())
                  .bind("scheduled", at(b.scheduledFor()))
                  .bind("detail", detail)
                  .map((r, c) -> run(r))
                  .one()));
    } catch (UnableToExecuteStatementException e) {
      if (e.getCause() instanceof SQLException sql && "23505".equals(sql.getSQLState())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Ends it, unless it has ended. */
  void end(String id, TaskRun.Status status, @Nullable Integer exitCode, @Nullable String detail) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                update task_run set status = :status, ended_at = now(), exit_code = :code, detail = :detail
                where id = :id and status = 'RUNNING'\
                """)
            .bind("id", id)
            .bind("status", status.name())
            .bind("code", exitCode)
            .bind("detail", detail)
            .execute());
  }

  Optional<TaskRun> find(String id) {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from task_run where id = :id")
            .bind("id", id)
            .map((r, c) -> run(r))
            .findOne());
  }

  /** Newest first; null means all applications, an empty text any. */
  List<TaskRun> newest(
      @Nullable List<String> applications, String environment, String job, int limit) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select * from task_run
                where (:all or application = any(:applications))
                  and (:environment = '' or environment = :environment) and (:job = '' or job = :job)
                order by place desc limit :limit\
                """)
            .bind("all", applications == null)
            .bindArray(
                "applications", String.class, applications == null ? List.of() : applications)
            .bind("environment", environment)
            .bind("job", job)
            .bind("limit", limit)
            .map((r, c) -> run(r))
            .list());
  }

  List<TaskRun> running() {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from task_run where status = 'RUNNING' order by place")
            .map((r, c) -> run(r))
            .list());
  }

  /** Those of {@link #running} that are older than a minute. */
  List<TaskRun> runningForAMinute() {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select * from task_run where status = 'RUNNING'"
                    + " and started_at < now() - interval '1 minute'")
            .map((r, c) -> run(r))
            .list());
  }

  /** Of all runs. */
  Set<String> ids() {
    return database.withHandle(
        handle -> handle.createQuery("select id from task_run").mapTo(String.class).set());
  }

  /**
   * Keeps the newest runs of an environment's job, or of what people ran there; gives the others,
   * which it forgets.
   */
  List<TaskRun> prune(String application, String environment, @Nullable String job) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                delete from task_run where status <> 'RUNNING' and id in (
                  select id from task_run where application = :application
                    and environment = :environment and job is not distinct from :job
                  order by place desc offset :kept)
                returning *\
                """)
            .bind("application", application)
            .bind("environment", environment)
            .bind("job", job)
            .bind("kept", KEPT)
            .map((r, c) -> run(r))
            .list());
  }

  /** Up to when the job's times have been looked at; empty where it is new or its schedule is. */
  Optional<Instant> lookedUntil(
      String application, String environment, String job, String schedule) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select looked_until from job_schedule where application = :application
                  and environment = :environment and job = :job and schedule = :schedule\
                """)
            .bind("application", application)
            .bind("environment", environment)
            .bind("job", job)
            .bind("schedule", schedule)
            .mapTo(OffsetDateTime.class)
            .findOne()
            .map(OffsetDateTime::toInstant));
  }

  /** The job's times have been looked at until {@code now}. */
  void looked(String application, String environment, String job, String schedule, Instant now) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                insert into job_schedule (application, environment, job, schedule, looked_until)
                values (:application, :environment, :job, :schedule, :now)
                on conflict (application, environment, job)
                  do update set schedule = excluded.schedule, looked_until = excluded.looked_until\
                """)
            .bind("application", application)
            .bind("environment", environment)
            .bind("job", job)
            .bind("schedule", schedule)
            .bind("now", at(now))
            .execute());
  }

  /** Forgets up to when the times of all jobs but these have been looked at. */
  void forgetSchedulesBut(Set<JobName> jobs) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                delete from job_schedule where (application, environment, job) not in (
                  select * from unnest(:applications, :environments, :jobs))\
                """)
            .bindArray(
                "applications", String.class, jobs.stream().map(JobName::application).toList())
            .bindArray(
                "environments", String.class, jobs.stream().map(JobName::environment).toList())
            .bindArray("jobs", String.class, jobs.stream().map(JobName::job).toList())
            .execute());
  }

  private String newId() {
    StringBuilder id = new StringBuilder();
    random.ints(ID, 0, ALPHABET.length()).forEach(i -> id.append(ALPHABET.charAt(i)));
    return id.toString();
  }

  private static @Nullable OffsetDateTime at(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static TaskRun run(ResultSet r) throws SQLException {
    return new TaskRun(
        r.getString("id"),
        r.getString("application"),
        r.getString("environment"),
        r.getString("job"),
        List.of(Json.read(r.getString("command"), String[].class)),
        r.getString("task_definition"),
        r.getString("run_by"),
        TaskRun.Status.valueOf(r.getString("status")),
        instant(r, "scheduled_for"),
        r.getObject("started_at", OffsetDateTime.class).toInstant(),
        instant(r, "ended_at"),
        r.getObject("exit_code", Integer.class),
        r.getString("detail"));
  }

  private static @Nullable Instant instant(ResultSet r, String column) throws SQLException {
    OffsetDateTime at = r.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
