package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The room's rows: base images by commit, and what was built from what. */
final class ImageRows {
  private final Database database;

  /** Which base image is meant. */
  record Key(String application, String tier, String commit) {}

  ImageRows(Database database) {
    this.database = database;
  }

  Optional<BaseImage> base(Key key) {
    return database.withHandle(h ->
        h.createQuery(
                "select * from base_image where application = :a and tier = :t and commit_id = :c")
            .bind("a", key.application())
            .bind("t", key.tier())
            .bind("c", key.commit())
            .map(ImageRows::readBase)
            .findOne());
  }

  /** Newest first. */
  List<BaseImage> bases(String application) {
    return database.withHandle(h ->
        h.createQuery(
                "select * from base_image where application = :a order by updated_at desc limit 100")
            .bind("a", application)
            .map(ImageRows::readBase)
            .list());
  }

  /**
   * A build of the base begins; what is ready stays ready meanwhile, because builds already name
   * it.
   */
  void beginBase(Key key, UUID execution) {
    database.useHandle(h ->
        h.createUpdate(
                """
                insert into base_image (application, tier, commit_id, status, execution)
                values (:a, :t, :c, 'Building', :e)
                on conflict (application, tier, commit_id) do update
                  set status = 'Building', execution = :e, error = null, updated_at = now()
                  where base_image.status <> 'Ready'
                """)
            .bind("a", key.application())
            .bind("t", key.tier())
            .bind("c", key.commit())
            .bind("e", execution)
            .execute());
  }

  void finishBase(Key key, UUID execution, String repository, Digest digest) {
    database.useHandle(h ->
        h.createUpdate(
                """
                insert into base_image (application, tier, commit_id, status, execution, repository, digest)
                values (:a, :t, :c, 'Ready', :e, :r, :d)
                on conflict (application, tier, commit_id) do update
                  set status = 'Ready', execution = :e, repository = :r, digest = :d, error = null, updated_at = now()
                """)
            .bind("a", key.application())
            .bind("t", key.tier())
            .bind("c", key.commit())
            .bind("e", execution)
            .bind("r", repository)
            .bind("d", digest.toString())
            .execute());
  }

  void failBase(Key key, UUID execution, String error) {
    database.useHandle(h ->
        h.createUpdate(
                """
                update base_image set status = 'Failed', error = :error, updated_at = now()
                where application = :a and tier = :t and commit_id = :c and status = 'Building' and execution = :e
                """)
            .bind("a", key.application())
            .bind("t", key.tier())
            .bind("c", key.commit())
            .bind("e", execution)
            .bind("error", error)
            .execute());
  }

  /**
   * Forgets a base image whose manifest is no longer in the registry, so that it is built again.
   */
  void forgetBase(Key key, String image) {
    database.useHandle(h ->
        h.createUpdate(
                """
                delete from base_image
                where application = :a and tier = :t and commit_id = :c and repository || '@' || digest = :image
                """)
            .bind("a", key.application())
            .bind("t", key.tier())
            .bind("c", key.commit())
            .bind("image", image)
            .execute());
  }

  void built(
      String application,
      String repository,
      ImageBuilder.Built built,
      String commit,
      UUID execution) {
    Digest base = built.base().digest();
    database.useHandle(h ->
        h.createUpdate(
                """
                insert into built_image
                  (repository, digest, application, commit_id, execution, base_repository, base_digest)
                values (:r, :d, :a, :c, :e, :br, :bd)
                on conflict (repository, digest, commit_id) do update
                  set execution = :e, base_repository = :br, base_digest = :bd, built_at = now()
                """)
            .bind("r", repository)
            .bind("d", built.digest().toString())
            .bind("a", application)
            .bind("c", commit)
            .bind("e", execution)
            .bind("br", built.base().repository())
            .bind("bd", base == null ? null : base.toString())
            .execute());
  }

  /** Newest first. */
  List<BuiltImage> builtImages(String application, int limit) {
    return database.withHandle(h ->
        h.createQuery(
                "select * from built_image where application = :a order by built_at desc limit :limit")
            .bind("a", application)
            .bind("limit", limit)
            .map(ImageRows::readBuilt)
            .list());
  }

  boolean isBuiltBy(String application, String repository, Digest digest) {
    return database.withHandle(h ->
        h.createQuery(
                """
                select exists (select from built_image where application = :a and repository = :r and digest = :d)
                """)
            .bind("a", application)
            .bind("r", repository)
            .bind("d", digest.toString())
            .mapTo(Boolean.class)
            .one());
  }

  Optional<BuiltImage> builtImage(String repository, Digest digest) {
    return database.withHandle(h ->
        h.createQuery(
                """
                select * from built_image where repository = :r and digest = :d order by built_at desc limit 1
                """)
            .bind("r", repository)
            .bind("d", digest.toString())
            .map(ImageRows::readBuilt)
            .findOne());
  }

  void forget(String application) {
    database.useTransaction(h -> {
      h.createUpdate("delete from base_image where application = :a")
          .bind("a", application)
          .execute();
      h.createUpdate("delete from built_image where application = :a")
          .bind("a", application)
          .execute();
    });
  }

  private static BaseImage readBase(ResultSet rs, StatementContext context) throws SQLException {
    return new BaseImage(
        rs.getString("application"),
        rs.getString("tier"),
        rs.getString("commit_id"),
        BaseImage.Status.valueOf(rs.getString("status")),
        rs.getObject("execution", UUID.class),
        name(rs.getString("repository"), rs.getString("digest")),
        rs.getString("error"),
        rs.getObject("updated_at", OffsetDateTime.class).toInstant());
  }

  private static BuiltImage readBuilt(ResultSet rs, StatementContext context) throws SQLException {
    return new BuiltImage(
        rs.getString("application"),
        rs.getString("repository"),
        Digest.parse(rs.getString("digest")),
        rs.getString("commit_id"),
        rs.getObject("execution", UUID.class),
        name(rs.getString("base_repository"), rs.getString("base_digest")),
        rs.getObject("built_at", OffsetDateTime.class).toInstant());
  }

  private static @Nullable String name(@Nullable String repository, @Nullable String digest) {
    return repository == null || digest == null ? null : repository + "@" + digest;
  }
}
