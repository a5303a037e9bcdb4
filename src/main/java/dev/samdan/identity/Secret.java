package dev.samdan.identity;

import dev.samdan.base.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * 256 bits of random behind a word that says what they open. Such a secret needs no slow hash: it
 * cannot be guessed.
 */
final class Secret {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SHOWN = 4;

  private Secret() {}

  static String create(String word) {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return word + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** What is kept. */
  static byte[] hash(String secret) {
    return Digest.sha256().digest(secret.getBytes(StandardCharsets.UTF_8));
  }

  /** The first characters, by which a person recognises it. */
  static String prefix(String secret) {
    return secret.substring(0, secret.indexOf('_') + 1 + SHOWN);
  }
}
