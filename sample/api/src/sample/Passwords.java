package sample;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Passwords as {@code pbkdf2-sha256$iterations$salt$hash}. */
final class Passwords {
  private static final int ITERATIONS = 100_000;
  private static final HexFormat HEX = HexFormat.of();

  private Passwords() {}

  static String hash(String password) {
    byte[] salt = new byte[16];
    new SecureRandom().nextBytes(salt);
    return "pbkdf2-sha256$" + ITERATIONS + "$" + HEX.formatHex(salt) + "$" + HEX.formatHex(derive(password, salt, ITERATIONS));
  }

  static boolean matches(String password, String stored) {
    String[] parts = stored.split("\\$");
    byte[] expected = HEX.parseHex(parts[3]);
    return MessageDigest.isEqual(expected, derive(password, HEX.parseHex(parts[2]), Integer.parseInt(parts[1])));
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    try {
      PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
