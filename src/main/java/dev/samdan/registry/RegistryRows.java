package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** The registry's rows: repositories, who may read which blob, manifests, tags, pins. */
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
    return database.withHandle(
        h ->
            h.createQuery("select exists (select from image_repository where name = :name)")
                .bind("name", repository)
                .mapTo(Boolean.class)
                .one());
  }

  void addBlob(String repository, Digest digest, long sizeBytes) {
    database.useTransaction(
        h -> {
          insertRepository(h, repository);
          h.createUpdate("insert into blob (digest, size_bytes) values (:digest, :size) on conflict do nothing")
              .bind("digest", digest.toString())
              .bind("size", sizeBytes)
              .execute();
          link(h, repository, digest);
        });
  }

  /** Lets a repository read a blob that another one holds; false where the other does not. */
  boolean mount(@Nullable String from, Digest digest, String repository) {
    return database.inTransaction(
        h -> {
          boolean held =
              h.createQuery(
                      """
                      select exists (select from repository_blob
                                     where digest = :digest and (cast(:from as text) is null or repository = :from))
                      """)
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

  /** Takes a blob from a repository; false where it was not there, CONFLICT where a manifest needs it. */
  boolean removeBlob(String repository, Digest digest) {
    return refusing(
        "a manifest of " + repository + " still needs the blob " + digest + "; delete the manifest first",
        () ->
            database.withHandle(
                h ->
                    h.createUpdate("delete from repository_blob where repository = :repository and digest = :digest")
                            .bind("repository", repository)
                            .bind("digest", digest.toString())
                            .execute()
                        > 0));
  }

  /** Stores a manifest with all it needs; what is missing is a NOT_FOUND that names it. */
  void putManifest(Manifest manifest, ManifestDocument document, @Nullable String tag) {
    database.useTransaction(
        h -> {
          String repository = manifest.repository();
          insertRepository(h, repository);
          long size = manifest.content().length;
          for (ManifestDocument.Descriptor blob : document.blobs()) {
            if (!holds(h, repository, blob.digest())) {
              throw PlatformException.notFound("the blob " + blob.digest() + " is not in " + repository);
            }
            size += blob.size();
          }
          for (ManifestDocument.Descriptor child : document.children()) {
            size +=
                select(h, repository, child.digest().toString())
                    .map(Row::sizeBytes)
                    .orElseThrow(
                        () ->
                            PlatformException.notFound("the manifest " + child.digest() + " is not in " + repository));
          }
          insertManifest(h, manifest, document, size);
          if (tag != null) {
            point(h, repository, manifest.digest(), tag);
          }
        });
  }

  void tag(String repository, Digest manifest, String tag) {
    database.useTransaction(
        h -> {
          if (select(h, repository, manifest.toString()).isEmpty()) {
            throw PlatformException.notFound(repository + "@" + manifest + " is not in the registry");
          }
          point(h, repository, manifest, tag);
        });
  }

  Optional<Manifest> find(String repository, String reference) {
    return database.withHandle(h -> select(h, repository, reference)).map(Row::manifest);
  }

  List<Manifest> referrers(String repository, Digest subject) {
    return database.withHandle(
        h ->
            h.createQuery(
                    """
                    select *, null as tags from manifest
                    where repository = :repository and subject = :subject order by pushed_at, digest
                    """)
                .bind("repository", repository)
                .bind("subject", subject.toString())
                .map(RegistryRows::row)
                .map(Row::manifest)
                .list());
  }

  boolean removeTag(String repository, String tag) {
    return database.withHandle(
        h ->
            h.createUpdate("delete from tag where repository = :repository and name = :name")
                    .bind("repository", repository)
                    .bind("name", tag)
                    .execute()
                > 0);
  }

  boolean removeManifest(String repository, Digest manifest) {
    return refusing(
        repository + "@" + manifest + " is in use: a deployment runs it or an index holds it",
        () ->
            database.withHandle(
                h ->
                    h.createUpdate("delete from manifest where repository = :repository and digest = :digest")
                            .bind("repository", repository)
                            .bind("digest", manifest.toString())
                            .execute()
                        > 0));
  }

  /** At most {@code limit} names after {@code last}, in byte order. */
  List<String> tags(String repository, @Nullable String last, int limit) {
    return database.withHandle(
        h ->
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
    return database.withHandle(
        h ->
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

  List<StoredImage> images() {
    return database.withHandle(
        h ->
            h.createQuery(
                    """
                    select m.repository, m.digest, m.media_type, ''::bytea as content, m.size_bytes, m.pushed_at,
                           array(select t.name from tag t where t.repository = m.repository and t.manifest = m.digest
                                 order by t.name collate "C") as tags
                    from manifest m order by m.pushed_at desc, m.digest
                    """)
                .map(RegistryRows::row)
                .map(r -> new StoredImage(r.manifest.repository(), r.manifest.digest(), r.tags, r.sizeBytes, r.pushedAt))
                .list());
  }

  void pin(String repository, Digest manifest, String reason) {
    refusing(
        repository + "@" + manifest + " is not in the registry",
        () ->
            database.withHandle(
                h ->
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
    database.useHandle(h -> h.createUpdate("delete from image_pin where reason = :r").bind("r", reason).execute());
  }

  private record Row(Manifest manifest, long sizeBytes, Instant pushedAt, List<String> tags) {}

  private static Row row(ResultSet rs, StatementContext context) throws SQLException {
    List<String> tags = new ArrayList<>();
    java.sql.Array array = rs.getArray("tags");
    if (array != null && array.getArray() instanceof Object[] names) {
      for (Object name : names) {
        tags.add(name.toString());
      }
    }
    return new Row(
        new Manifest(
            rs.getString("repository"),
            Digest.parse(rs.getString("digest")),
            rs.getString("media_type"),
            rs.getBytes("content")),
        rs.getLong("size_bytes"),
        rs.getObject("pushed_at", OffsetDateTime.class).toInstant(),
        tags);
  }

  private static Optional<Row> select(Handle h, String repository, String reference) {
    String sql =
        reference.indexOf(':') >= 0
            ? "select *, null as tags from manifest where repository = :repository and digest = :reference"
            : """
              select m.*, null as tags from tag t
              join manifest m on m.repository = t.repository and m.digest = t.manifest
              where t.repository = :repository and t.name = :reference
              """;
    return h.createQuery(sql)
        .bind("repository", repository)
        .bind("reference", reference)
        .map(RegistryRows::row)
        .findOne();
  }

  private static boolean holds(Handle h, String repository, Digest digest) {
    return h.createQuery(
            "select exists (select from repository_blob where repository = :repository and digest = :digest)")
        .bind("repository", repository)
        .bind("digest", digest.toString())
        .mapTo(Boolean.class)
        .one();
  }

  private static void insertRepository(Handle h, String repository) {
    h.createUpdate("insert into image_repository (name) values (:name) on conflict do nothing")
        .bind("name", repository)
        .execute();
  }

  private static void link(Handle h, String repository, Digest digest) {
    h.createUpdate("insert into repository_blob (repository, digest) values (:r, :d) on conflict do nothing")
        .bind("r", repository)
        .bind("d", digest.toString())
        .execute();
  }

  private static void insertManifest(Handle h, Manifest manifest, ManifestDocument document, long size) {
    Digest subject = document.subject();
    h.createUpdate(
            """
            insert into manifest (repository, digest, media_type, content, artifact_type, annotations, subject, size_bytes)
            values (:repository, :digest, :mediaType, :content, :artifactType, :annotations, :subject, :size)
            on conflict (repository, digest) do update set pushed_at = now()
            """)
        .bind("repository", manifest.repository())
        .bind("digest", manifest.digest().toString())
        .bind("mediaType", manifest.mediaType())
        .bind("content", manifest.content())
        .bind("artifactType", document.artifactType())
        .bind("annotations", document.annotations())
        .bind("subject", subject == null ? null : subject.toString())
        .bind("size", size)
        .execute();
    insertNeeds(h, manifest, "insert into manifest_blob (repository, manifest, blob)", document.blobs());
    insertNeeds(h, manifest, "insert into manifest_child (repository, manifest, child)", document.children());
  }

  private static void insertNeeds(
      Handle h, Manifest manifest, String insert, List<ManifestDocument.Descriptor> needed) {
    for (ManifestDocument.Descriptor descriptor : needed) {
      h.createUpdate(insert + " values (:repository, :manifest, :needed) on conflict do nothing")
          .bind("repository", manifest.repository())
          .bind("manifest", manifest.digest().toString())
          .bind("needed", descriptor.digest().toString())
          .execute();
    }
  }

  private static void point(Handle h, String repository, Digest manifest, String tag) {
    h.createUpdate(
            """
            insert into tag (repository, name, manifest) values (:repository, :name, :manifest)
            on conflict (repository, name) do update set manifest = excluded.manifest, updated_at = now()
            """)
        .bind("repository", repository)
        .bind("name", tag)
        .bind("manifest", manifest.toString())
        .execute();
  }

  private static boolean refusing(String message, java.util.function.BooleanSupplier work) {
    try {
      return work.getAsBoolean();
    } catch (UnableToExecuteStatementException e) {
      if (e.getCause() instanceof SQLException cause && FOREIGN_KEY_VIOLATION.equals(cause.getSQLState())) {
        throw new PlatformException(PlatformException.Code.CONFLICT, message, e);
      }
      throw e;
    }
  }
}
