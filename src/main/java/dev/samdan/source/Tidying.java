package dev.samdan.source;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.GC;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs a repository's objects anew when there are many packs or loose objects, one repository at a
 * time.
 */
final class Tidying implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tidying.class);

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
    if (!repositories.exists(name)) {
      return;
    }
    try {
      FileRepository git = repositories.get(name);
      GC gc = new GC(git);
      gc.setAuto(true);
      gc.gc().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("repository {} could not be packed anew: {}", name, e.toString());
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
