package dev.samdan.deploy;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Deployments as rows. */
final class DeploymentRows {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  static final String ACTIVE = "('Created', 'Queued', 'InProgress', 'Baking', 'Ready')";
  private static final String SELECT =
      """
      select d.*, case when d.status = 'Succeeded' and s.blue = d.id then 100 - s.green_weight
        when s.green = d.id then s.green_weight else 0 end as weight
      from deployment d left join service s using (application, environment)
      """;

  private final Database database;
  private final SecureRandom random = new SecureRandom();

  DeploymentRows(Database database) {
    this.database = database;
  }

  /** Empty where another deployment of the group is active. */
  Optional<Deployment> begin(Beginning b) {
    String id = newId();
    try {
      database.useTransaction(handle -> {
        handle
            .createUpdate(
                """
                insert into deployment (id, application, environment, tier, status, creator, created_by,
                  action_execution, push, commit_id, plan, task_definition, image, release, configuration)
                values (:id, :application, :environment, :tier, 'InProgress', :creator, :by,
                  :action::uuid, :push::uuid, :commit, :plan::jsonb, :definition, :image, :release::int, :configuration)\
                """)
            .bind("id", id)
            .bind("application", b.application())
            .bind("environment", b.environment())
            .bind("tier", b.tier())
            .bind("creator", b.creator())
            .bind("by", b.by())
            .bind("action", b.actionExecution())
            .bind("push", b.push())
            .bind("commit", b.commit())
            .bind("plan", Json.write(b.plan()))
            .bind("definition", b.taskDefinition())
            .bind("image", b.image())
            .bind("release", b.release())
            .bind("configuration", b.configuration())
            .execute();
        LifecycleRows.insert(handle, id, b.tier(), b.skippedEvents());
        database.notifyChannel(handle, "deployment", id);
      });
    } catch (UnableToExecuteStatementException e) {
      if (e.getCause() instanceof SQLException sql && "23505".equals(sql.getSQLState())) {
        return Optional.empty();
      }
      throw e;
    }
    return find(id);
  }

  Optional<Deployment> find(String id) {
    return one(SELECT + "where d.id = :key", id);
  }

  Optional<Deployment> ofAction(UUID actionExecution) {
    return one(SELECT + "where d.action_execution = :key", actionExecution);
  }

  Optional<Deployment> active(String application, String environment, String tier) {
    return newest(application, environment, tier, "and d.status in " + ACTIVE, 1).stream()
        .findFirst();
  }

  List<Deployment> allActive() {
    return list("where d.status in " + ACTIVE + " order by d.place", "", "", "", 500);
  }

  List<Deployment> succeeded(String application, String environment, String tier, int limit) {
    return newest(application, environment, tier, "and d.status = 'Succeeded'", limit);
  }

  /** Newest first; empty texts mean any. */
  List<Deployment> newest(
      String application, String environment, String tier, String and, int limit) {
    return list(
        """
        where (:application = '' or d.application = :application)
          and (:environment = '' or d.environment = :environment) and (:tier = '' or d.tier = :tier)
        """
            + and
            + " order by d.place desc",
        application,
        environment,
        tier,
        limit);
  }

