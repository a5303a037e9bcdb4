package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what no task needs any more: what a killed control left, old logs, images. */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final int KEPT_ENDED = 30;

  private final TaskRows rows;
  private final TaskDefinitionRows definitions;
  private final Runtimes runtimes;
  private final TaskFolders folders;
  private final OneOffs oneOffs;

  Upkeep(
      TaskRows rows,
      TaskDefinitionRows definitions,
      Runtimes runtimes,
      TaskFolders folders,
      OneOffs oneOffs) {
    this.rows = rows;
    this.definitions = definitions;
    this.runtimes = runtimes;
    this.folders = folders;
    this.oneOffs = oneOffs;
  }

  /** Ends what belongs to no live task; later, where a runtime cannot be asked now. */
  void sweep() {
    sweep(true);
  }

  private void sweep(boolean loud) {
    // What exists was recorded before it was made, so the rows are read last.
    List<String> found = folders.ids();
    for (TaskRuntime runtime : runtimes.all()) {
      try {
        runtime.sweep(this::isLive);
      } catch (PlatformException e) {
        runtimes.oweSweep();
        if (loud) {
          LOG.warn("what no task needs is removed later: {}", e.text());
        }
      }
    }
    for (String id : found) {
      if (!isLive(id) && !id.startsWith(OneOffs.PREFIX) && rows.task(id).isEmpty()) {
        folders.delete(id);
      }
    }
  }

  /** As {@link #sweep}, where something could not be removed when it should have been. */
  void sweepWhereOwed() {
    if (runtimes.takeOwed()) {
      sweep(false);
    }
  }

  private boolean isLive(String id) {
    return oneOffs.isRunning(id)
        || rows.task(id).filter(t -> t.status() != Task.Status.STOPPED).isPresent();
  }

  /** Bounds the logs of ended tasks and the images that are kept. */
  void prune() {
    Set<String> old = new HashSet<>(rows.prune(KEPT_ENDED));
    // A log that is to stay was named before its folder was made, so the names are read last.
    List<String> found = folders.ids();
    Set<String> kept = oneOffs.keptLogs();
    found.stream()
        .filter(id -> id.startsWith(OneOffs.PREFIX))
        .filter(id -> !oneOffs.isRunning(id) && !kept.contains(id))
        .skip(KEPT_ENDED)
        .forEach(old::add);
    old.forEach(folders::delete);
    List<ContainerDefinition> used =
        rows.liveSets().stream()
            .flatMap(set -> definitions.find(set.taskDefinition()).stream())
            .flatMap(definition -> definition.containerDefinitions().stream())
            .toList();
    for (TaskRuntime runtime : runtimes.all()) {
      try {
        runtime.pruneImages(used);
      } catch (PlatformException e) {
        LOG.debug("images are pruned later: {}", e.text());
      }
    }
  }
}
