package dev.samdan.runtime;

import dev.samdan.base.Digest;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tasks as processes: HOME/tasks/&lt;id&gt; holds the task's own copy of the image ({@code root})
 * while it runs, and its shim's files with the log ({@code shim}), which stay after its end.
 */
final class ProcessRuntime {
  private static final long LOG_BYTES = 4L << 20;

  private final Registry registry;
  private final Isolation isolation;
  private final ImageFolders images;
  private final Path tasks;
  private final Path volumes;
  private final ReentrantLock volumeLock = new ReentrantLock();

  ProcessRuntime(Registry registry, Isolation isolation) {
    Path absolute = isolation.home();
    this.registry = registry;
    this.isolation = isolation;
    this.images = new ImageFolders(registry, absolute);
    this.tasks = absolute.resolve("tasks");
    this.volumes = absolute.resolve("volumes");
  }

  /**
   * Starts a task, or a one-off command where {@code override} is not empty, in a folder of this
   * id.
   */
  Shim start(
      String id,
      String environment,
      ContainerDefinition container,
      List<String> override,
      Map<String, String> variables) {
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
    Path root = tasks.resolve(id).resolve("root");
    deleteRoot(id);
    TaskUser user = new TaskUser(isolation.ofTasks(environment).orElse(null), root);
    images.copyTo(image, digest, root, user.account());
    List<Path> linked = linkVolumes(user, environment, config, container);
    ProcessCommand command = ProcessCommand.of(config, container, override, variables, root);
    try {
      user.createFolders(command.workingDirectory());
      return Shim.start(
          new ShimSpec(
              shimFolder(id),
              command.arguments(),
              command.workingDirectory(),
              command.environment(),
              LOG_BYTES,
              0,
              user.confinement(linked)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The shim of this id, alive or ended. */
  Optional<Shim> adopt(String id) {
    return Files.isDirectory(shimFolder(id)) ? Shim.adopt(shimFolder(id)) : Optional.empty();
  }

  Path shimFolder(String id) {
    return tasks.resolve(id).resolve("shim");
  }

  /** Deletes what the task ran in, and keeps its log. */
  void deleteRoot(String id) {
    for (String folder : List.of("root", "tmp")) {
      Path path = tasks.resolve(id).resolve(folder);
      if (Files.exists(path)) {
        FolderTree.delete(path);
      }
    }
  }

  /** Deletes all of a task, its log too. */
  void delete(String id) {
    Path folder = tasks.resolve(id);
    if (Files.exists(folder)) {
      FolderTree.delete(folder);
    }
  }

  /** Ids of all folders, the newest first. */
  List<String> folders() {
    if (!Files.isDirectory(tasks)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(tasks)) {
      return all.sorted(
              (a, b) -> Long.compare(b.toFile().lastModified(), a.toFile().lastModified()))
          .map(p -> p.getFileName().toString())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void deleteVolumes(String environment) {
    Path folder = volumes.resolve(environment);
    if (Files.exists(folder)) {
      FolderTree.delete(folder);
    }
    isolation.forgetTasks(environment);
  }

  /** Deletes unpacked images that none of these containers runs, but the newest few. */
  void pruneImages(List<ContainerDefinition> used) {
    Set<String> hex =
        used.stream()
            .flatMap(c -> Optional.ofNullable(ImageReference.parse(c.image()).digest()).stream())
            .map(Digest::hex)
            .collect(Collectors.toSet());
    images.prune(hex);
  }

  /** The folders of the volumes, each linked into the task's root. */
  private List<Path> linkVolumes(
      TaskUser user, String environment, ImageConfig config, ContainerDefinition container) {
    Path root = user.root();
    List<String> paths = new ArrayList<>(config.volumes());
    paths.addAll(container.volumes());
    container.mountPoints().forEach(mount -> paths.add(mount.containerPath()));
    // Outer ones first: what lies in a volume is part of it already.
    List<Path> places = new ArrayList<>();
    paths.stream()
        .map(path -> ProcessCommand.inside(root, path))
        .sorted()
        .forEach(place -> {
          if (!place.equals(root) && places.stream().noneMatch(place::startsWith)) {
            places.add(place);
          }
        });
    List<Path> folders = new ArrayList<>();
    for (Path place : places) {
      Path volume = volumes.resolve(environment).resolve(root.relativize(place));
      linkVolume(place, volume, user);
      folders.add(volume);
    }
    return folders;
  }

  /** What the image has at the path fills a volume that is new, as Docker does. */
  private void linkVolume(Path place, Path volume, TaskUser user) {
    volumeLock.lock();
    try {
      boolean isNew = !Files.isDirectory(volume);
      user.keep(volume);
      if (Files.isDirectory(place)) {
        if (isNew) {
          FolderTree.copy(place, volume, user.account());
        }
        FolderTree.delete(place);
      }
      user.createFolders(Objects.requireNonNull(place.getParent()));
      Files.createSymbolicLink(place, volume);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      volumeLock.unlock();
    }
  }

  static Map<String, String> withPort(Map<String, String> variables, int port) {
    Map<String, String> all = new LinkedHashMap<>(variables);
    all.put("PORT", String.valueOf(port));
    return all;
  }
}
