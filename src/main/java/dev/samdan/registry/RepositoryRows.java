package dev.samdan.registry;

import dev.samdan.database.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What is set of a repository. */
final class RepositoryRows {
  private final Database database;

  RepositoryRows(Database database) {
    this.database = database;
  }

  Optional<StoredRepository> find(String name) {
    return database.withHandle(h ->
        h.createQuery(
                "select name, created_at, tag_mutability, mutability_filters, lifecycle_policy from"
                    + " image_repository where name = :name")
            .bind("name", name)
            .map((rs, _) ->
                new StoredRepository(
                    rs.getString("name"),
                    rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                    new TagMutability(
                        TagMutability.Mode.valueOf(rs.getString("tag_mutability")),
                        List.of((String[]) rs.getArray("mutability_filters").getArray())),
                    rs.getString("lifecycle_policy")))
            .findOne());
  }

  /** False where there is one of this name. */
  boolean create(String name, TagMutability mutability, Instant now) {
    return database.withHandle(h ->
        h.createUpdate(
                    """
                    insert into image_repository (name, created_at, tag_mutability, mutability_filters)
                    values (:name, :now, :mode, :filters) on conflict do nothing
                    """)
                .bind("name", name)
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bind("mode", mutability.mode().name())
                .bind("filters", mutability.filters().toArray(String[]::new))
                .execute()
            > 0);
  }

  boolean mutability(String name, TagMutability mutability) {
    return database.withHandle(h ->
        h.createUpdate(
                    "update image_repository set tag_mutability = :mode, mutability_filters ="
                        + " :filters where name = :name")
                .bind("name", name)
                .bind("mode", mutability.mode().name())
                .bind("filters", mutability.filters().toArray(String[]::new))
                .execute()
            > 0);
  }

  boolean lifecyclePolicy(String name, @Nullable String policy) {
    return database.withHandle(h ->
        h.createUpdate("update image_repository set lifecycle_policy = :policy where name = :name")
                .bind("name", name)
                .bind("policy", policy)
                .execute()
            > 0);
  }

  List<String> withPolicy() {
    return database.withHandle(h ->
        h.createQuery("select name from image_repository where lifecycle_policy is not null")
            .mapTo(String.class)
            .list());
  }

  /** Deletes a repository and its images; CONFLICT where a deployment needs one of them. */
  void delete(String name) {
    boolean _ =
        RegistryRows.refusing(
            "an image of " + name + " is deployed, or kept for a rollback",
            () ->
                database.inTransaction(h -> {
                  for (String table : List.of("manifest_child", "tag", "manifest")) {
                    h.createUpdate("delete from " + table + " where repository = :name")
                        .bind("name", name)
                        .execute();
                  }
                  return h.createUpdate("delete from image_repository where name = :name")
                          .bind("name", name)
                          .execute()
                      > 0;
                }));
  }

  /** As it stays until the transaction ends. */
  static TagMutability mutability(Handle h, String repository) {
    return h.createQuery(
            "select tag_mutability, mutability_filters from image_repository where name = :name for"
                + " share")
        .bind("name", repository)
        .map((rs, _) ->
            new TagMutability(
                TagMutability.Mode.valueOf(rs.getString("tag_mutability")),
                List.of((String[]) rs.getArray("mutability_filters").getArray())))
        .one();
  }
}
