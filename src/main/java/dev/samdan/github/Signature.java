package dev.samdan.github;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The header {@code X-Hub-Signature-256}: the HMAC-SHA256 of the raw body under the webhook's
 * secret (GitHub's page "Validating webhook deliveries").
 */
record Signature(byte[] digest) {
  private static final String PREFIX = "sha256=";

  /** Null where the text is none. */
  static @org.jspecify.annotations.Nullable Signature parse(
      @org.jspecify.annotations.Nullable String header) {
    return header != null && header.matches(PREFIX + "[0-9a-fA-F]{64}")
        ? new Signature(HexFormat.of().parseHex(header.substring(PREFIX.length())))
        : null;
  }

  /** In a time that does not depend on how much of it is right. */
  boolean isOf(byte[] body, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return MessageDigest.isEqual(mac.doFinal(body), digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }
}
