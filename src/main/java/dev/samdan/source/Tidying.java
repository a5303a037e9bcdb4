package dev.samdan.source;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs a repository's objects anew, one repository at a time, where there are many packs or loose
 * objects, or much without a bitmap (by which a clone is answered without walking the history). It
 * is git's own {@code gc}, at the lowest priority: what no ref names stays for two weeks, so a push
 * or fetch that goes on meanwhile loses nothing.
 */
final class Tidying implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tidying.class);
  private static final int MANY_PACKS = 20;

  /** Of the 256 folders that loose objects are spread over, this one tells of all. */
  private static final String ONE_FOLDER = "17";

  private static final int MANY_LOOSE_IN_ONE = 10;

  /** In bytes: below it a walk takes no longer than reading a bitmap. */
  private static final long WORTH_A_BITMAP = 1 << 20;

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final long LARGEST_FILE = 16L << 30;

  private final Repositories repositories;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("git-tidying").priority(1).factory());

  Tidying(Repositories repositories) {
    this.repositories = repositories;
  }

  /** Looks after this repository when there is time. */
  void ask(String name) {
    if (asked.add(name) && !worker.isShutdown()) {
      worker.execute(() -> tidy(name));
    }
  }

  private void tidy(String name) {
    asked.remove(name);
    if (!repositories.exists(name) || !isUntidy(repositories.path(name).resolve("objects"))) {
      return;
    }
    try {
      String _ =
          new GitCommand(repositories.path(name), List.of(), Map.of(), LONGEST, LARGEST_FILE)
              .inBackground()
              .run("gc", "--quiet");
    } catch (PlatformException e) {
      LOG.warn("repository {} could not be packed anew: {}", name, e.text());
    }
  }

  static boolean isUntidy(Path objects) {
    List<Path> packs = files(objects.resolve("pack"));
    List<Path> packed = packs.stream().filter(p -> p.toString().endsWith(".pack")).toList();
    boolean bitmap = packs.stream().anyMatch(p -> p.toString().endsWith(".bitmap"));
    long bytes = packed.stream().mapToLong(p -> p.toFile().length()).sum();
    return packed.size() >= MANY_PACKS
        || files(objects.resolve(ONE_FOLDER)).size() >= MANY_LOOSE_IN_ONE
        || (!bitmap && bytes >= WORTH_A_BITMAP);
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
    try {
      worker.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
