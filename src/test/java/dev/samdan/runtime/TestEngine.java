package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.samdan.audit.Audit;
import dev.samdan.database.Database;
import dev.samdan.engine.Engine;
import dev.samdan.identity.Identity;
import dev.samdan.registry.Registry;
import dev.samdan.registry.RegistryRoutes;
import io.javalin.Javalin;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The machine's engine as a home uses it, and its registry on a real port for the pulls. */
public final class TestEngine implements AutoCloseable {
  public final Engine engine;
  private final Path home;
  private final Javalin server;

  public TestEngine(
      Path home, Database database, Registry registry, Map<String, String> environment) {
    this.home = home;
    this.engine = Engine.of(home, environment);
    Identity identity = new Identity(database, InstantSource.system());
    identity.ensureOwner("Admin");
    RegistryRoutes routes =
        new RegistryRoutes(
            registry, identity::authenticateToken, repository -> null, new Audit(database));
    this.server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  routes.register(config.routes);
                })
            .start("127.0.0.1", 0);
    engine.signIn(address(), "samdan", identity.issueToken(Identity.OWNER, "engine"));
  }

  String address() {
    return "localhost:" + server.port();
  }

  /** All containers of this home. */
  public List<Container> containers() {
    return engine
        .client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of(Engine.HOME_LABEL, engine.homeId()))
        .exec();
  }

  public boolean exists(String container) {
    try {
      engine.client().inspectContainerCmd(container).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  /**
   * What of this home is in the engine: names of networks and volumes, tags and names of images.
   */
  List<String> leftovers() {
    List<String> names = new ArrayList<>();
    containers().forEach(container -> names.addAll(Arrays.asList(container.getNames())));
    engine.client().listNetworksCmd().exec().forEach(network -> names.add(network.getName()));
    var volumes = engine.client().listVolumesCmd().exec().getVolumes();
    if (volumes != null) {
      volumes.forEach(volume -> names.add(volume.getName()));
    }
    images().forEach(names::add);
    return names.stream()
        .filter(name -> name.contains(engine.homeId()) || name.contains(address()))
        .toList();
  }

  /** All names of images. */
  List<String> images() {
    List<String> names = new ArrayList<>();
    for (var image : engine.client().listImagesCmd().exec()) {
      for (String[] of : new String[][] {image.getRepoTags(), image.getRepoDigests()}) {
        names.addAll(of == null ? List.of() : Arrays.asList(of));
      }
    }
    return names;
  }

  /** Removes all of this home, and asserts that nothing is left. */
  @Override
  public void close() {
    try {
      Tasks.removeContainers(engine, home);
      assertThat(leftovers()).isEmpty();
    } finally {
      server.stop();
      engine.close();
    }
  }
}
