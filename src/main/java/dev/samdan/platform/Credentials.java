package dev.samdan.platform;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the home's {@code credentials} file holds (0600): where control is, and the owner's token.
 */
record Credentials(String url, String token) {
  /** The credentials in a file; empty where there is none or it cannot be understood. */
  static Optional<Credentials> read(Path file) {
    try {
      return Files.exists(file)
          ? Optional.of(Json.read(Files.readAllBytes(file), Credentials.class))
          : Optional.empty();
    } catch (PlatformException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the file unless it already says the same. */
  void write(Path file) {
    if (!read(file).equals(Optional.of(this))) {
      AtomicFile.write(file, Json.bytes(this));
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return url;
  }
}
