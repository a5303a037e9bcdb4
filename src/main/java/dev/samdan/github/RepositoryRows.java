package dev.samdan.github;

import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of repositories at GitHub. */
final class RepositoryRows {
  private final Database database;

  RepositoryRows(Database database) {
    this.database = database;
  }

  void put(String repository, String fullName, String api, @Nullable String appId) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                insert into github_repository (repository, full_name, api, app_id)
                values (:repository, :name, :api, :app)
                on conflict (repository) do update set full_name = excluded.full_name,
                  api = excluded.api, app_id = excluded.app_id, pulls_etag = null, pulls_at = null,
                  reports_at = now(), reports_failures = 0, reports_error = null, reports_told = false
                """)
            .bind("repository", repository)
            .bind("name", fullName)
            .bind("api", api)
            .bind("app", appId)
            .execute());
  }

  void delete(String repository) {
    database.useHandle(handle ->
        handle
            .createUpdate("delete from github_repository where repository = :repository")
            .bind("repository", repository)
            .execute());
  }

  Optional<GitHubRepository> find(String repository) {
    return list().stream().filter(r -> r.repository().equals(repository)).findFirst();
  }

  /** Those that follow this one, whatever the case of its letters. */
  List<GitHubRepository> named(String fullName) {
    return list().stream().filter(r -> r.fullName().equalsIgnoreCase(fullName)).toList();
  }

  List<GitHubRepository> list() {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from github_repository order by repository")
            .map((row, _) -> repository(row))
            .list());
  }

  private static GitHubRepository repository(ResultSet row) throws SQLException {
    OffsetDateTime hook = row.getObject("hook_at", OffsetDateTime.class);
    return new GitHubRepository(
        row.getString("repository"),
        row.getString("full_name"),
        row.getString("api"),
        row.getString("app_id"),
        hook == null ? null : hook.toInstant(),
        row.getString("reports_error"));
  }

  void hookCame(String repository) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                "update github_repository set hook_at = now() where repository = :repository")
            .bind("repository", repository)
            .execute());
  }

  /** What the list of pull requests was known by when it was last read. */
  Optional<String> pullsTag(String repository) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select pulls_etag from github_repository
                where repository = :repository and pulls_etag is not null
                """)
            .bind("repository", repository)
            .mapTo(String.class)
            .findOne());
  }

  void pullsRead(String repository, @Nullable String tag) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                update github_repository set pulls_etag = coalesce(:tag, pulls_etag), pulls_at = now()
                where repository = :repository
                """)
            .bind("repository", repository)
            .bind("tag", tag)
            .execute());
  }

  /** Whose pull requests were not read since then. */
  List<GitHubRepository> pullsUnreadSince(Instant then) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select * from github_repository where pulls_at is null or pulls_at < :then")
            .bind("then", then)
            .map((row, _) -> repository(row))
            .list());
  }

  /** Reports went through; true where the room was told that they did not. */
  boolean reported(String repository) {
    return database.inTransaction(handle -> {
      boolean told =
          handle
              .createQuery(
                  """
                  select reports_told from github_repository
                  where repository = :repository and reports_failures > 0 for update
                  """)
              .bind("repository", repository)
              .mapTo(Boolean.class)
              .findOne()
              .orElse(false);
      handle
          .createUpdate(
              """
              update github_repository set reports_failures = 0, reports_error = null, reports_told = false
              where repository = :repository and reports_failures > 0
              """)
          .bind("repository", repository)
          .execute();
      return told;
    });
  }

  /**
   * Reports do not go through, and rest until then; true where the room is to be told now.
   *
   * @param toldAfter failures in a row before it is
   */
  boolean unreported(String repository, String error, Instant until, int toldAfter) {
    return database.inTransaction(handle -> {
      int failures =
          handle
              .createQuery(
                  """
                  update github_repository set reports_failures = reports_failures + 1,
                    reports_error = :error, reports_at = :until
                  where repository = :repository returning reports_failures
                  """)
              .bind("repository", repository)
              .bind("error", error)
              .bind("until", until)
              .mapTo(Integer.class)
              .findOne()
              .orElse(0);
      return failures >= toldAfter
          && handle
                  .createUpdate(
                      """
                      update github_repository set reports_told = true
                      where repository = :repository and not reports_told
                      """)
                  .bind("repository", repository)
                  .execute()
              == 1;
    });
  }
}
