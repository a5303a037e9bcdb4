package dev.samdan.rooms;

import dev.samdan.application.Applications;
import dev.samdan.application.Environment;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.identity.Identity;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineEvent;
import dev.samdan.pipeline.Pipelines;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the pipelines' events and says each outcome in the environment's room, once, however
 * often control dies.
 */
final class Announcements implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);
  private static final Duration POLL = Duration.ofSeconds(2);
  private static final int BATCH = 200;

  private final Database database;
  private final Identity identity;
  private final Applications applications;
  private final Pipelines pipelines;
  private final String url;
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean closed;
  private @Nullable Thread thread;
  private @Nullable AutoCloseable subscription;

  Announcements(
      Database database,
      Identity identity,
      Applications applications,
      Pipelines pipelines,
      String url) {
    this.database = database;
    this.identity = identity;
    this.applications = applications;
    this.pipelines = pipelines;
    this.url = url;
  }

  void start() {
    subscription = pipelines.subscribe(pipeline -> wake.release());
    thread = Thread.ofVirtual().name("announcements").start(this::run);
  }

  private void run() {
    while (!closed) {
      try {
        while (!closed && tellNext()) {
          LOG.trace("there may be more");
        }
      } catch (RuntimeException e) {
        LOG.warn("announcements rest: {}", e.getMessage());
      }
      Wakes.await(wake, POLL);
    }
  }

  /** Whether there may be more. */
  private boolean tellNext() {
    long cursor =
        database
            .withHandle(handle ->
                handle
                    .createQuery("select event_id from announcement_cursor")
                    .mapTo(Long.class)
                    .findOne())
            .orElse(0L);
    List<PipelineEvent> events = pipelines.eventsAfter(cursor, BATCH);
    for (PipelineEvent event : events) {
      Optional<Post> post = post(event);
      database.useTransaction(handle -> {
        post.flatMap(said -> MessageRows.insert(handle, said, event.id(), event.at()))
            .ifPresent(
                id -> database.notifyChannel(handle, Rooms.CHANNEL, post.orElseThrow().room()));
        handle.execute(
            """
            insert into announcement_cursor (event_id) values (?)
            on conflict (single) do update set event_id = excluded.event_id\
            """,
            event.id());
      });
    }
    return events.size() == BATCH;
  }

  private Optional<Post> post(PipelineEvent event) {
    if (!Announcement.isTold(event)) {
      return Optional.empty();
    }
    try {
      ExecutionView execution =
          pipelines.execution(java.util.Objects.requireNonNull(event.executionId()));
      return Announcement.of(event, execution, this::shownName).map(said -> post(event, said));
    } catch (PlatformException e) {
      if (e.code() == PlatformException.Code.NOT_FOUND) {
        // Its application was deleted meanwhile.
        return Optional.empty();
      }
      throw e;
    }
  }

  private Post post(PipelineEvent event, Announcement said) {
    Map<String, String> facts = new LinkedHashMap<>(said.facts());
    facts.put(Fact.LINK, url + "/executions/" + event.executionId());
    String room = room(event.application(), event.environment(), event.branch());
    return new Post(
        room, said.kind(), event.application(), event.pipeline(), event.executionId(), facts);
  }

  /**
   * The environment's room; for what belongs to none, that of the branch's, else the application's
   * first.
   */
  String room(String application, @Nullable String environment, @Nullable String branch) {
    List<Environment> all = applications.environments(application);
    return all.stream()
        .filter(e -> e.name().equals(environment))
        .findFirst()
        .or(() -> all.stream().filter(e -> e.branch().equals(branch)).findFirst())
        .or(() -> all.stream().findFirst())
        .map(Environment::room)
        .orElse(application);
  }

  private String shownName(String user) {
    return identity.user(user).map(Identity.User::displayName).orElse(user);
  }

  @Override
  public void close() {
    closed = true;
    wake.release();
    Wakes.join(thread);
    AutoCloseable open = subscription;
    if (open != null) {
      try {
        open.close();
      } catch (Exception e) {
        LOG.debug("announcements: {}", e.getMessage());
      }
    }
  }
}
