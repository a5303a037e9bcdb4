package dev.samdan.identity;

import dev.samdan.base.PlatformException;
import dev.samdan.base.PlatformException.Code;
import dev.samdan.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * People, what they may do where, and the secrets by which they are known. A token, link or cookie
 * is shown once and kept as its SHA-256, a password under Argon2id.
 */
public final class Identity {
  /** How long a one-time link may be used. */
  public static final Duration LINK_LIFE = Duration.ofMinutes(10);

  /** How long a browser stays signed in. */
  public static final Duration SESSION_LIFE = Duration.ofDays(30);

  /** The person that a home belongs to: whoever has the home may do everything. */
  public static final String OWNER = "admin";

  private final People people;
  private final Tokens tokens;
  private final Browsers browsers;
  private final Attempts attempts;
  private final Passwords passwords = new Passwords();

  public Identity(Database database, InstantSource clock) {
    AccessRows rows = new AccessRows(database);
    this.people = new People(database, clock);
    this.tokens = new Tokens(database, rows, clock);
    this.browsers = new Browsers(database, rows, clock);
    this.attempts = new Attempts(database, clock);
  }

  /**
   * A person or machine.
   *
   * @param language {@code en} or {@code ko}, null while not chosen
   * @param role in every application, null for none
   * @param roles by application
   */
  public record User(
      String name,
      String displayName,
      @Nullable String language,
      Instant createdAt,
      @Nullable Role role,
      Map<String, Role> roles,
      boolean hasPassword) {
    public User {
      roles = Map.copyOf(roles);
    }

    /** Whether the usual least role for this is theirs, in an application. */
    public boolean may(Right right, String application) {
      return isAtLeast(right.leastRole(), application);
    }

    /** Whether they are that much in an application, by their role there or everywhere. */
    public boolean isAtLeast(Role least, String application) {
      Role here = roles.get(application);
      return (role != null && role.atLeast(least)) || (here != null && here.atLeast(least));
    }
  }

  /** A token as it may be shown: its first characters only. */
  public record TokenInfo(
      String id,
      String user,
      String name,
      String prefix,
      Instant createdAt,
      @Nullable Instant lastUsedAt,
      @Nullable Instant expiresAt,
      Scope scope) {}

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
    return people.ensure(name, displayName);
  }

  /** The {@link #OWNER}, who may do everything. */
  public User ensureOwner(String displayName) {
    people.ensure(OWNER, displayName);
    people.setRole(OWNER, null, Role.ADMIN);
    return people.show(OWNER);
  }

  /** A new person without any role; CONFLICT where the name is taken. */
  public User createUser(String name, String displayName) {
    return people.create(name, displayName);
  }

  /** By name. */
  public List<User> users() {
    return people.list();
  }

  public Optional<User> user(String name) {
    return people.find(name);
  }

  /** The person; NOT_FOUND where there is none. */
  public User show(String name) {
    return people.show(name);
  }

  /** Deletes a person with their tokens and keys; their browsers are signed out at once. */
  public void deleteUser(String name) {
    refuseOwner(name, "is not deleted");
    people.delete(name);
  }

  /**
   * Sets what a person is in every application ({@code application} null) or in one; null takes the
   * role away.
   */
  public void setRole(String user, @Nullable String application, @Nullable Role role) {
    if (application == null && role != Role.ADMIN) {
      refuseOwner(user, "stays admin");
    }
    people.setRole(user, application, role);
  }

  private static void refuseOwner(String name, String what) {
    if (name.equals(OWNER)) {
      throw PlatformException.conflict(
          OWNER + " " + what + ": the home belongs to it, and whoever has the home may do all");
    }
  }

  /** Remembers the language ({@code en} or {@code ko}) that a person reads. */
  public void chooseLanguage(String user, String language) {
    people.chooseLanguage(user, language);
  }

  /** Sets the password, and signs out every browser of the person. */
  public void setPassword(String user, String password) {
    people.setPassword(people.show(user).name(), passwords.hash(user, password));
  }

  /**
   * As above, by the person, who shows the password there was.
   *
   * @param current not asked where there was none
   * @throws PlatformException FORBIDDEN where it is another, RATE_LIMITED after too many of those
   */
  public void changePassword(String user, String current, String password, String address) {
    Optional<String> kept = people.password(user);
    if (kept.isPresent()) {
      Attempts.Counted counted =
          attempts.begin(Attempts.Subject.address(address), Attempts.Subject.user(user));
      if (!passwords.matches(kept.get(), current)) {
        throw new PlatformException(Code.FORBIDDEN, "the current password is another");
      }
      attempts.succeeded(counted);
    }
    setPassword(user, password);
  }

  /** A new token of this person with all that the person may, shown only here. */
  public String issueToken(String user, String name) {
    return issueToken(user, name, Scope.ALL, null);
  }

  /** A new token of this person, shown only here; null for one that does not expire. */
  public String issueToken(String user, String name, Scope scope, @Nullable Instant expiresAt) {
    return tokens.issue(user, name, scope, expiresAt);
  }

  /** Newest first. */
  public List<TokenInfo> tokens(String user) {
    return tokens.list(user);
  }

  /** At once; NOT_FOUND where this person has no such token. */
  public void revokeToken(String user, String id) {
    if (!tokens.revoke(user, id)) {
      throw PlatformException.notFound(
          user + " has no token " + id + " (samdan token list shows those there are)");
    }
  }

  /** Who acts by this token, and what they may. */
  public Optional<Access> authenticateToken(String token) {
    return tokens.open(token).map(Tokens.Opened::access);
  }

  /**
   * A sign-in attempt with a token from an address; RATE_LIMITED after too many that failed,
   * FORBIDDEN where the token is limited, since a browser is not.
   */
  public Optional<Session> signIn(String token, String address) {
    Attempts.Counted counted = attempts.begin(Attempts.Subject.address(address));
    Optional<Tokens.Opened> opened = tokens.open(token);
    if (opened.isPresent()) {
      attempts.succeeded(counted);
      if (opened.get().access().scope().limited()) {
        throw new PlatformException(
            Code.FORBIDDEN, "a token that is limited does not open the console");
      }
    }
    return opened.map(o -> browsers.open(o.access().principal(), o));
  }

  /** A sign-in attempt by name and password; RATE_LIMITED after too many that failed. */
  public Optional<Session> signIn(String user, String password, String address) {
    Attempts.Counted counted =
        attempts.begin(Attempts.Subject.address(address), Attempts.Subject.user(user));
    if (!passwords.matches(people.password(user).orElse(null), password)) {
      return Optional.empty();
    }
    attempts.succeeded(counted);
    return people
        .find(user)
        .map(u -> browsers.open(new Principal(u.name(), u.displayName(), u.language()), null));
  }

  /** A secret for a link that signs this person in, once, within {@link #LINK_LIFE}. */
  public String oneTimeLink(String user) {
    return browsers.link(user);
  }

  /** The session that a link's secret gives; empty where it was used, is too old or never was. */
  public Optional<Session> redeem(String secret, String address) {
    Attempts.Counted counted = attempts.begin(Attempts.Subject.address(address));
    Optional<Principal> principal = browsers.useLink(secret);
    if (principal.isPresent()) {
      attempts.succeeded(counted);
    }
    return principal.map(p -> browsers.open(p, null));
  }

  /** Who a session's cookie stands for, and what they may. */
  public Optional<Access> session(String cookie) {
    return browsers.find(cookie);
  }

  /** Signs this browser out; an unknown cookie is no matter. */
  public void endSession(String cookie) {
    browsers.end(cookie);
  }
}
