package dev.samdan.identity;

import dev.samdan.database.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of signed-in browsers, and of the links that sign one in. */
final class Browsers {
  private final Database database;
  private final AccessRows rows;
  private final InstantSource clock;

  Browsers(Database database, AccessRows rows, InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.clock = clock;
  }

  /** Signs a browser in; where a token opened it, the session ends with the token. */
  Identity.Session open(Principal principal, Tokens.@Nullable Opened token) {
    String cookie = Secret.create("session");
    Instant latest = clock.instant().plus(Identity.SESSION_LIFE);
    Instant over = token == null ? null : token.expiresAt();
    Instant expires = over != null && over.isBefore(latest) ? over : latest;
    database.useTransaction(handle -> {
      handle.execute("delete from browser_session where expires_at < ?", now());
      handle.execute(
          "insert into browser_session (hash, person, created_at, expires_at, token) values (?, ?,"
              + " ?, ?, ?)",
          Secret.hash(cookie),
          principal.user(),
          now(),
          expires.atOffset(ZoneOffset.UTC),
          token == null ? null : token.id());
    });
    return new Identity.Session(cookie, principal, expires);
  }

  Optional<Access> find(String cookie) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select "
                    + AccessRows.PERSON
                    + " from browser_session s join person p on p.name = s.person where s.hash ="
                    + " :hash and s.expires_at > :now")
            .bind("hash", Secret.hash(cookie))
            .bind("now", now())
            .map((row, _) -> rows.access(row, Scope.ALL))
            .findOne());
  }

  void end(String cookie) {
    database.useHandle(handle ->
        handle.execute("delete from browser_session where hash = ?", Secret.hash(cookie)));
  }

  String link(String user) {
    String secret = Secret.create("link");
    int inserted =
        database.withHandle(handle -> {
          handle.execute("delete from one_time_link where expires_at < ?", now());
          return handle.execute(
              "insert into one_time_link (hash, person, expires_at) select ?, name, ? from person"
                  + " where name = ?",
              Secret.hash(secret),
              clock.instant().plus(Identity.LINK_LIFE).atOffset(ZoneOffset.UTC),
              user);
        });
    if (inserted == 0) {
      throw People.unknown(user);
    }
    return secret;
  }

  /** Whose link it is; it is used up by this. */
  Optional<Principal> useLink(String secret) {
    return database.withHandle(handle ->
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
            .map((row, _) ->
                new Principal(
                    row.getString("name"),
                    row.getString("display_name"),
                    row.getString("language")))
            .findOne());
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
