package dev.samdan.source;

import dev.samdan.base.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the files of what was pushed; a push never waits long for it and never fails by it. */
final class CommitChecks {
  private static final Logger LOG = LoggerFactory.getLogger(CommitChecks.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MOST_FILES = 100_000;

  private final Source source;
  private final Deliveries.FileCheck check;

  CommitChecks(Source source, Deliveries.FileCheck check) {
    this.source = source;
    this.check = check;
  }

  /** The findings where this started something from the application's own repository. */
  List<Problem> of(String repository, Delivered delivered, @Nullable String language) {
    if (!delivered.valid()
        || delivered.started().isEmpty()
        || !delivered.application().equals(repository)) {
      return List.of();
    }
    FutureTask<List<Problem>> task =
        new FutureTask<>(() -> {
          List<String> paths = source.files(repository, delivered.branch(), MOST_FILES);
          return paths.size() == MOST_FILES
              ? List.<Problem>of()
              : check.check(
                  path -> source.readFile(repository, delivered.branch(), path), paths, language);
        });
    Thread.ofVirtual().name("checks of " + repository).start(task);
    try {
      return task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("checking the files of {} takes longer than {}", repository, PATIENCE);
    } catch (ExecutionException e) {
      LOG.warn("the files of {} could not be checked", repository, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    task.cancel(true);
    return List.of();
  }
}
