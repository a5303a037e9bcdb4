package dev.samdan.identity;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Access keys for tools that sign their requests as AWS's do (SigV4). The one who checks a
 * signature must know the secret, so it is not a hash that is kept: the secret follows from the
 * key's id and {@code HOME/access-keys.key}, which only its owner may read, and the database alone
 * tells nothing.
 */
public final class AccessKeys {
  /** How long a registry's password lives that {@link #password} gives (as ECR's do). */
  public static final Duration PASSWORD_LIFE = Duration.ofHours(12);

  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String PASSWORD = "ecr";
  private static final Duration USE_STEP = Duration.ofMinutes(1);

  private final Database database;
  private final AccessRows rows;
  private final Path file;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  public AccessKeys(Database database, Path home, InstantSource clock) {
    this.database = database;
    this.rows = new AccessRows(database);
    this.file = home.resolve("access-keys.key");
    this.clock = clock;
  }

  /** A key whose secret is shown only where it is made. */
  public record AccessKey(String accessKeyId, String secretAccessKey) {
    /** Without the secret. */
    @Override
    public String toString() {
      return accessKeyId;
    }
  }

  /** A key as it may be shown. */
  public record AccessKeyInfo(
      String id,
      String user,
      String name,
      Instant createdAt,
      @Nullable Instant lastUsedAt,
      @Nullable Instant expiresAt,
      Scope scope) {}

  /** A key's secret, and what it opens. */
  public record Known(String secret, Access access) {
    /** Without the secret. */
    @Override
    public String toString() {
      return access.toString();
    }
  }

  /** A new key of this person with all that the person may. */
  public AccessKey issue(String user, String name) {
    return issue(user, name, Scope.ALL, null);
  }

  /** A new key of this person; null for one that does not expire. */
  public AccessKey issue(String user, String name, Scope scope, @Nullable Instant expiresAt) {
    if (name.isBlank()) {
      throw PlatformException.invalid("an access key needs a name that tells what it is for");
    }
    String id = newId();
    int inserted =
        database.withHandle(handle ->
            handle.execute(
                "insert into access_key (id, person, name, created_at, application, rights,"
                    + " shared, expires_at) select ?, p.name, ?, ?, ?, ?, ?, ? from person p"
                    + " where p.name = ?",
                id,
                name.strip(),
                now(),
                scope.application(),
                AccessRows.column(scope.rights()),
                scope.shared(),
                expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC),
                user));
    if (inserted == 0) {
      throw PlatformException.notFound(
          "there is no user " + user + " (samdan user list shows those there are)");
    }
    return new AccessKey(id, secret(id));
  }

  /** Newest first. */
  public List<AccessKeyInfo> list(String user) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select *, application as limited_to from access_key where person = :user order by"
                    + " created_at desc, id")
            .bind("user", user)
            .map((row, _) ->
                new AccessKeyInfo(
                    row.getString("id"),
                    row.getString("person"),
                    row.getString("name"),
                    row.getTimestamp("created_at").toInstant(),
                    Tokens.instant(row.getTimestamp("last_used_at")),
                    Tokens.instant(row.getTimestamp("expires_at")),
                    AccessRows.scope(row, false, row.getBoolean("shared"))))
            .list());
  }

  /** False where this person has no such key. */
  public boolean revoke(String user, String id) {
    return database.withHandle(handle ->
        handle.execute("delete from access_key where person = ? and id = ?", user, id))
        > 0;
  }

  /** The key of this id, while it is neither revoked nor over. */
  public Optional<Known> find(String id) {
    Optional<Access> access =
        database.withHandle(handle ->
            handle
                .createQuery(
                    "select "
                        + AccessRows.PERSON
                        + ", k.application as limited_to, k.rights, k.shared from access_key k join person p"
                        + " on p.name = k.person where k.id = :id and (k.expires_at is null or"
                        + " k.expires_at > :now)")
                .bind("id", id)
                .bind("now", now())
                .map((row, _) ->
                    rows.access(row, AccessRows.scope(row, false, row.getBoolean("shared"))))
                .findOne());
    return access.map(found -> {
      used(id);
      return new Known(secret(id), found);
    });
  }

  private void used(String id) {
    database.useHandle(handle ->
        handle.execute(
            "update access_key set last_used_at = ? where id = ? and (last_used_at is null or"
                + " last_used_at < ?)",
            now(),
            id,
            clock.instant().minus(USE_STEP).atOffset(ZoneOffset.UTC)));
  }

  /** A password for the registry that stands for the key until {@link #PASSWORD_LIFE} is over. */
  public String password(String id) {
    long expires = clock.instant().plus(PASSWORD_LIFE).getEpochSecond();
    return PASSWORD + "." + id + "." + expires + "." + seal("password " + id + " " + expires);
  }

  /** What a password opens; empty where it is none, is over, or its key was revoked. */
  public Optional<Access> authenticatePassword(String password) {
    String[] parts = password.split("\\.", 5);
    if (parts.length != 4 || !parts[0].equals(PASSWORD) || !parts[2].matches("[0-9]{1,12}")) {
      return Optional.empty();
    }
    long expires = Long.parseLong(parts[2]);
    String seal = seal("password " + parts[1] + " " + expires);
    boolean genuine =
        MessageDigest.isEqual(
            seal.getBytes(StandardCharsets.UTF_8), parts[3].getBytes(StandardCharsets.UTF_8));
    return genuine && clock.instant().getEpochSecond() < expires
        ? find(parts[1]).map(Known::access)
        : Optional.empty();
  }

  private String secret(String id) {
    return seal("secret " + id).substring(0, 40);
  }

  private String newId() {
    StringBuilder id = new StringBuilder("AKIA");
    for (int i = 0; i < 16; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }

  private String seal(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key(), "HmacSHA256"));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Made with the first key; where it is lost, keys of before no longer fit and are issued anew.
   */
  private synchronized byte[] key() {
    try {
      return Base64.getDecoder().decode(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      byte[] fresh = new byte[32];
      random.nextBytes(fresh);
      AtomicFile.write(file, Base64.getEncoder().encodeToString(fresh) + "\n");
      return fresh;
    } catch (IllegalArgumentException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          file + " is damaged: put it back from a backup, or delete it and issue access keys anew",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
