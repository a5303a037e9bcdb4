package dev.samdan.base;

import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of some content, written {@code sha256:<64 hex digits>} (OCI image specification,
 * descriptors).
 *
 * @param hex 64 lower-case hex digits
 */
public record Digest(String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final String PREFIX = "sha256:";

  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw PlatformException.invalid("'" + hex + "' is not a SHA-256 in 64 lower-case hex digits");
    }
  }

  /** Parses {@code sha256:<hex>}. */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw PlatformException.invalid(
          "'" + text + "' is not a digest: it must be sha256: and 64 hex digits");
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /** The digest of these bytes. */
  public static Digest of(byte[] content) {
    return new Digest(HexFormat.of().formatHex(sha256().digest(content)));
  }

  /** The digest of a file's content. */
  public static Digest of(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest sha256 = sha256();
      byte[] buffer = new byte[1 << 16];
      for (int n; (n = in.read(buffer)) >= 0; ) {
        sha256.update(buffer, 0, n);
      }
      return new Digest(HexFormat.of().formatHex(sha256.digest()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A fresh SHA-256, for content that streams; every JDK has it. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first eight digits, for people. */
  public String shortHex() {
    return hex.substring(0, 8);
  }

  @JsonValue
  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
