package dev.samdan.github;

import dev.samdan.base.PlatformException;
import dev.samdan.github.GitHubApi.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries reports to GitHub, at least once and for each context in order. Where nothing gets
 * through, all reports of the repository rest, and the room is told once.
 */
final class Reporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

  /** Failures in a row before the room hears of it. */
  private static final int TOLD_AFTER = 3;

  private final RepositoryRows repositories;
  private final ReportRows rows;
  private final Sending sending;
  private final Function<GitHubRepository, String> tokens;
  private final BiConsumer<GitHubRepository, Optional<String>> outage;
  private final Loop loop = new Loop("github-reports", Duration.ofSeconds(1));

  /**
   * @param tokens a token for a repository's API, or the reason why there is none as exception
   * @param outage told of the reason when reports do not get through, and of none when they do
   *     again
   */
  Reporter(
      RepositoryRows repositories,
      ReportRows rows,
      Sending sending,
      Function<GitHubRepository, String> tokens,
      BiConsumer<GitHubRepository, Optional<String>> outage) {
    this.repositories = repositories;
    this.rows = rows;
    this.sending = sending;
    this.tokens = tokens;
    this.outage = outage;
  }

  void start() {
    loop.start(() -> rows.dueRepositories().forEach(one -> loop.aside(one, this::sendAll)));
  }

  void wake() {
    loop.wake();
  }

  private void sendAll(String repository) {
    Optional<GitHubRepository> to = repositories.find(repository);
    Optional<ReportRows.Due> due = rows.next(repository);
    while (to.isPresent() && due.isPresent() && !loop.isClosed()) {
      if (!sendOne(to.get(), due.get())) {
        return;
      }
      due = rows.next(repository);
    }
  }

  /** Whether the next one may be tried. */
  private boolean sendOne(GitHubRepository to, ReportRows.Due due) {
    String token;
    try {
      token = tokens.apply(to);
    } catch (PlatformException e) {
      rest(to, due, e.text(), Duration.ZERO);
      return false;
    }
    Sending.Sent sent = sending.send(to, token, due);
    return switch (sent.answer()) {
      case Answer.Done _, Answer.Unchanged _ -> {
        rows.sent(due, sent.checkRun());
        if (repositories.reported(to.repository())) {
          outage.accept(to, Optional.empty());
        }
        yield true;
      }
      case Answer.Later(String reason, Duration pause) -> {
        rest(to, due, reason, pause);
        yield false;
      }
      // A bad or narrow token concerns all reports; anything else is wrong with this one alone,
      // such as a commit that is gone.
      case Answer.Refused(int status, String reason)
          when status == 401 || status == 403 || status == 404 -> {
        rest(to, due, reason, Duration.ZERO);
        yield false;
      }
      case Answer.Refused(int _, String reason) -> {
        LOG.warn("{} of {} is not reported: {}", due.report().context(), to.fullName(), reason);
        rows.failed(due, reason, Instant.now(), true);
        yield true;
      }
    };
  }

  private void rest(GitHubRepository to, ReportRows.Due due, String reason, Duration pause) {
    LOG.info("reports to {} rest: {}", to.fullName(), reason);
    Instant next = Backoff.next(due.attempts(), pause);
    rows.failed(due, reason, next, Backoff.isOver(due.firstAt()));
    if (repositories.unreported(to.repository(), reason, next, TOLD_AFTER)) {
      outage.accept(to, Optional.of(reason));
    }
  }

  @Override
  public void close() {
    loop.close();
  }
}
