package dev.samdan.rooms;

import dev.samdan.application.Applications;
import dev.samdan.database.Database;
import dev.samdan.identity.Identity;
import dev.samdan.pipeline.Pipelines;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The rooms: every outcome of a delivery as a message, kept and shown, and the webhooks that carry
 * it outside. A room is there as soon as an environment names it; it may have no webhook.
 */
public final class Rooms implements AutoCloseable {
  static final String CHANNEL = "room";

  /** A greater number tells nobody more. */
  private static final int MOST_UNREAD = 1_000;

  private final Database database;
  private final Applications applications;
  private final InstantSource clock;
  private final Announcements announcements;
  private final Outbox outbox;
  private final List<AutoCloseable> subscriptions = new ArrayList<>();

  /**
   * @param url the console's address, for the links in messages
   */
  public Rooms(
      Database database,
      Identity identity,
      Applications applications,
      Pipelines pipelines,
      String url) {
    this(
        database,
        applications,
        new Announcements(database, identity, applications, pipelines, url),
        Outbox.Retry.DEFAULT);
  }

  Rooms(
      Database database,
      Applications applications,
      Announcements announcements,
      Outbox.Retry retry) {
    this.database = database;
    this.applications = applications;
    this.clock = InstantSource.system();
    this.announcements = announcements;
    this.outbox = new Outbox(database, clock, retry);
  }

  /** Starts to announce what the pipelines do and to deliver. */
  public void start() {
    subscriptions.add(database.listen(CHANNEL, room -> outbox.wake()));
    announcements.start();
    outbox.start();
  }

  /**
   * All rooms by name, with what is new to a reader, a user's name; empty for nobody.
   *
   * @param applications what is said of others stays unseen; null for none
   */
  public List<Room> list(Language language, String reader, @Nullable List<String> applications) {
    return database.withHandle(handle -> {
      Map<String, List<Webhook>> webhooks = new TreeMap<>();
      WebhookRows.list(handle)
          .forEach(hook -> webhooks.computeIfAbsent(hook.room(), _ -> new ArrayList<>()).add(hook));
      Map<String, List<Room.SpeaksFor>> speaksFor = speaksFor();
      Map<String, MessageRows.Counts> counts = MessageRows.counts(handle, reader, applications);
      Map<String, Boolean> names = new TreeMap<>();
      List.of(webhooks.keySet(), speaksFor.keySet(), counts.keySet())
          .forEach(some -> some.forEach(name -> names.put(name, true)));
      List<Room> rooms = new ArrayList<>();
      for (String name : names.keySet()) {
        MessageRows.Counts count = counts.getOrDefault(name, MessageRows.Counts.NONE);
        rooms.add(
            new Room(
                name,
                count.messages(),
                count.unread(),
                count.readUpTo(),
                MessageRows.find(handle, count.newest(), language).orElse(null),
                webhooks.getOrDefault(name, List.of()),
                speaksFor.getOrDefault(name, List.of())));
      }
      return rooms;
    });
  }

  /** As nobody in particular: everything is new. */
  public List<Room> list(Language language) {
    return list(language, "", null);
  }

  public Optional<Room> find(String room, Language language, String reader) {
    return list(language, reader, null).stream()
        .filter(found -> found.name().equals(room))
        .findFirst();
  }

  /**
   * The rooms with messages that a reader has not seen, and how many; of a room beyond a thousand
   * it is a thousand.
   *
   * @param applications as for {@link #list}
   */
  public Map<String, Integer> unread(String reader, @Nullable List<String> applications) {
    return database.withHandle(
        handle -> MessageRows.unread(handle, reader, MOST_UNREAD, applications));
  }

  /** The newest messages before an id (0 and less: the newest of all), oldest first. */
  public List<Message> read(String room, Language language, long beforeId, int limit) {
    return read(room, language, beforeId, limit, null);
  }

  /**
   * The same as one reads it who may not look at everything.
   *
   * @param applications as for {@link #list}
   */
  public List<Message> read(
      String room,
      Language language,
      long beforeId,
      int limit,
      @Nullable List<String> applications) {
    return database.withHandle(
        handle -> MessageRows.read(handle, room, language, beforeId, limit, applications));
  }

