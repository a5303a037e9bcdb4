package dev.samdan.identity;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * People, and the secrets by which they are known. A secret is shown once and kept as its SHA-256
 * only.
 */
public final class Identity {
  /** How long a one-time link may be used. */
  public static final Duration LINK_LIFE = Duration.ofMinutes(10);

  /** How long a browser stays signed in. */
  public static final Duration SESSION_LIFE = Duration.ofDays(30);

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  // Being used is remembered this coarsely, so that a request for a layer of an image costs no
  // write.
  private static final Duration USE_STEP = Duration.ofMinutes(1);

  private final Database database;
  private final InstantSource clock;

  public Identity(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A person or machine; {@code language} is {@code en} or {@code ko}, null while not chosen. */
  public record User(
      String name, String displayName, @Nullable String language, Instant createdAt) {}

  /** A token as it may be shown: its first characters only. */
  public record TokenInfo(
      String id,
      String user,
      String name,
      String prefix,
      Instant createdAt,
      @Nullable Instant lastUsedAt) {}

  /**
   * A signed-in browser. {@code cookie} is the secret itself, known only when the session is
   * created.
   */
  public record Session(String cookie, Principal principal, Instant expiresAt) {
    @Override
    public String toString() {
      return "session of " + principal.user() + " until " + expiresAt;
    }
  }

  /** Creates the person where missing and sets the name to show; a blank one keeps what stands. */
  public User ensureUser(String name, String displayName) {
    if (!NAME.matcher(name).matches()) {
      throw PlatformException.invalid(
          "'"
              + name
              + "' is not a user name: it takes 1 to 63 of a-z, 0-9, '.', '_' and '-', the first a letter or digit");
    }
    return database.inTransaction(handle ->
        handle
            .createQuery(
                """
                insert into person (name, display_name, created_at)
                values (:name, coalesce(nullif(:shown, ''), :name), :now)
                on conflict (name) do update set display_name = coalesce(nullif(:shown, ''), person.display_name)
                returning *\
                """)
            .bind("name", name)
            .bind("shown", displayName.strip())
            .bind("now", now())
            .map((row, context) -> user(row))
            .one());
  }

  /** By name. */
  public List<User> users() {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from person order by name")
            .map((row, context) -> user(row))
            .list());
  }

