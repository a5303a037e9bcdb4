package dev.samdan.secrets;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with the key that stands in {@code HOME/secrets.key} (NIST SP 800-38D; a fresh random
 * nonce of 96 bits for each value). What a value belongs to is authenticated with it, so that a row
 * cannot stand in for another.
 */
final class Sealing {
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path file;
  private final SecureRandom random = new SecureRandom();

  Sealing(Path home) {
    this.file = home.resolve("secrets.key");
  }

  /** Encrypts; makes the key where there is none and none is needed for what is kept. */
  byte[] seal(String value, String belongsTo, boolean firstOfAll) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key(firstOfAll), nonce, belongsTo);
      byte[] sealed = cipher.doFinal(value.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Decrypts; UNAVAILABLE where the key is gone or is another one. */
  String open(byte[] sealed, String belongsTo) {
    byte[] nonce = java.util.Arrays.copyOf(sealed, NONCE_BYTES);
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key(false), nonce, belongsTo);
      return new String(
          cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES), StandardCharsets.UTF_8);
    } catch (AEADBadTagException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          file
              + " is not the key with which this secret was encrypted: put the right file back from"
              + " a backup of the home, or set the secret again",
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String belongsTo)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(belongsTo.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private synchronized SecretKey key(boolean make) {
    try {
      if (make && !Files.exists(file)) {
        byte[] fresh = new byte[KEY_BYTES];
        random.nextBytes(fresh);
        AtomicFile.write(file, Base64.getEncoder().encodeToString(fresh) + "\n");
      }
      if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
        throw PlatformException.unavailable(
            file + " can be read by others than its owner: chmod 600 " + file);
      }
      byte[] key = Base64.getDecoder().decode(Files.readString(file).strip());
      if (key.length != KEY_BYTES) {
        throw damaged(null);
      }
      return new SecretKeySpec(key, "AES");
    } catch (NoSuchFileException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          file
              + ", the key of the secrets, is missing: put it back from a backup of the home, or"
              + " delete every secret ('samdan secret list') and set them again",
          e);
    } catch (IllegalArgumentException e) {
      throw damaged(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PlatformException damaged(
      @org.jspecify.annotations.Nullable IllegalArgumentException cause) {
    String message =
        file
            + " is damaged: it must hold 32 bytes in base64; put it back from a backup of the home";
    return cause == null
        ? PlatformException.unavailable(message)
        : new PlatformException(PlatformException.Code.UNAVAILABLE, message, cause);
  }
}
