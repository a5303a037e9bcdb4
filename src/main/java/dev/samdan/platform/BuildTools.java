package dev.samdan.platform;

import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Right;
import dev.samdan.identity.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What lets a team's scripts for ECR run unchanged in builds: a {@code docker} first on their PATH
 * that takes the names of ECR registries for this one, an {@code aws} that still knows {@code ecr
 * get-login}, the endpoint for it, and an access key of the application for both.
 */
final class BuildTools {
  private static final Set<Right> RIGHTS = Set.of(Right.READ, Right.PUSH, Right.DEPLOY);

  /** The one key that builds of all applications had before each application had its own. */
  private static final String KEY_OF_ALL = "build scripts";

  private static final Duration LONGEST_BUILD = Duration.ofDays(2);
  private static final List<String> COMMANDS = List.of("docker", "aws", "start-dockerd");
  private final Path folder;
  private final String url;
  private final AccessKeys keys;
  private final Identity identity;
  private final String owner;

  BuildTools(Path home, String url, AccessKeys keys, Identity identity, String owner) {
    this.folder = home.resolve("build-tools");
    this.url = url;
    this.keys = keys;
    this.identity = identity;
    this.owner = owner;
  }

  /** Lays the commands down, as this version has them. */
  void install() {
    revokeKeyOfAll();
    try {
      Files.createDirectories(folder);
      // Builds may run as another user, whatever this one's umask is.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      for (String command : COMMANDS) {
        install(command);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void install(String command) throws IOException {
    Path fresh = folder.resolve(command + ".new");
    try (InputStream script =
        Objects.requireNonNull(BuildTools.class.getResourceAsStream(command + ".sh"))) {
      Files.copy(script, fresh, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(
        fresh,
        folder.resolve(command),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void revokeKeyOfAll() {
    Scope all = new Scope(null, RIGHTS, false);
    keys.list(owner).stream()
        .filter(key -> key.name().equals(KEY_OF_ALL) && key.scope().equals(all))
        .forEach(key -> keys.revoke(owner, key.id()));
  }

  /** A password for git that fetches the application's repositories while a build may run. */
  String gitPassword(String application) {
    return identity.issueToken(
        owner,
        "git in a build",
        new Scope(application, Set.of(Right.READ), false),
        Instant.now().plus(LONGEST_BUILD));
  }

  /** Where the commands are. */
  Path folder() {
    return folder;
  }

  /**
   * The variables of an application's builds; the secret among them stands under
   * AWS_SECRET_ACCESS_KEY.
   */
  Map<String, String> variables(String application) {
    String id = key(application);
    return Map.of(
        "SAMDAN_REGISTRY",
        URI.create(url).getAuthority(),
        "AWS_ENDPOINT_URL",
        url + "/aws",
        "AWS_ACCESS_KEY_ID",
        id,
        "AWS_SECRET_ACCESS_KEY",
        keys.find(id).orElseThrow().secret());
  }

  /**
   * The application's key, made with its first build; it ends with the application. Scripts also
   * push to repositories with names of their own, which belong to no application.
   */
  private synchronized String key(String application) {
    String name = "builds of " + application;
    Scope scope = new Scope(application, RIGHTS, false, true);
    return keys.list(owner).stream()
        .filter(key -> key.name().equals(name) && key.scope().equals(scope))
        .findFirst()
        .map(AccessKeys.AccessKeyInfo::id)
        .orElseGet(() -> keys.issue(owner, name, scope, null).accessKeyId());
  }
}
