package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.engine.Engine;
import dev.samdan.engine.EngineRequired;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tasks as containers of the machine's own engine, with images from a registry on a real port. */
@EngineRequired
class DockerTasksTest extends TasksContract {
  private TestEngine own;

  @Override
  RuntimeChoice choice() {
    return RuntimeChoice.DOCKER;
  }

  @Override
  Engine engine() {
    own = new TestEngine(home, database, registry, System.getenv());
    return own.engine;
  }

  @Override
  void leaveNothing() {
    own.close();
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
    return !own.exists(task.containerId());
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
      await()
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(get(task, "/api/version")).isEqualTo("5"));
    }
  }
}
