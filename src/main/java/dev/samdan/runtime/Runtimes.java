package dev.samdan.runtime;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Registry;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which of the two runtimes a task set or a one-off run gets. */
final class Runtimes {
  /** An image says {@code process} in it where it is meant for processes. */
  static final String LABEL = "dev.samdan.runtime";

  private static final Logger LOG = LoggerFactory.getLogger(Runtimes.class);

  private final ProcessRuntime process;
  private final DockerRuntime docker;
  private final Registry registry;
  private final Engine engine;
  private final RuntimeChoice choice;
  private final AtomicBoolean owed = new AtomicBoolean();

  Runtimes(
      ProcessRuntime process,
      DockerRuntime docker,
      Registry registry,
      Engine engine,
      RuntimeChoice choice) {
    this.process = process;
    this.docker = docker;
    this.registry = registry;
    this.engine = engine;
    this.choice = choice;
  }

  TaskRuntime of(RuntimeKind kind) {
    return switch (kind) {
      case PROCESS -> process;
      case DOCKER -> docker;
    };
  }

  List<TaskRuntime> all() {
    return List.of(process, docker);
  }

  /** Removes what is left of a task; where its runtime cannot be asked now, a sweep is owed. */
  void release(RuntimeKind kind, String id) {
    try {
      of(kind).release(id);
    } catch (PlatformException e) {
      LOG.warn("what is left of task {} is removed later: {}", id, e.text());
      oweSweep();
    }
  }

  void oweSweep() {
    owed.set(true);
  }

  /** True once after a sweep was owed. */
  boolean takeOwed() {
    return owed.getAndSet(false);
  }

  /**
   * What a new set of this definition gets.
   *
   * @param ranInContainers whether the environment's newest set does: an engine that is away for a
   *     moment turns no containers into processes
   */
  RuntimeKind choose(TaskDefinition definition, boolean ranInContainers) {
    return switch (choice) {
      case PROCESS -> RuntimeKind.PROCESS;
      case DOCKER -> RuntimeKind.DOCKER;
      case AUTO ->
          !isForProcesses(definition) && (ranInContainers || engine.facts().isPresent())
              ? RuntimeKind.DOCKER
              : RuntimeKind.PROCESS;
    };
  }

  private boolean isForProcesses(TaskDefinition definition) {
    ImageReference image = ImageReference.parse(definition.container().image());
    Digest digest = image.digest();
    try {
      return digest != null
          && definition.containerDefinitions().size() == 1
          && "process".equals(registry.config(image.repository(), digest).labels().get(LABEL));
    } catch (PlatformException e) {
      return false; // The start tells what is wrong with the image.
    }
  }
}
