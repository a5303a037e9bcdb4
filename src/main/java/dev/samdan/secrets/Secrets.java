package dev.samdan.secrets;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The secrets of the applications: values that their builds and tasks find, kept encrypted with the
 * key file {@code HOME/secrets.key}. A secret belongs to one environment or to all of the
 * application; the environment's own counts first.
 */
public final class Secrets {
  /** As much as AWS Secrets Manager takes. */
  static final int MOST_BYTES = 64 * 1024;

  /** Secrets an application may have. */
  static final int MOST_SECRETS = 1000;

  private static final Pattern NAME =
      Pattern.compile("/?[A-Za-z0-9_.+=@-][A-Za-z0-9_.+=@/-]{0,510}");
  private static final String PREVIOUS = "AWSPREVIOUS";

  private final Database database;
  private final Sealing sealing;
  private final InstantSource clock;

  public Secrets(Database database, Path home, InstantSource clock) {
    this.database = database;
    this.sealing = new Sealing(home);
    this.clock = clock;
  }

  /**
   * Gives a secret its value; the one before stays reachable as stage AWSPREVIOUS.
   *
   * @param environment null for every environment of the application
   * @param name may hold {@code /}; a leading one does not count
   * @param by who sets it
   * @return the secret as it may be shown
   * @throws PlatformException NOT_FOUND for an unknown application, INVALID for a name or value
   *     that cannot be kept
   */
  public SecretName set(
      String application, @Nullable String environment, String name, String value, String by) {
    check(name, value);
    String scope = environment == null ? "" : environment;
    String kept = SecretReference.name(name);
    return database.inTransaction(handle -> {
      requireApplication(handle, application);
      boolean firstOfAll = count(handle, "") == 0;
      if (count(handle, application) >= MOST_SECRETS) {
        throw PlatformException.conflict(
            application
                + " has "
                + MOST_SECRETS
                + " secrets, which is the most: delete some ('samdan secret list "
                + application
                + "')");
      }
      return handle
          .createQuery(
              """
              insert into secret (application, environment, name, sealed, version, set_at, set_by)
              values (:application, :environment, :name, :sealed, :version, :at, :by)
              on conflict (application, environment, name) do update set
                previous_sealed = secret.sealed, previous_version = secret.version,
                sealed = excluded.sealed, version = excluded.version,
                set_at = excluded.set_at, set_by = excluded.set_by
              returning application, environment, name, version, set_at, set_by
              """)
          .bind("application", application)
          .bind("environment", scope)
          .bind("name", kept)
          .bind("sealed", sealing.seal(value, belongsTo(application, scope, kept), firstOfAll))
          .bind("version", UUID.randomUUID())
          .bind("at", clock.instant().atOffset(ZoneOffset.UTC))
          .bind("by", by)
          .map((row, context) -> shown(row))
          .one();
    });
  }

