package dev.samdan.source;

import dev.samdan.base.Folders;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** The bare repositories in a folder, each opened once. */
final class Repositories implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?");
  private static final String SUFFIX = ".git";

  /** How a folder's name begins that is removed at start. */
  static final String FRESH = ".new-";

  private final Path folder;
  private final Map<String, FileRepository> open = new ConcurrentHashMap<>();

  Repositories(Path folder) {
    this.folder = folder;
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches() && !name.endsWith(SUFFIX) && !name.contains("..");
  }

  Path path(String name) {
    return folder.resolve(name + SUFFIX);
  }

  boolean exists(String name) {
    return isName(name) && Files.isRegularFile(path(name).resolve(Constants.HEAD));
  }

  List<String> names() {
    return entries(folder).stream()
        .map(p -> p.getFileName().toString())
        .filter(n -> n.endsWith(SUFFIX))
        .map(n -> n.substring(0, n.length() - SUFFIX.length()))
        .filter(this::exists)
        .sorted()
        .toList();
  }

  FileRepository get(String name) {
    if (!exists(name)) {
      List<String> names = names();
      String known =
          names.isEmpty() ? "there is none yet" : "there are: " + String.join(", ", names);
      throw PlatformException.notFound("there is no repository '" + name + "'; " + known);
    }
    return open.computeIfAbsent(name, this::open);
  }

  private FileRepository open(String name) {
    try {
      return (FileRepository)
          new FileRepositoryBuilder()
              .setGitDir(path(name).toFile())
              .setBare()
              .setMustExist(true)
              .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes the repository beside its place and moves it there whole; nothing where it is there
   * already.
   */
  synchronized void create(String name) {
    if (!isName(name)) {
      throw PlatformException.invalid(
          "'"
              + name
              + "' is not a repository's name (a to z, 0 to 9, '.', '_' and '-', at most 64"
              + " characters)");
    }
    if (exists(name)) {
      return;
    }
    Path fresh = folder.resolve(FRESH + UUID.randomUUID());
    try {
      Files.createDirectories(folder);
      try (FileRepository repository = new FileRepository(fresh.toFile())) {
        repository.create(true);
        configure(repository.getConfig());
        RefUpdate head = repository.updateRef(Constants.HEAD);
        head.disableRefLog();
        head.link("refs/heads/main");
      }
      Files.move(fresh, path(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Folders.delete(fresh);
      throw new UncheckedIOException(e);
    }
  }

  /** Objects are checked as they arrive; packing is kept within one thread and little memory. */
  private static void configure(StoredConfig config) throws IOException {
    config.setBoolean("core", null, "logAllRefUpdates", true);
    config.setBoolean("receive", null, "fsckObjects", true);
    config.setBoolean("receive", null, "advertisePushOptions", true);
    config.setBoolean("uploadpack", null, "allowFilter", true);
    config.setBoolean("uploadpack", null, "allowReachableSHA1InWant", true);
    config.setInt("pack", null, "threads", 1);
    config.setString("pack", null, "windowMemory", "32m");
    config.setString("pack", null, "deltaCacheSize", "16m");
    config.setString("gc", null, "pruneExpire", "2.weeks.ago");
    config.save();
  }

  synchronized void delete(String name) {
    if (!exists(name)) {
      return;
    }
    FileRepository repository = open.remove(name);
    if (repository != null) {
      repository.close();
    }
    Path gone = folder.resolve(".gone-" + UUID.randomUUID());
    try {
      Files.move(path(name), gone, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Folders.delete(gone);
  }

  /**
   * Removes what a control that died left half made: repositories, packs and files cut short,
   * locks.
   */
  void sweep() {
    for (Path entry : entries(folder)) {
      String name = entry.getFileName().toString();
      if (name.startsWith(FRESH) || name.startsWith(".gone-")) {
        Folders.delete(entry);
      } else if (name.endsWith(SUFFIX)) {
        sweepObjects(entry.resolve("objects"));
        sweepLocks(entry);
      }
    }
  }

  private static void sweepObjects(Path objects) {
    entries(objects).stream()
        .filter(e -> e.getFileName().toString().startsWith(Quarantine.PREFIX))
        .forEach(Folders::delete);
    for (Path place : List.of(objects, objects.resolve("pack"))) {
      for (Path entry : entries(place)) {
        String name = entry.getFileName().toString();
        if (name.startsWith("incoming_")
            || name.startsWith("noz")
            || name.endsWith("_tmp")
            || name.endsWith(Quarantine.KEEP)
            || name.endsWith(".temp")) {
          deleteFile(entry);
        }
      }
    }
  }

  /** No one else writes here, so a lock found at start is a dead control's. */
  private static void sweepLocks(Path gitDir) {
    deleteFile(gitDir.resolve("gc.pid"));
    entries(gitDir).stream().filter(Repositories::isLock).forEach(Repositories::deleteFile);
    try (Stream<Path> refs = Files.walk(gitDir.resolve("refs"))) {
      refs.filter(Repositories::isLock).toList().forEach(Repositories::deleteFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLock(Path file) {
    return file.toString().endsWith(".lock") && Files.isRegularFile(file);
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void deleteFile(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    open.values().forEach(FileRepository::close);
    open.clear();
  }
}
