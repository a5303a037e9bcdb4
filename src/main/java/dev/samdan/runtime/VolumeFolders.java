package dev.samdan.runtime;

import dev.samdan.base.Folders;
import java.nio.file.Path;

/**
 * HOME/volumes/&lt;app&gt;-&lt;env&gt; of each environment: what its tasks keep, the same in both
 * runtimes.
 */
record VolumeFolders(Path volumes) {
  static VolumeFolders of(Path home) {
    return new VolumeFolders(home.toAbsolutePath().resolve("volumes"));
  }

  /** Of a path that an image or samdan.yml declares. */
  Path ofPath(String environment, String path) {
    return ProcessCommand.inside(volumes.resolve(environment), path);
  }

  /** Of a volume that a task definition names, wherever it is mounted. */
  Path ofName(String environment, String name) {
    return ProcessCommand.inside(volumes.resolve(environment).resolve(".named"), name);
  }

  void delete(String environment) {
    Folders.delete(volumes.resolve(environment));
  }
}
