package dev.samdan.source;

import dev.samdan.base.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;

/**
 * Where the objects of a push wait until it is decided: a repository with the same refs whose new
 * objects stand in a folder of their own, so that nothing of a refused push stays.
 */
final class Quarantine implements AutoCloseable {
  /** How the folders' names begin; what a dead control left of them is removed at start. */
  static final String PREFIX = "incoming-";

  /** Ends the name of what says that a pack is not packed anew. */
  static final String KEEP = ".keep";

  private final FileRepository into;
  private final Path folder;
  private final Repository waiting;
  private final List<Path> kept = new ArrayList<>();

  Quarantine(FileRepository into) throws IOException {
    this.into = into;
    this.folder = into.getObjectsDirectory().toPath().resolve(PREFIX + UUID.randomUUID());
    Files.createDirectories(folder.resolve("pack"));
    this.waiting =
        new RepositoryBuilder()
            .setGitDir(into.getDirectory())
            .setObjectDirectory(folder.toFile())
            .addAlternateObjectDirectory(into.getObjectsDirectory())
            .setBare()
            .setMustExist(true)
            .build();
  }

  /** The repository to receive into. */
  Repository repository() {
    return waiting;
  }

  /** Where the objects wait. */
  Path objects() {
    return folder;
  }

  /** Moves what came to where the repository keeps its objects; before any ref names them. */
  void accept() throws IOException {
    Path objects = into.getObjectsDirectory().toPath();
    try (Stream<Path> files = Files.walk(folder)) {
      // A pack is found by its index, so that comes last. Until refs name its objects it is kept
      // from being packed
      // anew.
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .sorted(Comparator.comparing(f -> f.toString().endsWith(".idx")))
              .toList()) {
        Path place = objects.resolve(folder.relativize(file));
        Files.createDirectories(place.getParent());
        if (file.toString().endsWith(KEEP)) {
          Files.copy(file, place);
          kept.add(place);
        } else {
          Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
    into.getObjectDatabase().close();
  }

  @Override
  public void close() {
    waiting.close();
    for (Path keep : kept) {
      Repositories.deleteFile(keep);
    }
    Folders.delete(folder);
    into.getRefDatabase().refresh();
  }
}
