package dev.samdan.rooms;

import dev.samdan.database.Database;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries messages to webhooks, at least once and in order, until a day has passed. A receiver
 * tells a repetition by {@code X-Samdan-Message}, which is the message's id.
 */
final class Outbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

  /** Pauses double from the first to the longest; after the window it is given up. */
  record Retry(Duration first, Duration longest, Duration window, Duration poll) {
    static final Retry DEFAULT =
        new Retry(
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            Duration.ofDays(1),
            Duration.ofSeconds(1));

    Duration pause(int attempts) {
      Duration pause = first.multipliedBy(1L << Math.min(attempts, 20));
      return pause.compareTo(longest) > 0 ? longest : pause;
    }
  }

  /** How an attempt ended. */
  private sealed interface Attempt {
    record Delivered() implements Attempt {}

    /** Only this message is refused. */
    record Refused(String error) implements Attempt {}

    /** Nothing gets through now. */
    record Unavailable(String error, Duration retryAfter) implements Attempt {}
  }

  private final Database database;
  private final InstantSource clock;
  private final Retry retry;
  private final HttpClient http;
  private final Semaphore wake = new Semaphore(0);
  private final Map<Long, Thread> sending = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private @Nullable Thread thread;

  Outbox(Database database, InstantSource clock, Retry retry) {
    this.database = database;
    this.clock = clock;
    this.retry = retry;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  void start() {
    thread = Thread.ofVirtual().name("outbox").start(this::run);
  }

  void wake() {
    wake.release();
  }

  /** One attempt now, beside the outbox: the error, or empty where it was taken. */
  Optional<String> test(WebhookOrder order, Message message) {
    return switch (send(order, message)) {
      case Attempt.Delivered() -> Optional.empty();
      case Attempt.Refused(String error) -> Optional.of(error);
      case Attempt.Unavailable(String error, Duration _) -> Optional.of(error);
    };
  }

  private void run() {
    while (!closed) {
      try {
        database
            .withHandle(handle -> WebhookRows.dueWebhooks(handle, clock.instant()))
            .forEach(this::sendDue);
      } catch (RuntimeException e) {
        LOG.warn("the outbox rests: {}", e.getMessage());
      }
      Wakes.await(wake, retry.poll());
    }
  }

  /** A slow receiver keeps no other waiting: each has a thread of its own while it has messages. */
  private void sendDue(long webhook) {
    sending.computeIfAbsent(
        webhook, id -> Thread.ofVirtual().name("webhook-" + id).start(() -> sendAllQuietly(id)));
  }

  private void sendAllQuietly(long webhook) {
    try {
      sendAll(webhook);
    } catch (RuntimeException e) {
      LOG.warn("webhook {} rests: {}", webhook, e.getMessage());
    } finally {
      sending.remove(webhook);
    }
  }

  private void sendAll(long webhook) {
    Optional<WebhookOrder> order =
        database.withHandle(handle -> WebhookRows.order(handle, webhook));
    long last = 0;
    while (order.isPresent() && !closed) {
      long after = last;
      Optional<WebhookRows.Due> due =
          database.withHandle(
              handle -> WebhookRows.nextDue(handle, webhook, after, clock.instant()));
      if (due.isEmpty() || !sendOne(order.get(), due.get())) {
        return;
      }
      last = due.get().message();
    }
  }

  /** Whether the webhook may be asked for the next one. */
  private boolean sendOne(WebhookOrder order, WebhookRows.Due due) {
    Optional<Message> message =
        database.withHandle(handle -> MessageRows.find(handle, due.message(), order.language()));
    if (message.isEmpty()) {
      return true;
    }
    Attempt attempt = send(order, message.get());
    if (closed) {
      return false;
    }
    Instant now = clock.instant();
    return switch (attempt) {
      case Attempt.Delivered() -> {
        database.useTransaction(handle -> WebhookRows.delivered(handle, due, now));
        yield true;
      }
      case Attempt.Refused(String error) -> {
        database.useTransaction(
            handle -> WebhookRows.failed(handle, due, error, next(due, now, Duration.ZERO)));
        yield true;
      }
      case Attempt.Unavailable(String error, Duration retryAfter) -> {
        Instant next = next(due, now, retryAfter);
        database.useTransaction(handle -> {
          WebhookRows.failed(handle, due, error, next);
          if (next != null) {
            WebhookRows.postpone(handle, due.webhook(), next);
          }
        });
        yield next == null;
      }
    };
  }

  /** Null once the window has passed. */
  private @Nullable Instant next(WebhookRows.Due due, Instant now, Duration atLeast) {
    Duration pause = retry.pause(due.attempts());
    Instant next = now.plus(pause.compareTo(atLeast) < 0 ? atLeast : pause);
    return next.isAfter(due.firstAt().plus(retry.window())) ? null : next;
  }

  private Attempt send(WebhookOrder order, Message message) {
    String contentType = WebhookOrder.contentType(order.headers());
    String body =
        BodyTemplate.of(order.preset(), order.body(), order.recipient(), contentType)
            .render(message);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(order.url()))
            .timeout(ANSWER)
            .header("X-Samdan-Message", String.valueOf(message.id()))
            .setHeader("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    order.headers().forEach(request::setHeader);
    try {
      HttpResponse<InputStream> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      // The status says it all, and the request's timeout ends with the head: a receiver need not
      // finish its body.
      try (InputStream _ = answer.body()) {
        return judge(answer);
      }
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new Attempt.Unavailable("no answer: " + reason, Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Attempt.Unavailable("interrupted", Duration.ZERO);
    }
  }

  /**
   * RFC 9110: a 408, a 429 and every 5xx may pass by themselves; another 4xx speaks of this message
   * or address.
   */
  private static Attempt judge(HttpResponse<?> answer) {
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return new Attempt.Delivered();
    }
    String error = "answered " + status;
    boolean passes = status >= 500 || status == 408 || status == 429;
    return passes ? new Attempt.Unavailable(error, retryAfter(answer)) : new Attempt.Refused(error);
  }

  private static Duration retryAfter(HttpResponse<?> answer) {
    String seconds = answer.headers().firstValue("Retry-After").orElse("0").strip();
    if (!seconds.matches("\\d{1,6}")) {
      return Duration.ZERO;
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(seconds));
    return asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : asked;
  }

  /** Ends what waits for an answer; statements that run on the store are let finish. */
  @Override
  public void close() {
    closed = true;
    wake.release();
    http.shutdownNow();
    Wakes.join(thread);
    sending.values().forEach(Wakes::join);
  }
}
