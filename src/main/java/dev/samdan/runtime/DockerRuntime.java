package dev.samdan.runtime;

import com.github.dockerjava.api.exception.DockerException;
import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import dev.samdan.registry.ImageConfig;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks as containers of a Docker engine. All that is made there carries this home's labels and the
 * task's id, which was recorded before, so that what a killed control left is found again.
 */
final class DockerRuntime implements TaskRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(DockerRuntime.class);
  private static final Duration RELEASE_GRACE = Duration.ofSeconds(5);
  private static final int DEFAULT_PORT = 8080;
  private static final ContainerCommand.Network NO_NETWORK =
      new ContainerCommand.Network("none", null, false);

  private final Engine engine;
  private final Registry registry;
  private final TaskFolders folders;
  private final Containers containers;
  private final ContainerNetwork network;
  private final ContainerVolumes volumes;
  private final EngineImages images;
  private final VolumeFolders volumeFolders;

  DockerRuntime(Engine engine, Registry registry, Path home, TaskFolders folders) {
    this.engine = engine;
    this.registry = registry;
    this.folders = folders;
    this.containers = new Containers(engine);
    this.network = new ContainerNetwork(engine, home);
    this.volumeFolders = VolumeFolders.of(home);
    this.volumes = new ContainerVolumes(engine, home);
    this.images = new EngineImages(engine);
  }

  /** Where containers reach this machine; empty before the first one was started. */
  Optional<String> gateway() {
    return network.gateway();
  }

  boolean answers() {
    return engine.facts().isPresent();
  }

  /** Makes what {@link #gateway} tells of; where that fails, the start of a task tells why. */
  void ensureNetwork() {
    try {
      var _ = network.ensure();
    } catch (PlatformException e) {
      LOG.debug("the network of containers is made later: {}", e.text());
    }
  }

  @Override
  public Address reserve(TaskDefinition definition, Set<Address> taken) {
    Set<String> hosts = taken.stream().map(Address::host).collect(Collectors.toSet());
    return new Address(network.ensure().pick(hosts), port(definition.container()));
  }

  /** The declared port, the image's first EXPOSE, or 8080. */
  private int port(ContainerDefinition container) {
    if (container.containerPort() != 0) {
      return container.containerPort();
    }
    return config(container).exposedPorts().stream()
        .filter(port -> !port.endsWith("/udp"))
        .map(port -> Integer.parseInt(port.replaceAll("[^0-9].*", "")))
        .min(Comparator.naturalOrder())
        .orElse(DEFAULT_PORT);
  }

  private ImageConfig config(ContainerDefinition container) {
    ImageReference image = ImageReference.parse(container.image());
    Digest digest = image.digest();
    if (digest == null) {
      throw PlatformException.invalid(
          "container "
              + container.name()
              + " names the image "
              + image
              + " by no digest: register repository@sha256:…");
    }
    return registry.config(image.repository(), digest);
  }

  @Override
  public StartedTask start(TaskStart task) {
    List<ContainerDefinition> order =
        task.isOneOff() ? List.of(task.definition().container()) : StartOrder.of(task.definition());
    ContainerTask started =
        new ContainerTask(
            engine,
            containers,
            task.definition(),
            new ContainerLog(folders.containers(task.id()), order.size() > 1));
    try {
      Map<String, String> names = pull(order);
      Map<String, ImageConfig> configs = new HashMap<>();
      order.forEach(container -> configs.put(container.name(), config(container)));
      ContainerCommand.Network shared = network(task, order);
      Map<String, String> ids = new LinkedHashMap<>();
      for (ContainerDefinition container : order) {
        ContainerDependencies.await(containers, task, container, ids);
        ContainerCommand command =
            new ContainerCommand(
                container,
                task.definition(),
                name(task, container.name()),
                Objects.requireNonNull(names.get(container.name())),
                labels(task, container.name()),
                variables(task, container),
                volumes.binds(task, container, configs),
                task.command(),
                container.options().disableNetworking() ? NO_NETWORK : shared);
        String id = engine.ask(client -> command.in(client).exec()).getId();
        containers.start(id);
        ids.put(container.name(), id);
        started.add(container.name(), id);
      }
      return started;
    } catch (RuntimeException e) {
      undo(task, started);
      throw e instanceof DockerException refused ? refused(refused) : e;
    }
  }

  private void undo(TaskStart task, ContainerTask started) {
    try {
      release(task.id());
    } catch (RuntimeException e) {
      // The sweep after the engine's return finds it.
      started.awaitLog();
      return;
    }
    started.awaitLog();
  }

  private static PlatformException refused(DockerException e) {
    return new PlatformException(
        PlatformException.Code.INVALID,
        "the Docker engine refused the container: " + String.valueOf(e.getMessage()).strip(),
        e);
  }

  /** The images' names in the engine, by container. */
  private Map<String, String> pull(List<ContainerDefinition> order) {
    Map<String, String> names = new LinkedHashMap<>();
    for (ContainerDefinition container : order) {
      names.put(container.name(), pull(container));
    }
    return names;
  }

  /** The engine only says that it got no blob where the registry knows that its file is damaged. */
  private String pull(ContainerDefinition container) {
    try {
      return images.ensure(container);
    } catch (PlatformException e) {
      ImageReference image = ImageReference.parse(container.image());
      boolean damaged =
          registry.damagedImages().stream()
              .anyMatch(stored ->
                  stored.repository().equals(image.repository())
                      && stored.digest().equals(image.digest()));
      throw damaged
          ? PlatformException.unavailable(
              "the image " + image + " is damaged in the registry: build it again; " + e.text())
          : e;
    }
  }

  /**
   * One container has the network by itself. Several, or one that may be restarted, share that of a
   * container which only waits. A one-off run, which nobody reaches, has the machine's: so it
   * reaches what listens on loopback only.
   */
  private ContainerCommand.Network network(TaskStart task, List<ContainerDefinition> order) {
    Address address = task.address();
    if (address == null) {
      return new ContainerCommand.Network("host", null, false);
    }
    if (order.size() == 1 && order.getFirst().restartPolicy() == null) {
      return new ContainerCommand.Network(network.name(), address.host(), true);
    }
    String image = PauseImage.in(engine);
    String id =
        engine
            .ask(client ->
                client
                    .createContainerCmd(image)
                    .withName(name(task, "pause"))
                    .withLabels(engine.labels(Containers.PAUSE, task.id()))
                    .withHostConfig(ContainerCommand.sharedNetwork(network.name(), order))
                    .withIpv4Address(address.host())
                    .exec())
            .getId();
    containers.start(id);
    return new ContainerCommand.Network("container:" + id, null, false);
  }

  private static String name(TaskStart task, String container) {
    return "samdan-" + task.environment() + "-" + task.id() + "-" + container;
  }

  private Map<String, String> labels(TaskStart task, String container) {
    Map<String, String> labels =
        engine.labels(task.isOneOff() ? Containers.RUN : Containers.TASK, task.id());
    labels.put(Containers.NAME_LABEL, container);
    return labels;
  }

  private Map<String, String> variables(TaskStart task, ContainerDefinition container) {
    Map<String, String> all = new LinkedHashMap<>();
    Address address = task.address();
    Map<String, String> given = task.variables().apply(container);
    if (address == null) {
      all.putAll(given);
      return all;
    }
    if (container.equals(task.definition().container())) {
      all.put("PORT", String.valueOf(address.port()));
    }
    all.putAll(DatabaseReach.through(network.ensure().gateway(), given));
    return all;
  }

  @Override
  public Optional<StartedTask> adopt(String id, TaskDefinition definition) {
    List<Containers.Found> found =
        containers.of(id).stream().filter(c -> c.kind().equals(Containers.TASK)).toList();
    boolean whole =
        found.stream()
            .map(Containers.Found::name)
            .collect(Collectors.toSet())
            .containsAll(
                definition.containerDefinitions().stream().map(ContainerDefinition::name).toList());
    if (!whole) {
      return Optional.empty(); // Its start was cut off.
    }
    ContainerTask task =
        new ContainerTask(
            engine,
            containers,
            definition,
            new ContainerLog(folders.containers(id), definition.containerDefinitions().size() > 1));
    found.forEach(container -> task.add(container.name(), container.id()));
    return Optional.of(task);
  }

  @Override
  public void release(String id) {
    if (!engine.isUsed()) {
      return;
    }
    List<Containers.Found> found = new ArrayList<>(containers.of(id));
    found.sort(Comparator.comparing(c -> c.kind().equals(Containers.PAUSE)));
    for (Containers.Found each : found) {
      if (each.running() && !each.kind().equals(Containers.PAUSE)) {
        containers.stop(each.id(), RELEASE_GRACE);
      }
    }
    takeOverLog(id, found);
    found.forEach(each -> containers.remove(each.id()));
    volumes.release(id);
  }

  /** What a killed control did not see any more; nothing is left where one was followed. */
  private void takeOverLog(String id, List<Containers.Found> found) {
    List<Containers.Found> own = found.stream().filter(c -> !c.name().isEmpty()).toList();
    if (own.isEmpty()) {
      return;
    }
    try (ContainerLog log = new ContainerLog(folders.containers(id), own.size() > 1)) {
      for (Containers.Found each : own) {
        ContainerOutput.follow(engine, each.id(), each.name(), log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void sweep(Predicate<String> lives) {
    if (!engine.isUsed()) {
      return;
    }
    Set<String> dead =
        containers.all().values().stream()
            .filter(Containers::isOfTask)
            .map(Containers.Found::task)
            .filter(lives.negate())
            .collect(Collectors.toSet());
    List<Thread> releasing = new ArrayList<>();
    for (String id : dead) {
      releasing.add(Thread.ofVirtual().start(() -> release(id)));
    }
    Threads.joinAll(releasing);
    volumes.sweep(lives);
  }

  @Override
  public void deleteVolumes(String environment) {
    if (engine.isUsed()) {
      volumes.forget(environment);
    }
    volumeFolders.delete(environment);
  }

  @Override
  public void pruneImages(Collection<ContainerDefinition> used) {
    if (engine.isUsed() && engine.facts().isPresent()) {
      images.prune(used);
    }
  }

  /** Ends and removes all of a home in the engine; what volumes keep stays in the home. */
  static void removeAll(Engine engine, Path home) {
    Containers containers = new Containers(engine);
    List<Thread> ending = new ArrayList<>();
    for (Containers.Found each : containers.all().values()) {
      ending.add(
          Thread.ofVirtual()
              .start(() -> {
                containers.stop(each.id(), RELEASE_GRACE);
                containers.remove(each.id());
              }));
    }
    Threads.joinAll(ending);
    new ContainerVolumes(engine, home).removeAll();
    new EngineImages(engine).removeAll();
    new ContainerNetwork(engine, home).removeAll();
  }
}
