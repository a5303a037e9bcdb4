package dev.samdan.runtime;

import dev.samdan.base.Confinement;
import dev.samdan.isolation.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As whom a task runs.
 *
 * @param account null where that is the user that runs Samdan
 * @param root the task's copy of its image
 */
record TaskUser(@Nullable Account account, Path root) {
  /** A volume of the environment, which its tasks share. */
  void keep(Path volume) throws IOException {
    if (account == null) {
      Files.createDirectories(volume);
    } else {
      account.keep(volume);
    }
  }

  /**
   * Folders in the root that the image does not have. Nothing is made beyond a link, which an image
   * or a volume may lead anywhere.
   *
   * @return whether no link is on the way
   */
  boolean createFolders(Path folder) throws IOException {
    if (!folder.startsWith(root)) {
      Files.createDirectories(folder);
      return true;
    }
    Path made = root;
    for (Path name : root.relativize(folder)) {
      made = made.resolve(name);
      if (Files.isSymbolicLink(made)) {
        return false;
      }
      if (!Files.isDirectory(made)) {
        Files.createDirectories(made);
        if (account != null) {
          account.own(made);
        }
      }
    }
    return true;
  }

  /** What it sees: its root, its volumes, and a /tmp of its own; null for all. */
  @Nullable Confinement confinement(List<Path> volumes) throws IOException {
    if (account == null) {
      return null;
    }
    Path temporary = Files.createDirectories(root.resolveSibling("tmp"));
    account.own(temporary);
    List<Path> writable = new ArrayList<>(volumes.stream().filter(Files::isDirectory).toList());
    writable.add(root);
    return account.confinement(temporary, writable, List.of());
  }
}
