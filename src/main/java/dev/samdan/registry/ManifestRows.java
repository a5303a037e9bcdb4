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
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Rows of manifests with what they need, and of the tags that point at them. */
final class ManifestRows {
  private final Database database;

  ManifestRows(Database database) {
    this.database = database;
  }

  /** Stores a manifest with all it needs; what is missing is a NOT_FOUND that names it. */
  void put(Manifest manifest, ManifestDocument document, @Nullable String tag) {
    database.useTransaction(h -> {
      String repository = manifest.repository();
      RegistryRows.insertRepository(h, repository);
      long size = manifest.content().length;
      for (ManifestDocument.Descriptor blob : document.blobs()) {
        if (!RegistryRows.holds(h, repository, blob.digest())) {
          throw PlatformException.notFound(
              "the blob " + blob.digest() + " is not in " + repository);
        }
        size += blob.size();
      }
      for (ManifestDocument.Descriptor child : document.children()) {
        size +=
            select(h, repository, child.digest().toString())
                .map(Row::sizeBytes)
                .orElseThrow(() ->
                    PlatformException.notFound(
                        "the manifest " + child.digest() + " is not in " + repository));
      }
      insertManifest(h, manifest, document, size);
      if (tag != null) {
        point(h, repository, manifest.digest(), tag);
      }
    });
  }

  void tag(String repository, Digest manifest, String tag) {
    database.useTransaction(h -> {
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
    return database.withHandle(h ->
        h.createQuery(
                """
                select *, null as tags from manifest
                where repository = :repository and subject = :subject order by pushed_at, digest
                """)
            .bind("repository", repository)
            .bind("subject", subject.toString())
            .map(ManifestRows::row)
            .map(Row::manifest)
            .list());
  }

  boolean remove(String repository, Digest manifest) {
    return RegistryRows.refusing(
        repository + "@" + manifest + " is in use: a deployment runs it or an index holds it",
        () ->
            database.withHandle(h ->
                h.createUpdate(
                            "delete from manifest where repository = :repository and digest ="
                                + " :digest")
                        .bind("repository", repository)
                        .bind("digest", manifest.toString())
                        .execute()
                    > 0));
  }

  /** Whether a deployment, a rollback or an index needs an image. */
  boolean isNeeded(String repository, Digest digest) {
    return database.withHandle(h ->
        h.createQuery(
                """
                select exists (select from image_pin where repository = :repository and manifest = :digest)
                    or exists (select from manifest_child where repository = :repository and child = :digest)
                """)
            .bind("repository", repository)
            .bind("digest", digest.toString())
            .mapTo(Boolean.class)
            .one());
  }

  /** Why an image must stay, such as {@code deployment d-1}. */
  List<String> pins(String repository, Digest digest) {
    return database.withHandle(h ->
        h.createQuery(
                "select reason from image_pin where repository = :repository and manifest = :digest"
                    + " order by pinned_at desc")
            .bind("repository", repository)
            .bind("digest", digest.toString())
            .mapTo(String.class)
            .list());
  }

  /** Newest first; of one repository or one digest where they are not null. */
  List<StoredImage> images(@Nullable String repository, @Nullable Digest digest) {
    return database.withHandle(h ->
        h.createQuery(
                """
                select m.repository, m.digest, m.media_type, ''::bytea as content, m.size_bytes, m.pushed_at,
                       array(select t.name from tag t where t.repository = m.repository and t.manifest = m.digest
                             order by t.name collate "C") as tags
                from manifest m
                where (cast(:repository as text) is null or m.repository = :repository)
                  and (cast(:digest as text) is null or m.digest = :digest)
                order by m.pushed_at desc, m.digest
                """)
            .bind("repository", repository)
            .bind("digest", digest == null ? null : digest.toString())
            .map(ManifestRows::row)
            .map(r ->
                new StoredImage(
                    r.manifest.repository(), r.manifest.digest(), r.tags, r.sizeBytes, r.pushedAt))
            .list());
  }

  /** The images that need one of these blobs, newest first. */
  List<StoredImage> imagesWith(List<Digest> blobs) {
    if (blobs.isEmpty()) {
      return List.of();
    }
    Set<String> needing =
        database.withHandle(h ->
            h
                .createQuery(
                    "select distinct repository || '@' || manifest from manifest_blob where blob in"
                        + " (<blobs>)")
                .bindList("blobs", blobs.stream().map(Digest::toString).toList())
                .mapTo(String.class)
                .stream()
                .collect(Collectors.toSet()));
    return images(null, null).stream()
        .filter(image -> needing.contains(image.repository() + "@" + image.digest()))
        .toList();
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
            ? "select *, null as tags from manifest where repository = :repository and digest ="
                + " :reference"
            : """
            select m.*, null as tags from tag t
            join manifest m on m.repository = t.repository and m.digest = t.manifest
            where t.repository = :repository and t.name = :reference
            """;
    return h.createQuery(sql)
        .bind("repository", repository)
        .bind("reference", reference)
        .map(ManifestRows::row)
        .findOne();
  }

  private static void insertManifest(
      Handle h, Manifest manifest, ManifestDocument document, long size) {
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
    insertNeeds(
        h, manifest, "insert into manifest_blob (repository, manifest, blob)", document.blobs());
    insertNeeds(
        h,
        manifest,
        "insert into manifest_child (repository, manifest, child)",
        document.children());
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

  /** CONFLICT where the repository does not let this tag move from the manifest that it names. */
  private static void point(Handle h, String repository, Digest manifest, String tag) {
    int pointed =
        h.createUpdate(
                """
                insert into tag (repository, name, manifest) values (:repository, :name, :manifest)
                on conflict (repository, name) do update set manifest = excluded.manifest, updated_at = now()
                  where tag.manifest = excluded.manifest or :movable
                """)
            .bind("repository", repository)
            .bind("name", tag)
            .bind("manifest", manifest.toString())
            .bind("movable", RepositoryRows.mutability(h, repository).mayMove(tag))
            .execute();
    if (pointed == 0) {
      throw PlatformException.conflict(
          "The image tag '"
              + tag
              + "' already exists in the '"
              + repository
              + "' repository and cannot be overwritten because the repository is immutable.");
    }
  }
}