  public Optional<User> user(String name) {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from person where name = :name")
            .bind("name", name)
            .map((row, context) -> user(row))
            .findOne());
  }

  /** Remembers the language ({@code en} or {@code ko}) that a person reads. */
  public void chooseLanguage(String user, String language) {
    if (!language.equals("en") && !language.equals("ko")) {
      throw PlatformException.invalid("'" + language + "' is not a language of Samdan: en or ko");
    }
    int changed =
        database.withHandle(handle ->
            handle.execute("update person set language = ? where name = ?", language, user));
    if (changed == 0) {
      throw unknown(user);
    }
  }

  /** A new token of this person, shown only here. */
  public String issueToken(String user, String name) {
    if (name.isBlank()) {
      throw PlatformException.invalid("a token needs a name that tells what it is for");
    }
    String token = Secret.create("samdan");
    int inserted =
        database.withHandle(handle ->
            handle.execute(
                """
                insert into access_token (id, person, name, prefix, hash, created_at)
                select ?, p.name, ?, ?, ?, ? from person p where p.name = ?\
                """,
                UUID.randomUUID().toString().substring(0, 8),
                name.strip(),
                Secret.prefix(token),
                Secret.hash(token),
                now(),
                user));
    if (inserted == 0) {
      throw unknown(user);
    }
    return token;
  }

  /** Newest first. */
  public List<TokenInfo> tokens(String user) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select * from access_token where person = :user order by created_at desc, id")
            .bind("user", user)
            .map((row, context) -> token(row))
            .list());
  }

  /** NOT_FOUND where this person has no such token. */
  public void revokeToken(String user, String id) {
    int deleted =
        database.withHandle(handle ->
            handle.execute("delete from access_token where person = ? and id = ?", user, id));
    if (deleted == 0) {
      throw PlatformException.notFound(
          user + " has no token " + id + " (samdan token list shows those there are)");
    }
  }

  /** Whose token this is. */
  public Optional<Principal> authenticateToken(String token) {
    return database.withHandle(handle -> byToken(handle, token));
  }

  /** A sign-in attempt with a token from an address; RATE_LIMITED after too many that failed. */
  public Optional<Session> signIn(String token, String address) {
    return attempt(address, handle -> byToken(handle, token));
  }

  /** A secret for a link that signs this person in, once, within {@link #LINK_LIFE}. */
  public String oneTimeLink(String user) {
    String secret = Secret.create("link");
    int inserted =
        database.withHandle(handle -> {
          handle.execute("delete from one_time_link where expires_at < ?", now());
          return handle.execute(
              "insert into one_time_link (hash, person, expires_at) select ?, name, ? from person where name = ?",
              Secret.hash(secret),
              time(clock.instant().plus(LINK_LIFE)),
              user);
        });
    if (inserted == 0) {
      throw unknown(user);
    }
    return secret;
  }

  /** The session that a link's secret gives; empty where it was used, is too old or never was. */
  public Optional<Session> redeem(String secret, String address) {
    return attempt(
        address,
        handle ->
            handle
                .createQuery(
                    """
                    with link as (
                      update one_time_link set used_at = :now
                      where hash = :hash and used_at is null and expires_at > :now returning person)
                    select p.* from link join person p on p.name = link.person\
                    """)
                .bind("now", now())
                .bind("hash", Secret.hash(secret))
                .map((row, context) -> principal(row))
                .findOne());
  }

  /** Who a session's cookie stands for. */
  public Optional<Principal> session(String cookie) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select p.* from browser_session s join person p on p.name = s.person
                where s.hash = :hash and s.expires_at > :now\
                """)
            .bind("hash", Secret.hash(cookie))
            .bind("now", now())
            .map((row, context) -> principal(row))
            .findOne());
  }

  /** Signs this browser out; an unknown cookie is no matter. */
  public void endSession(String cookie) {
    database.useHandle(handle ->
        handle.execute("delete from browser_session where hash = ?", Secret.hash(cookie)));
  }

  /** Something that may tell who it is that tries. */
  private interface Proof {
    Optional<Principal> check(Handle handle);
  }

  private Optional<Session> attempt(String address, Proof proof) {
    return database.inTransaction(handle -> {
      FailedSignIns.refuseTooMany(handle, address, clock.instant());
      Optional<Principal> principal = proof.check(handle);
      if (principal.isEmpty()) {
        FailedSignIns.record(handle, address, clock.instant());
        return Optional.empty();
      }
      return Optional.of(open(handle, principal.get()));
    });
  }

  private Session open(Handle handle, Principal principal) {
    String cookie = Secret.create("session");
    Instant expires = clock.instant().plus(SESSION_LIFE);
    handle.execute("delete from browser_session where expires_at < ?", now());
    handle.execute(
        "insert into browser_session (hash, person, created_at, expires_at) values (?, ?, ?, ?)",
        Secret.hash(cookie),
        principal.user(),
        now(),
        time(expires));
    return new Session(cookie, principal, expires);
  }

  private Optional<Principal> byToken(Handle handle, String token) {
    byte[] hash = Secret.hash(token);
    Optional<Principal> found =
        handle
            .createQuery(
                "select p.* from access_token t join person p on p.name = t.person where t.hash = :hash")
            .bind("hash", hash)
            .map((row, context) -> principal(row))
            .findOne();
    if (found.isPresent()) {
      handle.execute(
          "update access_token set last_used_at = ? where hash = ? and (last_used_at is null or last_used_at < ?)",
          now(),
          hash,
          time(clock.instant().minus(USE_STEP)));
    }
    return found;
  }

  private OffsetDateTime now() {
    return time(clock.instant());
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static User user(ResultSet row) throws SQLException {
    return new User(
        row.getString("name"),
        row.getString("display_name"),
        row.getString("language"),
        row.getTimestamp("created_at").toInstant());
  }

  private static Principal principal(ResultSet row) throws SQLException {
    return new Principal(
        row.getString("name"), row.getString("display_name"), row.getString("language"));
  }

  private static TokenInfo token(ResultSet row) throws SQLException {
    var used = row.getTimestamp("last_used_at");
    return new TokenInfo(
        row.getString("id"),
        row.getString("person"),
        row.getString("name"),
        row.getString("prefix"),
        row.getTimestamp("created_at").toInstant(),
        used == null ? null : used.toInstant());
  }

  private static PlatformException unknown(String user) {
    return PlatformException.notFound(
        "there is no user " + user + " (samdan user list shows those there are)");
  }
}
