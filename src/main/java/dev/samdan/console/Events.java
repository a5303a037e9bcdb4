package dev.samdan.console;

import io.javalin.config.JavalinConfig;
import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream that tells open pages that something changed; they then ask for their own fragments
 * again. Changes that come close together are told once.
 */
final class Events implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final Duration GATHER = Duration.ofMillis(250);
  private static final Duration BEAT = Duration.ofSeconds(2);

  /**
   * A browser does not tell a page of an event without data (HTML standard, server-sent events).
   */
  private static final String DATA = "1";

  /** Beyond this many open streams the oldest are not served: a reload opens another. */
  private static final int MOST = 500;

  private final Set<SseClient> clients = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean changed = new AtomicBoolean();
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("console-events").factory());
  private final AutoCloseable pipelines;
  private final AutoCloseable messages;
  private final AutoCloseable pullRequests;

  Events(ConsoleRooms rooms) {
    this.pipelines = rooms.pipelines().subscribe(pipeline -> changed.set(true));
    this.messages = rooms.rooms().subscribe(room -> changed.set(true));
    this.pullRequests = rooms.pullRequests().subscribe(repository -> changed.set(true));
    ticker.scheduleWithFixedDelay(
        this::tellChanges, GATHER.toMillis(), GATHER.toMillis(), TimeUnit.MILLISECONDS);
    ticker.scheduleWithFixedDelay(
        () -> send("alive"), BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  void register(JavalinConfig config, Door door) {
    config.routes.sse(
        "/events",
        client -> {
          if (clients.size() >= MOST || door.reader(client.ctx()).isEmpty()) {
            client.close();
            return;
          }
          client.keepAlive();
          client.onClose(() -> clients.remove(client));
          clients.add(client);
          client.sendEvent("alive", DATA);
        });
  }

  private void tellChanges() {
    if (changed.getAndSet(false)) {
      send("changed");
    }
  }

  private void send(String event) {
    for (SseClient client : clients) {
      try {
        client.sendEvent(event, DATA);
      } catch (RuntimeException e) {
        clients.remove(client);
        LOG.debug("a page left", e);
      }
    }
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    closeQuietly(pipelines);
    closeQuietly(messages);
    closeQuietly(pullRequests);
    clients.forEach(SseClient::close);
  }

  private static void closeQuietly(AutoCloseable subscription) {
    try {
      subscription.close();
    } catch (Exception e) {
      LOG.debug("a subscription did not close", e);
    }
  }
}
