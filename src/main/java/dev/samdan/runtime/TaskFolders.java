package dev.samdan.runtime;

import dev.samdan.base.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * HOME/tasks/&lt;id&gt; of each task: {@code root}, what a process runs in, while it runs; {@code
 * shim} or {@code containers} with the log, which stays after its end.
 */
record TaskFolders(Path tasks) {
  static TaskFolders of(Path home) {
    return new TaskFolders(home.toAbsolutePath().resolve("tasks"));
  }

  Path root(String id) {
    return tasks.resolve(id).resolve("root");
  }

  Path shim(String id) {
    return tasks.resolve(id).resolve("shim");
  }

  Path containers(String id) {
    return tasks.resolve(id).resolve("containers");
  }

  /** The folder that holds the files {@code log} and {@code log.1}. */
  Path log(String id) {
    Path containers = containers(id);
    return Files.isDirectory(containers) ? containers : shim(id);
  }

  /** Deletes what a process ran in, and keeps its log. */
  void deleteRoot(String id) {
    for (String folder : List.of("root", "tmp")) {
      Folders.delete(tasks.resolve(id).resolve(folder));
    }
  }

  /** Deletes all of a task, its log too. */
  void delete(String id) {
    Path folder = tasks.resolve(id);
    if (Files.exists(folder)) {
      Folders.delete(folder);
    }
  }

  /** Ids of all folders, the newest first. */
  List<String> ids() {
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
}
