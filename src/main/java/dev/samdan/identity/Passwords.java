package dev.samdan.identity;

import dev.samdan.base.PlatformException;
import dev.samdan.base.PlatformException.Code;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Passwords under Argon2id with 19 MiB, two passes and one lane (OWASP's Password Storage Cheat
 * Sheet), kept as PHC strings. Few are computed at once, so that signing in cannot take the memory.
 */
final class Passwords {
  private static final int LEAST = 12;
  private static final int MOST = 128;
  private static final int MEMORY = 19 << 10;
  private static final int PASSES = 2;
  private static final int SALT = 16;
  private static final int LENGTH = 32;
  private static final int AT_ONCE = 2;
  private static final int WAITING = 30;
  private static final long PATIENCE_SECONDS = 10;
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d{1,2})\\$([\\w+/]+)\\$([\\w+/]+)");

  private final SecureRandom random = new SecureRandom();
  private final Semaphore turns = new Semaphore(AT_ONCE, true);

  /** What is compared with where a person is not known or has none, which takes as long. */
  private final String nobodys = phc(new byte[SALT], new byte[LENGTH]);

  /** What is kept of a new password; INVALID where it is too short, too long or the name. */
  String hash(String user, String password) {
    String text = normalized(password);
    int length = text.codePointCount(0, text.length());
    if (length < LEAST || length > MOST) {
      throw PlatformException.invalid(
          "a password has " + LEAST + " to " + MOST + " characters, this one " + length);
    }
    if (text.toLowerCase(java.util.Locale.ROOT).contains(user)) {
      throw PlatformException.invalid("a password does not hold the person's name");
    }
    byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    return phc(salt, compute(text, salt, MEMORY, PASSES, 1));
  }

  /** Whether this is the password; as slow where there is none. */
  boolean matches(@Nullable String kept, String password) {
    Matcher phc = PHC.matcher(kept == null ? nobodys : kept);
    if (!phc.matches()) {
      throw new IllegalStateException("a kept password is not of the form $argon2id$...");
    }
    String text = normalized(password);
    byte[] computed =
        compute(
            text.length() > 4 * MOST ? "" : text,
            Base64.getDecoder().decode(phc.group(4)),
            Integer.parseInt(phc.group(1)),
            Integer.parseInt(phc.group(2)),
            Integer.parseInt(phc.group(3)));
    return MessageDigest.isEqual(computed, Base64.getDecoder().decode(phc.group(5)))
        && kept != null;
  }

  private byte[] compute(String password, byte[] salt, int memory, int passes, int lanes) {
    await();
    try {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(memory)
              .withIterations(passes)
              .withParallelism(lanes)
              .withSalt(salt)
              .build());
      byte[] hash = new byte[LENGTH];
      generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
      return hash;
    } finally {
      turns.release();
    }
  }

  private void await() {
    try {
      if (turns.getQueueLength() >= WAITING
          || !turns.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new PlatformException(
            Code.RATE_LIMITED, "too many people sign in at this moment: try again in a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException(Code.UNAVAILABLE, "Samdan stops just now: try again", e);
    }
  }

  /** One text for one password, however a keyboard composes it (RFC 8265). */
  private static String normalized(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFC);
  }

  private static String phc(byte[] salt, byte[] hash) {
    Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m="
        + MEMORY
        + ",t="
        + PASSES
        + ",p=1$"
        + encoder.encodeToString(salt)
        + "$"
        + encoder.encodeToString(hash);
  }
}
