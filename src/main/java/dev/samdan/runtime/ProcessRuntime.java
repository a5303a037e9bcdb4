package dev.samdan.runtime;

import dev.samdan.base.Digest;
import dev.samdan.base.Folders;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Shim;
import dev.samdan.base.ShimSpec;
import dev.samdan.isolation.Isolation;
import dev.samdan.registry.ImageConfig;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Tasks as processes, each the session of a shim in a copy of its image. */
final class ProcessRuntime implements TaskRuntime {
  private static final long LOG_BYTES = 4L << 20;

  /** For what no row knows. */
  private static final Duration ORPHAN_GRACE = Duration.ofSeconds(5);

  private final Registry registry;
  private final Isolation isolation;
  private final ImageFolders images;
  private final TaskFolders folders;
  private final FreePorts ports = new FreePorts();
  private final VolumeFolders volumes;
  private final ReentrantLock volumeLock = new ReentrantLock();

  ProcessRuntime(Registry registry, Isolation isolation, TaskFolders folders) {
    this.registry = registry;
    this.isolation = isolation;
    this.images = new ImageFolders(registry, isolation.home());
    this.folders = folders;
    this.volumes = VolumeFolders.of(isolation.home());
  }

  @Override
  public Address reserve(TaskDefinition definition, Set<Address> taken) {
    Set<Integer> given = taken.stream().map(Address::port).collect(Collectors.toSet());
    return new Address("127.0.0.1", ports.pick(given));
  }

