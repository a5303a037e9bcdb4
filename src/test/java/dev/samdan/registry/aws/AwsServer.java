package dev.samdan.registry.aws;

import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Identity;
import dev.samdan.registry.Registry;
import dev.samdan.registry.RegistryRoutes;
import io.javalin.Javalin;
import java.nio.file.Path;
import java.time.InstantSource;

/** The registry with both its faces on a real port, and an access key for it. */
final class AwsServer implements AutoCloseable {
  final Database database = TestDatabase.fresh();
  final Registry registry;
  final AccessKeys keys;
  final AccessKeys.AccessKey key;
  private final Javalin server;

  AwsServer(Path home, int port) {
    new Identity(database, InstantSource.system()).ensureUser("mina", "Kim Mina");
    registry = new Registry(home, database);
    keys = new AccessKeys(database, home, InstantSource.system());
    key = keys.issue("mina", "test");
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  new RegistryRoutes(
                          registry, token -> keys.authenticatePassword(token).isPresent())
                      .register(config.routes);
                  new AwsRoutes(
                          registry,
                          keys,
                          "http://localhost:" + port,
                          json -> "{\"family\": \"echoed\", \"given\": " + json + "}",
                          InstantSource.system())
                      .register(config.routes);
                })
            .start("127.0.0.1", port);
  }

  @Override
  public void close() {
    server.stop();
    registry.close();
  }
}