  /** The deployments of a tier that one push led to, newest first. */
  List<Deployment> ofPush(UUID push, String application, String environment, String tier) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                SELECT
                    + """
                    where d.push = :push and d.application = :application and d.environment = :environment
                      and d.tier = :tier order by d.place desc\
                    """)
            .bind("push", push)
            .bind("application", application)
            .bind("environment", environment)
            .bind("tier", tier)
            .map((r, c) -> deployment(r))
            .list());
  }

  <T> T plan(String id, Class<T> type) {
    String json =
        database.withHandle(handle ->
            handle
                .createQuery("select plan from deployment where id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .one());
    return Json.read(json, type);
  }

  void taskDefinition(String id, String name) {
    update(
        "update deployment set task_definition = :value where id = :id and status = 'InProgress'",
        id,
        name);
  }

  /** The next release of a site, counted over all its deployments. */
  int nextRelease(String application, String environment) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select coalesce(max(release), 0) + 1 from deployment
                where application = :application and environment = :environment and tier = 'web'\
                """)
            .bind("application", application)
            .bind("environment", environment)
            .mapTo(Integer.class)
            .one());
  }

  /** Ends it; false where it had ended already. */
  static boolean end(
      Handle handle,
      String id,
      DeploymentStatus status,
      @Nullable String errorCode,
      @Nullable String error,
      @Nullable Explanation explanation) {
    int ended =
        handle
            .createUpdate(
                "update deployment set status = :status, ended_at = now(), error_code = :code,"
                    + " error = :error, explanation = :explanation::jsonb where id = :id and status"
                    + " in "
                    + ACTIVE)
            .bind("id", id)
            .bind("status", status.name())
            .bind("code", errorCode)
            .bind("error", error)
            .bind("explanation", explanation == null ? null : Json.write(explanation))
            .execute();
    LifecycleRows.end(handle, id);
    return ended == 1;
  }

  /** Forgets old deployments of a group that nothing serves. */
  void prune(String application, String environment, String tier, int kept) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                delete from deployment where id in (
                    select id from deployment
                    where application = :application and environment = :environment and tier = :tier
                    order by place desc offset :kept)
                  and not exists (select from service where blue = deployment.id or green = deployment.id)
                  and not exists (select from site where site.deployment = deployment.id)
                  and not exists (select from draining where task_set = deployment.id)\
                """)
            .bind("application", application)
            .bind("environment", environment)
            .bind("tier", tier)
            .bind("kept", kept)
            .execute());
  }

  private void update(String sql, String id, String value) {
    database.useTransaction(handle -> {
      handle.createUpdate(sql).bind("id", id).bind("value", value).execute();
      database.notifyChannel(handle, "deployment", id);
    });
  }

  private Optional<Deployment> one(String sql, Object key) {
    return database.withHandle(
        handle -> handle.createQuery(sql).bind("key", key).map((r, c) -> deployment(r)).findOne());
  }

  private List<Deployment> list(
      String where, String application, String environment, String tier, int limit) {
    return database.withHandle(handle ->
        handle
            .createQuery(SELECT + where + " limit :limit")
            .bind("application", application)
            .bind("environment", environment)
            .bind("tier", tier)
            .bind("limit", limit)
            .map((r, c) -> deployment(r))
            .list());
  }

  private String newId() {
    StringBuilder id = new StringBuilder("d-");
    random.ints(9, 0, ALPHABET.length()).forEach(i -> id.append(ALPHABET.charAt(i)));
    return id.toString();
  }

  static Deployment deployment(ResultSet row) throws SQLException {
    String application = row.getString("application");
    String environment = row.getString("environment");
    String tier = row.getString("tier");
    Integer release = row.getObject("release", Integer.class);
    String explanation = row.getString("explanation");
    Instant startedAt = instant(row, "started_at");
    if (startedAt == null) {
      throw new PlatformException(PlatformException.Code.INTERNAL, "a deployment has no start");
    }
    return new Deployment(
        row.getString("id"),
        application,
        environment,
        tier,
        application + "-" + environment + "-" + tier,
        DeploymentStatus.valueOf(row.getString("status")),
        row.getString("creator"),
        row.getString("created_by"),
        row.getObject("action_execution", UUID.class),
        row.getString("commit_id"),
        row.getString("task_definition"),
        row.getString("image"),
        release == null ? null : "r" + release,
        row.getString("configuration"),
        row.getInt("weight"),
        startedAt,
        instant(row, "ended_at"),
        row.getString("error_code"),
        row.getString("error"),
        List.of(),
        explanation == null ? null : Json.read(explanation, Explanation.class));
  }

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
