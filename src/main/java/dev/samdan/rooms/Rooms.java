package dev.samdan.rooms;

import dev.samdan.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rooms: their messages, kept and shown, and the webhooks that carry them outside. */
public final class Rooms implements AutoCloseable {
  private final Database database;

  public Rooms(Database database) {
    this.database = database;
  }

  /** What a message tells. */
  public enum Kind {
    STARTED,
    APPROVAL_WANTED,
    APPROVED,
    REJECTED,
    SUCCEEDED,
    FAILED,
    STOPPED,
    SUPERSEDED,
    INVALID_DECLARATION,
    NOTE
  }

  /** A room and how much in it is new to the reader. */
  public record Room(String name, int messages, @Nullable Message newest, List<Webhook> webhooks) {}

  /** A message as one person reads it; {@code detail} is the second line, empty where there is none. */
  public record Message(
      long id,
      String room,
      Instant at,
      Kind kind,
      @Nullable String pipeline,
      String text,
      String detail,
      Map<String, String> facts) {}

  /** Where a room's messages are delivered; header values are secrets and not shown. */
  public record Webhook(
      long id, String room, String name, String url, String preset, int waiting, int failed, @Nullable String lastError) {}

  /** Languages of the wording. */
  public enum Language {
    EN,
    KO
  }

  /** Starts the delivery of the outbox. */
  public void start() {
    throw new UnsupportedOperationException(database.toString());
  }

  /** Rooms that have messages or webhooks, by name. */
  public List<Room> list(Language language) {
    throw new UnsupportedOperationException();
  }

  /** The newest {@code limit} messages before {@code beforeId} (0: from the end), oldest first. */
  public List<Message> read(String room, Language language, long beforeId, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
