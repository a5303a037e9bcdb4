package dev.samdan.runtime;

import dev.samdan.base.Folders;
import java.nio.file.Path;

/**
 * HOME/volumes/&lt;app&gt;-&lt;env&gt; of each environment: what its tasks keep, the same in both
 * runtimes.
 */
record VolumeFolders(Path volumes) {
  private static final String NAMED = ".named";

  static VolumeFolders of(Path home) {
    return new VolumeFolders(home.toAbsolutePath().resolve("volumes"));
  }

  /** Of a path that an image or samdan.yml declares. */
  Path ofPath(String environment, String path) {
    Path whole = Path.of("/").resolve(path).normalize();
    return volumes
        .resolve(environment)
        .resolve(asOneName(Path.of("/").relativize(whole).toString()));
  }

  /** Of a volume that a task definition names, wherever it is mounted. */
  Path ofName(String environment, String name) {
    return volumes.resolve(environment).resolve(NAMED).resolve(asOneName(name));
  }

  /**
   * No volume lies in another: tasks write there, and a link of theirs would lead the inner one to
   * any place of the machine.
   */
  private static String asOneName(String path) {
    String name = path.replace("%", "%25").replace("/", "%2F");
    return name.startsWith(".") ? "%2E" + name.substring(1) : name;
  }

  void delete(String environment) {
    Folders.delete(volumes.resolve(environment));
  }
}
