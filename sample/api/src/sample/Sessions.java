package sample;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Sign-in. A session is a signed token, {@code user.expiry.signature}, so every task and version knows it. */
final class Sessions {
  private static final Duration LIFE = Duration.ofHours(12);
  /** Compared with when the user is unknown, so that the answer takes as long. */
  private static final String NOBODY = Passwords.hash("nobody");

  private final Database database;
  private volatile byte[] key;

  Sessions(Database database) {
    this.database = database;
  }

  /** A token for the right name and password. */
  Optional<String> signIn(String user, String password) throws SQLException {
    String stored =
        database.inTransaction(
            connection -> {
              try (PreparedStatement query = connection.prepareStatement("select password from account where name = ?")) {
                query.setString(1, user);
                try (ResultSet rows = query.executeQuery()) {
                  return rows.next() ? rows.getString(1) : null;
                }
              }
            });
    boolean right = Passwords.matches(password, stored == null ? NOBODY : stored);
    return stored != null && right ? Optional.of(token(user, Instant.now().plus(LIFE).getEpochSecond())) : Optional.empty();
  }

  /** The user of a token that is ours and still good. */
  Optional<String> user(String token) throws SQLException {
    String[] parts = token.split("\\.");
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      String user = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
      long expiry = Long.parseLong(parts[1]);
      byte[] expected = token(user, expiry).getBytes(StandardCharsets.UTF_8);
      boolean ours = MessageDigest.isEqual(expected, token.getBytes(StandardCharsets.UTF_8));
      return ours && Instant.now().getEpochSecond() < expiry ? Optional.of(user) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private String token(String user, long expiry) throws SQLException {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String content = base64.encodeToString(user.getBytes(StandardCharsets.UTF_8)) + "." + expiry;
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key(), "HmacSHA256"));
      return content + "." + base64.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] key() throws SQLException {
    byte[] known = key;
    if (known == null) {
      known =
          database.inTransaction(
              connection -> {
                try (PreparedStatement query = connection.prepareStatement("select value from signing_key");
                    ResultSet rows = query.executeQuery()) {
                  rows.next();
                  return rows.getBytes(1);
                }
              });
      key = known;
    }
    return known;
  }
}
