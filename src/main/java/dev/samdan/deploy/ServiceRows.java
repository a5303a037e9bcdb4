package dev.samdan.deploy;

import dev.samdan.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What environments serve: blue and green of the application tier, draining task sets, the site's
 * release.
 */
final class ServiceRows {
  private final Database database;

  ServiceRows(Database database) {
    this.database = database;
  }

  /** Blue and green are deployments' ids, which are also their task sets' ids. */
  record Service(
      String application,
      String environment,
      @Nullable String blue,
      @Nullable Instant blueSince,
      @Nullable String green,
      int greenWeight,
      @Nullable Instant greenWeightSince,
      boolean greenTested) {}

  record Draining(String taskSet, String application, String environment, Instant since) {}

  record SiteRow(
      String application,
      String environment,
      String deployment,
      int release,
      int readings,
      boolean spa,
      Instant since) {}

  List<Service> services() {
    return database.withHandle(
        handle -> handle.createQuery("select * from service").map((r, c) -> service(r)).list());
  }

  Optional<Service> service(String application, String environment) {
    return services().stream()
        .filter(s -> s.application().equals(application) && s.environment().equals(environment))
        .findFirst();
  }

  /** Ids of all task sets that serve, come in or go out. */
  Set<String> taskSets() {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select blue from service where blue is not null
                union select green from service where green is not null
                union select task_set from draining\
                """)
            .mapTo(String.class)
            .collect(Collectors.toSet()));
  }

  List<Draining> draining() {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from draining order by since, task_set")
            .map((r, c) ->
                new Draining(
                    r.getString("task_set"),
                    r.getString("application"),
                    r.getString("environment"),
                    java.util.Objects.requireNonNull(DeploymentRows.instant(r, "since"))))
            .list());
  }

  List<SiteRow> sites() {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select s.*, (d.plan ->> 'spa')::boolean as spa
                from site s join deployment d on d.id = s.deployment\
                """)
            .map((r, c) ->
                new SiteRow(
                    r.getString("application"),
                    r.getString("environment"),
                    r.getString("deployment"),
                    r.getInt("release"),
                    r.getInt("readings"),
                    r.getBoolean("spa"),
                    java.util.Objects.requireNonNull(DeploymentRows.instant(r, "since"))))
            .list());
  }

  /** Counts one more reading of a site's files; false where there is no site. */
  boolean siteReadAgain(String application, String environment) {
    return database.withHandle(handle ->
        handle
            .createUpdate(
                """
                update site set readings = readings + 1
                where application = :application and environment = :environment\
                """)
            .bind("application", application)
            .bind("environment", environment)
            .execute())
        == 1;
  }

  /** Makes the deployment the environment's green; false where another one is. */
  boolean greenBegins(String application, String environment, String deployment) {
    return database.withHandle(handle ->
        handle
            .createUpdate(
                """
                insert into service (application, environment, green) values (:application, :environment, :id)
                on conflict (application, environment) do update set green = excluded.green
                where service.green is null or service.green = excluded.green\
                """)
            .bind("application", application)
            .bind("environment", environment)
            .bind("id", deployment)
            .execute())
        == 1;
  }

  void greenTested(String deployment) {
    database.useHandle(handle ->
        handle
            .createUpdate("update service set green_tested = true where green = :id")
            .bind("id", deployment)
            .execute());
  }

  void greenWeight(String deployment, int weight) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                update service set green_weight = :weight, green_weight_since = now()
                where green = :id and green_weight <> :weight\
                """)
            .bind("id", deployment)
            .bind("weight", weight)
            .execute());
  }

  /** Green becomes blue, and the old blue drains. */
  static void greenServes(Handle handle, String deployment) {
    handle
        .createUpdate(
            """
            insert into draining (task_set, application, environment)
            select blue, application, environment from service where green = :id and blue is not null
            on conflict do nothing\
            """)
        .bind("id", deployment)
        .execute();
    handle
        .createUpdate(
            """
            update service set blue = green, blue_since = now(), green = null, green_weight = 0, green_tested = false
            where green = :id\
            """)
        .bind("id", deployment)
        .execute();
  }

  /** All traffic is blue's again, and green drains. A site has neither. */
  static void greenLeaves(Handle handle, String deployment) {
    handle
        .createUpdate(
            """
            insert into draining (task_set, application, environment)
            select id, application, environment from deployment
            where id = :id and tier = 'api' and not exists (select from service where blue = :id)
            on conflict do nothing\
            """)
        .bind("id", deployment)
        .execute();
    handle
        .createUpdate(
            "update service set green = null, green_weight = 0, green_tested = false where green ="
                + " :id")
        .bind("id", deployment)
        .execute();
  }

  static void siteServes(Handle handle, Deployment deployment, int release) {
    handle
        .createUpdate(
            """
            insert into site (application, environment, deployment, release)
            values (:application, :environment, :id, :release)
            on conflict (application, environment) do update
              set deployment = excluded.deployment, release = excluded.release, since = now()\
            """)
        .bind("application", deployment.application())
        .bind("environment", deployment.environment())
        .bind("id", deployment.id())
        .bind("release", release)
        .execute();
  }

  void drained(String taskSet) {
    database.useHandle(handle ->
        handle
            .createUpdate("delete from draining where task_set = :id")
            .bind("id", taskSet)
            .execute());
  }

  /** Forgets what the environment serves and served; gives the task sets that must be stopped. */
  List<String> remove(String application, String environment) {
    return database.inTransaction(handle -> {
      List<String> sets =
          handle
              .createQuery(
                  """
                  select unnest(array[blue, green]) as id from service
                  where application = :application and environment = :environment
                  union select task_set from draining
                  where application = :application and environment = :environment\
                  """)
              .bind("application", application)
              .bind("environment", environment)
              .mapTo(String.class)
              .list();
      for (String table : List.of("service", "draining", "site", "deployment")) {
        handle
            .createUpdate(
                "delete from "
                    + table
                    + " where application = :application and environment = :environment")
            .bind("application", application)
            .bind("environment", environment)
            .execute();
      }
      return sets.stream().filter(java.util.Objects::nonNull).toList();
    });
  }

  private static Service service(java.sql.ResultSet r) throws java.sql.SQLException {
    return new Service(
        r.getString("application"),
        r.getString("environment"),
        r.getString("blue"),
        DeploymentRows.instant(r, "blue_since"),
        r.getString("green"),
        r.getInt("green_weight"),
        DeploymentRows.instant(r, "green_weight_since"),
        r.getBoolean("green_tested"));
  }
}