  @Override
  public StartedTask start(TaskStart task) {
    requireOneContainer(task.definition());
    ContainerDefinition container = task.definition().container();
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
    ImageConfig config = registry.config(image.repository(), digest);
    Path root = folders.root(task.id());
    folders.deleteRoot(task.id());
    TaskUser user = new TaskUser(isolation.ofTasks(task.environment()).orElse(null), root);
    images.copyTo(image, digest, root, user.account());
    refuseForeignSystem(image, config, root);
    List<Path> linked = linkVolumes(user, task, config, container);
    ProcessCommand command =
        ProcessCommand.of(config, container, task.command(), variables(task, container), root);
    try {
      boolean _ = user.createFolders(command.workingDirectory());
      return new ProcessTask(
          Shim.start(
              new ShimSpec(
                  folders.shim(task.id()),
                  command.arguments(),
                  command.workingDirectory(),
                  command.environment(),
                  LOG_BYTES,
                  0,
                  user.confinement(linked))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireOneContainer(TaskDefinition definition) {
    if (definition.containerDefinitions().size() > 1) {
      throw PlatformException.invalid(
          definition.name()
              + " has "
              + definition.containerDefinitions().size()
              + " containers ("
              + definition.containerDefinitions().stream()
                  .map(ContainerDefinition::name)
                  .collect(Collectors.joining(", "))
              + "), which need a Docker engine, and tasks run as processes here: start Docker and"
              + " run samdan up --runtime auto");
    }
  }

  /** An image with an operating system of its own does not run on this machine's. */
  private static void refuseForeignSystem(ImageReference image, ImageConfig config, Path root) {
    boolean says = "process".equals(config.labels().get(Runtimes.LABEL));
    if (!says && Files.exists(root.resolve("etc/os-release"), LinkOption.NOFOLLOW_LINKS)) {
      throw PlatformException.invalid(
          "image "
              + image
              + " brings an operating system of its own (etc/os-release), so it runs in containers"
              + " only, and tasks run as processes here: start Docker and run samdan up --runtime"
              + " auto. An image whose programs run on this machine's says so: LABEL "
              + Runtimes.LABEL
              + "=process");
    }
  }

  private static Map<String, String> variables(TaskStart task, ContainerDefinition container) {
    Map<String, String> all = new LinkedHashMap<>(task.variables().apply(container));
    Address address = task.address();
    if (address != null) {
      all.put("PORT", String.valueOf(address.port()));
    }
    return all;
  }

  @Override
  public Optional<StartedTask> adopt(String id, TaskDefinition definition) {
    return shim(id).map(ProcessTask::new);
  }

  private Optional<Shim> shim(String id) {
    Path folder = folders.shim(id);
    return Files.isDirectory(folder) ? Shim.adopt(folder) : Optional.empty();
  }

  @Override
  public void release(String id) {
    shim(id).filter(Shim::isAlive).ifPresent(shim -> shim.stop(ORPHAN_GRACE));
    folders.deleteRoot(id);
  }

  @Override
  public void sweep(Predicate<String> lives) {
    List<Thread> ending = new ArrayList<>();
    for (String id : folders.ids()) {
      if (!lives.test(id)) {
        ending.add(Thread.ofVirtual().start(() -> release(id)));
      }
    }
    Threads.joinAll(ending);
  }

  @Override
  public void deleteVolumes(String environment) {
    volumes.delete(environment);
    isolation.forgetTasks(environment);
  }

  @Override
  public void pruneImages(Collection<ContainerDefinition> used) {
    Set<String> hex =
        used.stream()
            .flatMap(c -> Optional.ofNullable(ImageReference.parse(c.image()).digest()).stream())
            .map(Digest::hex)
            .collect(Collectors.toSet());
    images.prune(hex);
  }

  /** The folders of the volumes, each linked into the task's root. */
  private List<Path> linkVolumes(
      TaskUser user, TaskStart task, ImageConfig config, ContainerDefinition container) {
    Map<Path, Path> all = volumes(user.root(), task, config, container);
    // Outer ones first: what lies in a volume is part of it already.
    List<Path> places = new ArrayList<>();
    all.keySet().stream()
        .sorted()
        .forEach(place -> {
          if (places.stream().noneMatch(place::startsWith)) {
            places.add(place);
          }
        });
    List<Path> linked = new ArrayList<>();
    for (Path place : places) {
      Path folder = Objects.requireNonNull(all.get(place));
      linkVolume(place, folder, user);
      linked.add(folder);
    }
    return linked;
  }

  /** By where they are in the task's root; a volume of the task alone is just a folder of it. */
  private Map<Path, Path> volumes(
      Path root, TaskStart task, ImageConfig config, ContainerDefinition container) {
    Map<Path, Path> all = new LinkedHashMap<>();
    List<String> paths = new ArrayList<>(config.volumes());
    paths.addAll(container.volumes());
    for (String path : paths) {
      all.put(ProcessCommand.inside(root, path), volumes.ofPath(task.environment(), path));
    }
    for (MountPoint mount : container.mountPoints()) {
      Path place = ProcessCommand.inside(root, mount.containerPath());
      Volume volume = task.definition().volume(mount.sourceVolume());
      if (volume.taskOnly()) {
        all.remove(place);
      } else if (volume.sourcePath() != null) {
        all.put(place, MachineAccess.folder(isolation.home(), volume.name(), volume.sourcePath()));
      } else {
        all.put(place, volumes.ofName(task.environment(), volume.name()));
      }
    }
    all.remove(root);
    return all;
  }

  /** What the image has at the path fills a volume that is new, as Docker does. */
  private void linkVolume(Path place, Path volume, TaskUser user) {
    volumeLock.lock();
    try {
      if (!user.createFolders(Objects.requireNonNull(place.getParent()))) {
        throw PlatformException.invalid(
            "the volume at /"
                + user.root().relativize(place)
                + " lies behind a link of its image: give it a path without links");
      }
      boolean isNew = !Files.isDirectory(volume);
      if (volume.startsWith(volumes.volumes())) {
        user.keep(volume); // A folder of the machine stays whose it is.
      }
      if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        if (isNew && volume.startsWith(volumes.volumes())) {
          FolderTree.copy(place, volume, user.account());
        }
        Folders.delete(place);
      } else if (Files.isSymbolicLink(place)) {
        Files.delete(place);
      }
      Files.createSymbolicLink(place, volume);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      volumeLock.unlock();
    }
  }
}
