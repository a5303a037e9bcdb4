package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.samdan.audit.Audit;
import dev.samdan.engine.Engine;
import dev.samdan.engine.EngineRequired;
import dev.samdan.identity.Identity;
import dev.samdan.registry.RegistryRoutes;
import io.javalin.Javalin;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks as containers of the machine's own engine, with images from a registry on a real port. */
@EngineRequired
class DockerTasksTest extends TasksContract {
  Javalin server;

  @Override
  RuntimeChoice choice() {
    return RuntimeChoice.DOCKER;
  }

  @Override
  Map<String, String> environment() {
    return System.getenv();
  }

  @BeforeEach
  void serveImages() {
    Identity identity = new Identity(database, InstantSource.system());
    identity.ensureOwner("Admin");
    String token = identity.issueToken(Identity.OWNER, "engine");
    RegistryRoutes routes =
        new RegistryRoutes(
            registry, identity::authenticateToken, repository -> null, new Audit(database));
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  routes.register(config.routes);
                })
            .start("127.0.0.1", 0);
    engine.signIn("localhost:" + server.port(), "samdan", token);
  }

  @Override
  void leaveNothing() {
    try {
      Tasks.removeContainers(engine, home);
      assertThat(own()).isEmpty();
      assertThat(networks()).isEmpty();
    } finally {
      server.stop();
    }
  }

  @Override
  String image(Map<String, String> environment) {
    return TestImage.shell(registry, environment);
  }

  @Override
  void crash(Task task) {
    engine.client().killContainerCmd(task.containerId()).exec();
  }

  @Override
  boolean isGone(Task task) {
    try {
      engine.client().inspectContainerCmd(String.valueOf(task.containerId())).exec();
      return false;
    } catch (NotFoundException e) {
      return true;
    }
  }

  List<Container> own() {
    return engine
        .client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of(Engine.HOME_LABEL, engine.homeId()))
        .exec();
  }

  private List<String> networks() {
    return engine.client().listNetworksCmd().exec().stream()
        .map(network -> network.getName())
        .filter(name -> name.contains(engine.homeId()))
        .toList();
  }

  @Test
  void two_tasks_keep_the_containers_port_side_by_side() throws Exception {
    TaskDefinition definition =
        tasks.register(
            new TaskDefinitionInput(
                "exposed",
                List.of(new ContainerBuilder("app", image(Map.of("VERSION", "5"))).build()),
                null,
                null));
    tasks.createTaskSet("one", "sample", "dev", "api", definition, 2, Map.of());

    await().until(() -> tasks.tasks("one").stream().filter(Task::isRunning).count() == 2);
    List<Task> both = tasks.tasks("one");
    assertThat(both).extracting(Task::port).containsExactly(8080, 8080);
    assertThat(both.get(0).host()).isNotEqualTo(both.get(1).host());
    for (Task task : both) {
      await().untilAsserted(() -> assertThat(get(task, "/api/version")).isEqualTo("5"));
    }
  }
}