  /**
   * The newest messages of all rooms since an instant, oldest first.
   *
   * @param applications as for {@link #list}
   */
  public List<Message> since(
      Instant since, Language language, int limit, @Nullable List<String> applications) {
    return database.withHandle(
        handle -> MessageRows.since(handle, since, language, limit, applications));
  }

  /** The reader has seen the room up to this message. */
  public void markRead(String room, String reader, long upTo) {
    database.useTransaction(handle -> MessageRows.markRead(handle, room, reader, upTo));
  }

  /** Says something in a room; answers the message's id. */
  public long post(Post post) {
    return database.inTransaction(handle -> post(handle, post));
  }

  /** The same in a transaction of the caller's: it is said if, and only if, that succeeds. */
  public long post(Handle handle, Post post) {
    long id = MessageRows.insert(handle, post, null, clock.instant()).orElseThrow();
    database.notifyChannel(handle, CHANNEL, post.room());
    return id;
  }

  /**
   * The room of an environment's messages; for what belongs to no environment, that of the
   * environment on the branch, else the application's first; the application's name where it has
   * none.
   */
  public String roomOf(String application, @Nullable String environment, @Nullable String branch) {
    return announcements.room(application, environment, branch);
  }

  /**
   * Calls back with a room's name after a message came, with an empty one when anything may have; a
   * wake only.
   */
  public AutoCloseable subscribe(Consumer<String> onMessage) {
    return database.listen(CHANNEL, onMessage);
  }

  /** By room and name. */
  public List<Webhook> webhooks() {
    return database.withHandle(WebhookRows::list);
  }

  /** Creates or replaces the room's webhook of this name; it delivers what is said from now on. */
  public Webhook setWebhook(WebhookOrder order) {
    long id = database.inTransaction(handle -> WebhookRows.put(handle, order));
    return webhook(id);
  }

  /** NOT_FOUND where there is none. */
  public void removeWebhook(long id) {
    if (database.withHandle(handle -> WebhookRows.delete(handle, id)) == 0) {
      throw WebhookRows.unknown(id);
    }
  }

  /** Tries all that was not delivered again, now; answers how many messages that are. */
  public int sendAgain(long id) {
    webhook(id);
    int again =
        database.inTransaction(handle -> WebhookRows.sendAgain(handle, id, clock.instant()));
    outbox.wake();
    return again;
  }

  /**
   * Sends a trial message to this webhook only, now, and keeps nothing; the error, or empty where
   * it was taken.
   */
  public Optional<String> test(long id) {
    WebhookOrder order =
        database
            .withHandle(handle -> WebhookRows.order(handle, id))
            .orElseThrow(() -> WebhookRows.unknown(id));
    String text =
        order.language() == Language.KO ? "Samdan 시험 메시지예요." : "A trial message from Samdan.";
    Message trial =
        new Message(
            0,
            order.room(),
            clock.instant(),
            Kind.NOTE,
            null,
            null,
            null,
            text,
            text,
            "",
            "",
            Map.of());
    return outbox.test(order, trial);
  }

  private Webhook webhook(long id) {
    return webhooks().stream()
        .filter(hook -> hook.id() == id)
        .findFirst()
        .orElseThrow(() -> WebhookRows.unknown(id));
  }

  private Map<String, List<Room.SpeaksFor>> speaksFor() {
    Map<String, List<Room.SpeaksFor>> rooms = new LinkedHashMap<>();
    applications
        .list()
        .forEach(application ->
            applications
                .environments(application.name())
                .forEach(environment ->
                    rooms
                        .computeIfAbsent(environment.room(), _ -> new ArrayList<>())
                        .add(new Room.SpeaksFor(application.name(), environment.name()))));
    return rooms;
  }

  @Override
  public void close() {
    announcements.close();
    outbox.close();
    for (AutoCloseable subscription : subscriptions) {
      try {
        subscription.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
