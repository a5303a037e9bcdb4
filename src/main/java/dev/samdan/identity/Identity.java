package dev.samdan.identity;

import dev.samdan.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** People, and the secrets by which they are known. A secret is shown once and kept as its SHA-256 only. */
public final class Identity {
  /** How long a one-time link may be used. */
  public static final Duration LINK_LIFE = Duration.ofMinutes(10);

  private final Database database;
  private final InstantSource clock;

  public Identity(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A person or machine; {@code language} is {@code en} or {@code ko}, null while not chosen. */
  public record User(String name, String displayName, @Nullable String language, Instant createdAt) {}

  /** A token as it may be shown: its first characters only. */
  public record TokenInfo(
      String id, String user, String name, String prefix, Instant createdAt, @Nullable Instant lastUsedAt) {}

  /** A signed-in browser. {@code cookie} is the secret itself, known only when the session is created. */
  public record Session(String cookie, Principal principal, Instant expiresAt) {}

  /** Creates the person where missing and sets the name to show; a blank one keeps what stands. */
  public User ensureUser(String name, String displayName) {
    throw new UnsupportedOperationException(name + database + clock);
  }

  public List<User> users() {
    throw new UnsupportedOperationException();
  }

  public Optional<User> user(String name) {
    throw new UnsupportedOperationException(name);
  }

  /** Remembers the language ({@code en} or {@code ko}) that a person reads. */
  public void chooseLanguage(String user, String language) {
    throw new UnsupportedOperationException(user + language);
  }

  /** A new token of this person, shown only here. */
  public String issueToken(String user, String name) {
    throw new UnsupportedOperationException(user + name);
  }

  /** Newest first. */
  public List<TokenInfo> tokens(String user) {
    throw new UnsupportedOperationException(user);
  }

  /** NOT_FOUND where this person has no such token. */
  public void revokeToken(String user, String id) {
    throw new UnsupportedOperationException(user + id);
  }

  /** Whose token this is. */
  public Optional<Principal> authenticateToken(String token) {
    throw new UnsupportedOperationException(token);
  }

  /** A sign-in attempt with a token from an address; RATE_LIMITED after too many that failed. */
  public Optional<Session> signIn(String token, String address) {
    throw new UnsupportedOperationException(token + address);
  }

  /** A secret for a link that signs this person in, once, within {@link #LINK_LIFE}. */
  public String oneTimeLink(String user) {
    throw new UnsupportedOperationException(user);
  }

  /** The session that a link's secret gives; empty where it was used, is too old or never was. */
  public Optional<Session> redeem(String secret, String address) {
    throw new UnsupportedOperationException(secret + address);
  }

  /** Who a session's cookie stands for. */
  public Optional<Principal> session(String cookie) {
    throw new UnsupportedOperationException(cookie);
  }

  public void endSession(String cookie) {
    throw new UnsupportedOperationException(cookie);
  }
}
