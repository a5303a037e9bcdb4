package dev.samdan.runtime;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import dev.samdan.base.Digest;
import dev.samdan.engine.Engine;
import dev.samdan.registry.ImageConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes of tasks' containers. What outlives a task lies in
 * HOME/volumes/&lt;app&gt;-&lt;env&gt;, where a volume of the engine leads to it, so that the
 * engine fills a new one from the image, and that nothing is lost with the engine.
 */
final class ContainerVolumes {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerVolumes.class);
  private static final String KEPT = "volume";
  private static final String OF_TASK = "task-volume";

  private final Engine engine;
  private final Path home;
  private final VolumeFolders folders;

  ContainerVolumes(Engine engine, Path home) {
    this.engine = engine;
    this.home = home.toAbsolutePath();
    this.folders = VolumeFolders.of(home);
  }

  /** What is mounted where in a container; volumes are made where they are missing. */
  List<Bind> binds(TaskStart task, ContainerDefinition container, Map<String, ImageConfig> images) {
    Map<String, Bind> byPath = new LinkedHashMap<>();
    for (VolumeFrom from : container.volumesFrom()) {
      task.definition().containerDefinitions().stream()
          .filter(other -> other.name().equals(from.sourceContainer()))
          .findFirst()
          .ifPresent(other ->
              binds(task, other, images)
                  .forEach(bind -> {
                    AccessMode mode = from.readOnly() ? AccessMode.ro : bind.getAccessMode();
                    byPath.put(
                        bind.getVolume().getPath(),
                        new Bind(bind.getPath(), bind.getVolume(), mode));
                  }));
    }
    ImageConfig image = images.get(container.name());
    List<String> paths = new ArrayList<>(image == null ? List.of() : image.volumes());
    paths.addAll(container.volumes());
    for (String path : paths) {
      put(byPath, kept(task.environment(), folders.ofPath(task.environment(), path)), path, false);
    }
    for (MountPoint mount : container.mountPoints()) {
      put(byPath, source(task, mount), mount.containerPath(), mount.readOnly());
    }
    return List.copyOf(byPath.values());
  }

  private String source(TaskStart task, MountPoint mount) {
    Volume volume = task.definition().volume(mount.sourceVolume());
    if (volume.taskOnly()) {
      return ofTask(task.id(), volume.name());
    }
    return volume.sourcePath() != null
        ? MachineAccess.folder(home, volume.name(), volume.sourcePath()).toString()
        : kept(task.environment(), folders.ofName(task.environment(), volume.name()));
  }

  private static void put(Map<String, Bind> all, String source, String path, boolean readOnly) {
    all.put(
        path,
        new Bind(
            source,
            new com.github.dockerjava.api.model.Volume(path),
            readOnly ? AccessMode.ro : AccessMode.rw));
  }

  /** The engine's name of a volume that leads to this folder. */
  private String kept(String environment, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String name =
        "samdan-"
            + engine.homeId()
            + "-"
            + environment
            + "-"
            + Digest.of(folder.toString().getBytes(StandardCharsets.UTF_8)).shortHex();
    create(
        name,
        engine.labels(KEPT, environment),
        Map.of("type", "none", "o", "bind", "device", folder.toString()));
    return name;
  }

  private String ofTask(String task, String volume) {
    String name =
        "samdan-" + engine.homeId() + "-" + task + "-" + volume.replaceAll("[^a-zA-Z0-9_.-]", "-");
    create(name, engine.labels(OF_TASK, task), Map.of());
    return name;
  }

  private void create(String name, Map<String, String> labels, Map<String, String> options) {
    var _ =
        engine.ask(client ->
            client
                .createVolumeCmd()
                .withName(name)
                .withDriver("local")
                .withLabels(labels)
                .withDriverOpts(options)
                .exec());
  }

  /** Removes the volumes of a task alone. */
  void release(String task) {
    remove(volume -> has(volume, OF_TASK) && task.equals(id(volume)));
  }

  /** Removes the volumes of tasks that do not live by this. */
  void sweep(Predicate<String> lives) {
    remove(volume -> has(volume, OF_TASK) && !lives.test(id(volume)));
  }

  /** Removes what leads to an environment's folders. */
  void forget(String environment) {
    remove(volume -> has(volume, KEPT) && environment.equals(id(volume)));
  }

  /** Removes all of this home; what was kept in its folders stays there. */
  void removeAll() {
    remove(volume -> true);
  }

  private void remove(Predicate<InspectVolumeResponse> which) {
    List<InspectVolumeResponse> all =
        engine
            .ask(client ->
                client
                    .listVolumesCmd()
                    .withFilter("label", List.of(Engine.HOME_LABEL + "=" + engine.homeId()))
                    .exec())
            .getVolumes();
    for (InspectVolumeResponse volume : all == null ? List.<InspectVolumeResponse>of() : all) {
      if (which.test(volume)) {
        remove(volume.getName());
      }
    }
  }

  private void remove(String name) {
    try {
      var _ = engine.ask(client -> client.removeVolumeCmd(name).exec());
    } catch (NotFoundException e) {
      LOG.trace("{} is gone already", name);
    } catch (ConflictException e) {
      LOG.debug("{} is in use and stays", name);
    } catch (DockerException e) {
      // An engine that took containers over after its restart believes their volumes in use.
      LOG.warn("the engine keeps the volume {} for now: {}", name, e.getMessage());
    }
  }

  private static boolean has(InspectVolumeResponse volume, String kind) {
    return kind.equals(volume.getLabels().get(Engine.KIND_LABEL));
  }

  private static String id(InspectVolumeResponse volume) {
    return volume.getLabels().getOrDefault(Engine.ID_LABEL, "");
  }
}
