package dev.samdan.github;

import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what recorded webhook deliveries ask for. Many that wait for one repository are done with
 * one fetch; one whose doing was cut short is done again, which changes nothing.
 */
final class HookWork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HookWork.class);

  private final HookRows rows;
  private final Pulls pulls;
  private final BiConsumer<String, @Nullable String> follow;
  private final Loop loop = new Loop("github-hooks", Duration.ofSeconds(1));

  /**
   * @param follow fetches a repository and holds its pull requests against the strategy; with who
   *     moved something
   */
  HookWork(HookRows rows, Pulls pulls, BiConsumer<String, @Nullable String> follow) {
    this.rows = rows;
    this.pulls = pulls;
    this.follow = follow;
  }

  void start() {
    loop.start(() -> rows.dueRepositories().forEach(one -> loop.aside(one, this::work)));
  }

  void wake() {
    loop.wake();
  }

  private void work(String repository) {
    for (List<HookRows.Due> due = rows.due(repository);
        !due.isEmpty() && !loop.isClosed();
        due = rows.due(repository)) {
      try {
        due.forEach(one -> pulls.take(repository, one.event()));
        follow.accept(repository, due.getLast().event().by());
        due.forEach(rows::done);
      } catch (RuntimeException e) {
        if (!loop.isClosed()) {
          String error = e instanceof PlatformException known ? known.text() : e.toString();
          LOG.warn("webhooks of {} are tried again: {}", repository, error);
          due.forEach(one -> again(one, error));
        }
        return;
      }
    }
  }

  private void again(HookRows.Due due, String error) {
    if (Backoff.isOver(due.receivedAt())) {
      rows.gaveUp(due, error);
    } else {
      rows.again(due, error, Backoff.next(due.attempts(), Duration.ZERO));
    }
  }

  @Override
  public void close() {
    loop.close();
  }
}
