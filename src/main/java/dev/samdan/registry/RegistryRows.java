package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Rows of repositories, of who may read which blob, and of why images stay. */
final class RegistryRows {
  private static final String FOREIGN_KEY_VIOLATION = "23503";
  private final Database database;

  RegistryRows(Database database) {
    this.database = database;
  }

  void createRepository(String repository) {
    database.useHandle(h -> insertRepository(h, repository));
  }

  boolean repositoryExists(String repository) {
    return database.withHandle(h ->
        h.createQuery("select exists (select from image_repository where name = :name)")
            .bind("name", repository)
            .mapTo(Boolean.class)
            .one());
  }

  /** In one statement, and so one commit and one way to the database: pushes have many blobs. */
  void addBlob(String repository, Digest digest, long sizeBytes) {
    database.useHandle(h ->
        h.createUpdate(
                """
                with named as (insert into image_repository (name) values (:repository) on conflict do nothing),
                     stored as (insert into blob (digest, size_bytes) values (:digest, :size) on conflict do nothing)
                insert into repository_blob (repository, digest) values (:repository, :digest)
                on conflict (repository, digest) do update set added_at = now()
                """)
            .bind("repository", repository)
            .bind("digest", digest.toString())
            .bind("size", sizeBytes)
            .execute());
  }

  /** Lets a repository read a blob that another one holds; false where the other does not. */
  boolean mount(String from, Digest digest, String repository) {
    return database.inTransaction(h -> {
      boolean held =
          h.createQuery(
                  "select exists (select from repository_blob where digest = :digest and repository"
                      + " = :from)")
              .bind("digest", digest.toString())
              .bind("from", from)
              .mapTo(Boolean.class)
              .one();
      if (held) {
        insertRepository(h, repository);
        link(h, repository, digest);
      }
      return held;
    });
  }

  boolean holdsBlob(String repository, Digest digest) {
    return database.withHandle(h -> holds(h, repository, digest));
  }

  /**
   * As {@link #holdsBlob}, for one who asks before a push relies on it: the blob's patience for the
   * manifest begins anew.
   */
  boolean expectBlob(String repository, Digest digest) {
    return database.withHandle(h -> {
      Optional<Boolean> rested =
          h.createQuery(
                  """
                  select added_at < now() - interval '1 hour' from repository_blob
                  where repository = :repository and digest = :digest
                  """)
              .bind("repository", repository)
              .bind("digest", digest.toString())
              .mapTo(Boolean.class)
              .findOne();
      if (rested.orElse(false)) {
        h.createUpdate(
                "update repository_blob set added_at = now() where repository = :repository and"
                    + " digest = :digest")
            .bind("repository", repository)
            .bind("digest", digest.toString())
            .execute();
      }
      return rested.isPresent();
    });
  }

  /**
   * Takes a blob from a repository; false where it was not there, CONFLICT where a manifest needs
   * it.
   */
  boolean removeBlob(String repository, Digest digest) {
    return refusing(
        "a manifest of "
            + repository
            + " still needs the blob "
            + digest
            + "; delete the manifest first",
        () ->
            database.withHandle(h ->
                h.createUpdate(
                            "delete from repository_blob where repository = :repository and digest"
                                + " = :digest")
                        .bind("repository", repository)
                        .bind("digest", digest.toString())
                        .execute()
                    > 0));
  }

  boolean removeTag(String repository, String tag) {
    return database.withHandle(h ->
        h.createUpdate("delete from tag where repository = :repository and name = :name")
                .bind("repository", repository)
                .bind("name", tag)
                .execute()
            > 0);
  }

  /** At most {@code limit} names after {@code last}, in byte order. */
  List<String> tags(String repository, @Nullable String last, int limit) {
    return database.withHandle(h ->
        h.createQuery(
                """
                select name from tag
                where repository = :repository
                  and (cast(:last as text) is null or name collate "C" > :last)
                order by name collate "C" limit :limit
                """)
            .bind("repository", repository)
            .bind("last", last)
            .bind("limit", limit)
            .mapTo(String.class)
            .list());
  }

  List<String> repositories(@Nullable String last, int limit) {
    return database.withHandle(h ->
        h.createQuery(
                """
                select name from image_repository
                where cast(:last as text) is null or name collate "C" > :last
                order by name collate "C" limit :limit
                """)
            .bind("last", last)
            .bind("limit", limit)
            .mapTo(String.class)
            .list());
  }

  void pin(String repository, Digest manifest, String reason) {
    refusing(
        repository + "@" + manifest + " is not in the registry",
        () ->
            database.withHandle(h ->
                h.createUpdate(
                            """
                            insert into image_pin (reason, repository, manifest)
                            values (:reason, :repository, :manifest) on conflict do nothing
                            """)
                        .bind("reason", reason)
                        .bind("repository", repository)
                        .bind("manifest", manifest.toString())
                        .execute()
                    > 0));
  }

  void unpin(String reason) {
    database.useHandle(
        h -> h.createUpdate("delete from image_pin where reason = :r").bind("r", reason).execute());
  }

  static boolean holds(Handle h, String repository, Digest digest) {
    return h.createQuery(
            "select exists (select from repository_blob where repository = :repository and digest ="
                + " :digest)")
        .bind("repository", repository)
        .bind("digest", digest.toString())
        .mapTo(Boolean.class)
        .one();
  }

  static void insertRepository(Handle h, String repository) {
    h.createUpdate("insert into image_repository (name) values (:name) on conflict do nothing")
        .bind("name", repository)
        .execute();
  }

  private static void link(Handle h, String repository, Digest digest) {
    h.createUpdate(
            """
            insert into repository_blob (repository, digest) values (:r, :d)
            on conflict (repository, digest) do update set added_at = now()
            """)
        .bind("r", repository)
        .bind("d", digest.toString())
        .execute();
  }

  /** Runs work that a foreign key may refuse, which is then a CONFLICT with this message. */
  static boolean refusing(String message, java.util.function.BooleanSupplier work) {
    try {
      return work.getAsBoolean();
    } catch (UnableToExecuteStatementException e) {
      if (e.getCause() instanceof SQLException cause
          && FOREIGN_KEY_VIOLATION.equals(cause.getSQLState())) {
        throw new PlatformException(PlatformException.Code.CONFLICT, message, e);
      }
      throw e;
    }
  }
}
