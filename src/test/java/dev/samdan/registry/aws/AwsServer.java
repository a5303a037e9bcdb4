package dev.samdan.registry.aws;

import dev.samdan.audit.Audit;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Role;
import dev.samdan.registry.Registry;
import dev.samdan.registry.RegistryRoutes;
import io.javalin.Javalin;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The registry with both its faces on a real port, and an access key for it. */
final class AwsServer implements AutoCloseable {
  final Database database = TestDatabase.fresh();
  final Registry registry;
  private final Audit audit = new Audit(database);
  final AccessKeys keys;
  final AccessKeys.AccessKey key;
  private final Javalin server;

  AwsServer(Path home, int port) {
    Identity identity = new Identity(database, InstantSource.system());
    identity.ensureUser("mina", "Kim Mina");
    identity.setRole("mina", null, Role.ADMIN);
    registry = new Registry(home, database);
    keys = new AccessKeys(database, home, InstantSource.system());
    key = keys.issue("mina", "test");
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  new RegistryRoutes(
                          registry, keys::authenticatePassword, AwsServer::applicationOf, audit)
                      .register(config.routes);
                  new AwsRoutes(
                          registry,
                          keys,
                          "http://localhost:" + port,
                          (json, access) -> "{\"family\": \"echoed\", \"given\": " + json + "}",
                          AwsServer::applicationOf,
                          audit)
                      .register(config.routes);
                })
            .start("127.0.0.1", port);
  }

  /** As if each first word of a repository were an application. */
  private static @Nullable String applicationOf(@Nullable String repository) {
    return repository == null ? null : repository.split("/", 2)[0];
  }

  @Override
  public void close() {
    server.stop();
    registry.close();
    audit.close();
  }
}
