package dev.samdan.identity;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of tokens; of a token only its hash and its first characters. */
final class Tokens {
  /** A busy machine makes one for each build. */
  private static final int MOST = 10_000;

  private static final int LONGEST_NAME = 100;

  /** How long one that is over still stands in the list. */
  private static final Duration SHOWN_AFTERWARDS = Duration.ofDays(1);

  // Being used is remembered this coarsely, so that a request for a layer of an image costs no
  // write.
  private static final Duration USE_STEP = Duration.ofMinutes(1);

  private final Database database;
  private final AccessRows rows;
  private final InstantSource clock;

  Tokens(Database database, AccessRows rows, InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.clock = clock;
  }

  /** What a token opens, and until when. */
  record Opened(
      String id, Access access, @Nullable Instant expiresAt, @Nullable Instant lastUsedAt) {
    boolean usedBefore(Instant instant) {
      return lastUsedAt == null || lastUsedAt.isBefore(instant);
    }
  }

  String issue(String user, String name, Scope scope, @Nullable Instant expiresAt) {
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw PlatformException.invalid(
          "a token needs a name that tells what it is for, of at most "
              + LONGEST_NAME
              + " characters");
    }
    if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
      throw PlatformException.invalid("a token that expires at " + expiresAt + " is over already");
    }
    String token = Secret.create("samdan");
    database.useTransaction(handle -> {
      handle.execute(
          "delete from access_token where person = ? and expires_at < ?",
          user,
          time(clock.instant().minus(SHOWN_AFTERWARDS)));
      int inserted =
          handle.execute(
              """
              insert into access_token
                (id, person, name, prefix, hash, created_at, application, rights, registry_only, expires_at)
              select ?, p.name, ?, ?, ?, ?, ?, ?, ?, ? from person p where p.name = ?\
              """,
              UUID.randomUUID().toString().substring(0, 8),
              name.strip(),
              Secret.prefix(token),
              Secret.hash(token),
              time(clock.instant()),
              scope.application(),
              AccessRows.column(scope.rights()),
              scope.registryOnly(),
              expiresAt == null ? null : time(expiresAt),
              user);
      if (inserted == 0) {
        throw People.unknown(user);
      }
      int count =
          handle
              .createQuery("select count(*) from access_token where person = :user")
              .bind("user", user)
              .mapTo(Integer.class)
              .one();
      if (count > MOST) {
        throw PlatformException.conflict(
            user + " has " + MOST + " tokens already: revoke some (samdan token list)");
      }
    });
    return token;
  }

  /** Newest first, those that are over too. */
  List<Identity.TokenInfo> list(String user) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select *, application as limited_to from access_token where person = :user order"
                    + " by created_at desc, id")
            .bind("user", user)
            .map((row, _) -> info(row))
            .list());
  }

  boolean revoke(String user, String id) {
    return database.withHandle(handle ->
        handle.execute("delete from access_token where person = ? and id = ?", user, id))
        > 0;
  }

  /** Empty where the token is not known, was revoked or is over. */
  Optional<Opened> open(String token) {
    byte[] hash = Secret.hash(token);
    Optional<Opened> found =
        database.withHandle(handle ->
            handle
                .createQuery(
                    "select "
                        + AccessRows.PERSON
                        + ", t.id, t.application as limited_to, t.rights, t.registry_only,"
                        + " t.expires_at, t.last_used_at from access_token t join person p on"
                        + " p.name = t.person where t.hash = :hash and (t.expires_at is null or"
                        + " t.expires_at > :now)")
                .bind("hash", hash)
                .bind("now", time(clock.instant()))
                .map((row, _) ->
                    new Opened(
                        row.getString("id"),
                        rows.access(
                            row, AccessRows.scope(row, row.getBoolean("registry_only"), false)),
                        instant(row.getTimestamp("expires_at")),
                        instant(row.getTimestamp("last_used_at"))))
                .findOne());
    Instant now = clock.instant();
    found
        .filter(opened -> opened.usedBefore(now.minus(USE_STEP)))
        .ifPresent(opened ->
            database.useHandle(handle ->
                handle.execute(
                    "update access_token set last_used_at = ? where id = ?",
                    time(now),
                    opened.id())));
    return found;
  }

  private static Identity.TokenInfo info(ResultSet row) throws SQLException {
    return new Identity.TokenInfo(
        row.getString("id"),
        row.getString("person"),
        row.getString("name"),
        row.getString("prefix"),
        row.getTimestamp("created_at").toInstant(),
        instant(row.getTimestamp("last_used_at")),
        instant(row.getTimestamp("expires_at")),
        AccessRows.scope(row, row.getBoolean("registry_only"), false));
  }

  static @Nullable Instant instant(@Nullable Timestamp at) {
    return at == null ? null : at.toInstant();
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