  /** The secrets of an application by name, those of all its environments first; never values. */
  public List<SecretName> list(String application) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select application, environment, name, version, set_at, set_by from secret
                where application = :application order by environment, name
                """)
            .bind("application", application)
            .map((row, context) -> shown(row))
            .list());
  }

  /** Deletes a secret with the value before it; false where there is none. */
  public boolean delete(String application, @Nullable String environment, String name) {
    return database.withHandle(handle ->
        handle
            .createUpdate(
                """
                delete from secret
                where application = :application and environment = :environment and name = :name
                """)
            .bind("application", application)
            .bind("environment", environment == null ? "" : environment)
            .bind("name", SecretReference.name(name))
            .execute())
        == 1;
  }

  /**
   * The value that a reference means: a parameter's name, {@code id:json-key:stage:version} as
   * buildspecs write it, or the ARN of either. Looked up in the environment, then in the whole
   * application.
   *
   * @param environment null where only the application's own count
   * @return empty where there is no such secret, version or member of its JSON
   * @throws PlatformException UNAVAILABLE where the key file is missing or another one
   */
  public Optional<String> resolve(
      String application, @Nullable String environment, String reference) {
    SecretReference wanted = SecretReference.parse(reference);
    return wanted.names().stream()
        .flatMap(name -> find(application, environment, name, wanted).stream())
        .findFirst()
        .flatMap(value -> member(value, wanted.jsonKey()));
  }

  /**
   * The value of this very secret, by its scope and its whole name; what no reference of a build or
   * a task can mean where the scope is no environment's.
   */
  public Optional<String> exact(String application, String scope, String name) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select sealed from secret
                where application = :application and environment = :scope and name = :name
                """)
            .bind("application", application)
            .bind("scope", scope)
            .bind("name", name)
            .map((row, context) ->
                sealing.open(row.getBytes("sealed"), belongsTo(application, scope, name)))
            .findOne());
  }

  /** {@link #resolve}, with NOT_FOUND that tells how to set it where it is missing. */
  public String require(String application, @Nullable String environment, String reference) {
    return resolve(application, environment, reference)
        .orElseThrow(
            () -> PlatformException.notFound(missing(application, environment, reference)));
  }

  private static String missing(
      String application, @Nullable String environment, String reference) {
    SecretReference wanted = SecretReference.parse(reference);
    String where = environment == null ? application : application + " in " + environment;
    String name = wanted.names().getLast();
    String member =
        wanted.jsonKey().isEmpty() ? "" : " with a JSON member '" + wanted.jsonKey() + "'";
    String version =
        wanted.version().isEmpty() && wanted.stage().isEmpty()
            ? ""
            : " of version '" + wanted.stage() + wanted.version() + "'";
    return where
        + " has no secret '"
        + name
        + "'"
        + member
        + version
        + ": set it with 'samdan secret set "
        + application
        + " "
        + (environment == null ? "-" : environment)
        + " "
        + name
        + "'";
  }

  private Optional<String> find(
      String application, @Nullable String environment, String name, SecretReference wanted) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select environment, sealed, version, previous_sealed, previous_version from secret
                where application = :application and environment in ('', :environment) and name = :name
                order by environment desc limit 1
                """)
            .bind("application", application)
            .bind("environment", environment == null ? "" : environment)
            .bind("name", name)
            .map((row, context) -> {
              byte[] sealed = version(row, wanted);
              String scope = row.getString("environment");
              return sealed == null
                  ? Optional.<String>empty()
                  : Optional.of(sealing.open(sealed, belongsTo(application, scope, name)));
            })
            .findOne()
            .flatMap(found -> found));
  }

  private static byte @Nullable [] version(ResultSet row, SecretReference wanted)
      throws SQLException {
    if (!wanted.version().isEmpty()) {
      return wanted.version().equals(row.getString("version"))
          ? row.getBytes("sealed")
          : wanted.version().equals(row.getString("previous_version"))
              ? row.getBytes("previous_sealed")
              : null;
    }
    return switch (wanted.stage()) {
      case "", "AWSCURRENT" -> row.getBytes("sealed");
      case PREVIOUS -> row.getBytes("previous_sealed");
      default -> null;
    };
  }

  private static Optional<String> member(String value, String key) {
    if (key.isEmpty()) {
      return Optional.of(value);
    }
    try {
      JsonNode member = Json.tree(value).path(key);
      return member.isMissingNode() || member.isNull()
          ? Optional.empty()
          : Optional.of(member.isString() ? member.stringValue() : member.toString());
    } catch (PlatformException e) {
      // The value is no JSON, so it has no members.
      return Optional.empty();
    }
  }

  private static void check(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw PlatformException.invalid(
          "'"
              + name
              + "' is not a secret's name: it takes 1 to 511 of letters, digits and _ . + = @ / -");
    }
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      throw PlatformException.invalid(
          "the value of "
              + name
              + " has "
              + bytes
              + " bytes; a secret takes at most "
              + MOST_BYTES);
    }
    if (value.indexOf('\0') >= 0) {
      throw PlatformException.invalid(
          "the value of "
              + name
              + " holds a zero byte, which no variable can: encode it in base64");
    }
  }

  private static void requireApplication(Handle handle, String application) {
    boolean known =
        handle
            .createQuery("select true from application where name = :name for key share")
            .bind("name", application)
            .mapTo(Boolean.class)
            .findOne()
            .isPresent();
    if (!known) {
      throw PlatformException.notFound(
          "there is no application '" + application + "': 'samdan app list' shows them");
    }
  }

  /** Of one application; of all where its name is empty. */
  private static long count(Handle handle, String application) {
    return handle
        .createQuery("select count(*) from secret where :application in ('', application)")
        .bind("application", application)
        .mapTo(Long.class)
        .one();
  }

  private static String belongsTo(String application, String environment, String name) {
    return application + "\0" + environment + "\0" + name;
  }

  private static SecretName shown(ResultSet row) throws SQLException {
    String environment = row.getString("environment");
    return new SecretName(
        row.getString("application"),
        environment.isEmpty() ? null : environment,
        row.getString("name"),
        row.getObject("version", UUID.class),
        row.getObject("set_at", OffsetDateTime.class).toInstant(),
        row.getString("set_by"));
  }
}
