package dev.samdan.engine;

import com.github.dockerjava.api.model.AuthConfig;
import dev.samdan.base.AtomicFile;
import dev.samdan.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** HOME/engine: the home's id, and the docker command's configuration with its sign-ins. */
final class EngineHome {
  private static final int ID_BYTES = 6;

  private final Path folder;
  private final ConcurrentMap<String, AuthConfig> signIns = new ConcurrentHashMap<>();
  private volatile @Nullable String id;
  private volatile @Nullable String registry;

  EngineHome(Path home) {
    this.folder = home.resolve("engine");
  }

  /** Made once, kept in the home. */
  synchronized String id() {
    String kept = id;
    if (kept != null) {
      return kept;
    }
    Path file = folder.resolve("id");
    try {
      if (Files.exists(file)) {
        kept = Files.readString(file).strip();
      } else {
        byte[] bytes = new byte[ID_BYTES];
        new SecureRandom().nextBytes(bytes);
        kept = HexFormat.of().formatHex(bytes);
        make(folder);
        AtomicFile.write(file, kept.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    id = kept;
    return kept;
  }

  /** Whether the id was asked for, which every object needs. */
  boolean exists() {
    return id != null || Files.exists(folder.resolve("id"));
  }

  Path configFolder() {
    return folder.resolve("docker");
  }

  synchronized void signIn(String name, String user, String password) {
    signIns.put(
        name, new AuthConfig().withRegistryAddress(name).withUsername(user).withPassword(password));
    registry = name;
    String both =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    make(configFolder());
    AtomicFile.write(
        configFolder().resolve("config.json"),
        Json.bytes(Map.of("auths", Map.of(name, Map.of("auth", both)))));
  }

  Optional<AuthConfig> authorisation(String name) {
    return Optional.ofNullable(signIns.get(name));
  }

  Optional<String> registry() {
    return Optional.ofNullable(registry);
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
