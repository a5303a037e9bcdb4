package dev.samdan.rooms;

import dev.samdan.base.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Messages and who read them. */
final class MessageRows {
  private MessageRows() {}

  /**
   * Writes a message and, for each webhook of its room, a row of the outbox.
   *
   * @return its id; empty where this event was told already
   */
  static Optional<Long> insert(Handle handle, Post post, @Nullable Long event, Instant now) {
    Optional<Long> id =
        handle
            .createQuery(
                """
                insert into room_message (room, at, kind, application, pipeline, execution_id, facts, event_id)
                values (:room, :now, :kind, :application, :pipeline, cast(:execution as uuid), cast(:facts as jsonb),
                  cast(:event as bigint))
                on conflict (event_id) do nothing returning id\
                """)
            .bind("room", post.room())
            .bind("now", now)
            .bind("kind", post.kind().text())
            .bind("application", post.application())
            .bind("pipeline", post.pipeline())
            .bind("execution", post.executionId())
            .bind("facts", Json.write(post.facts()))
            .bind("event", event)
            .mapTo(Long.class)
            .findOne();
    id.ifPresent(message ->
        handle
            .createUpdate(
                """
                insert into room_delivery (message_id, webhook_id, status, first_at, next_at)
                select :message, id, 'waiting', :now, :now from room_webhook where room = :room\
                """)
            .bind("message", message)
            .bind("now", now)
            .bind("room", post.room())
            .execute());
    return id;
  }

  /** Holds for a message {@code m} that speaks of one of the applications, or of none. */
  private static final String SEEN =
      "(:all or m.application is null or m.application = any(:applications))";

  private static Query seen(Query query, @Nullable List<String> applications) {
    return query
        .bind("all", applications == null)
        .bindArray("applications", String.class, applications == null ? List.of() : applications);
  }

  /** The newest before an id, oldest first. */
  static List<Message> read(
      Handle handle,
      String room,
      Language language,
      long beforeId,
      int limit,
      @Nullable List<String> applications) {
    return newest(handle, "room = :room and id < :before", limit, applications)
        .bind("room", room)
        .bind("before", beforeId <= 0 ? Long.MAX_VALUE : beforeId)
        .map((row, _) -> message(row, language))
        .list();
  }

  /** Of all rooms, oldest first. */
  static List<Message> since(
      Handle handle,
      Instant since,
      Language language,
      int limit,
      @Nullable List<String> applications) {
    return newest(handle, "at >= :since", limit, applications)
        .bind("since", since)
        .map((row, _) -> message(row, language))
        .list();
  }

  private static Query newest(
      Handle handle, String condition, int limit, @Nullable List<String> applications) {
    return seen(
            handle.createQuery(
                """
                select * from (
                  select * from room_message m where %s and %s order by id desc limit :limit) newest
                order by id\
                """
                    .formatted(condition, SEEN)),
            applications)
        .bind("limit", limit);
  }

  static Optional<Message> find(Handle handle, long id, Language language) {
    return handle
        .createQuery("select * from room_message where id = :id")
        .bind("id", id)
        .map((row, _) -> message(row, language))
        .findOne();
  }

  /**
   * What a room holds and how far a reader came.
   *
   * @param newest id of the newest message
   */
  record Counts(int messages, int unread, long readUpTo, long newest) {
    static final Counts NONE = new Counts(0, 0, 0, 0);
  }

  /** By room. */
  static Map<String, Counts> counts(
      Handle handle, String reader, @Nullable List<String> applications) {
    Map<String, Counts> counts = new LinkedHashMap<>();
    seen(
            handle.createQuery(
                """
                select m.room, count(*) as messages, count(*) filter (where m.id > coalesce(r.read_up_to, 0)) as unread,
                  coalesce(max(r.read_up_to), 0) as read_up_to, max(m.id) as newest
                from room_message m left join room_reader r on r.room = m.room and r.person = :reader
                where %s group by m.room\
                """
                    .formatted(SEEN)),
            applications)
        .bind("reader", reader)
        .map((row, _) -> {
          Counts of =
              new Counts(
                  row.getInt("messages"),
                  row.getInt("unread"),
                  row.getLong("read_up_to"),
                  row.getLong("newest"));
          return Map.entry(row.getString("room"), of);
        })
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  /**
   * How many messages of each room a reader has not seen, up to so many; the rooms and the messages
   * are found in the index alone, so it costs what is new.
   */
  static Map<String, Integer> unread(
      Handle handle, String reader, int most, @Nullable List<String> applications) {
    Map<String, Integer> unread = new LinkedHashMap<>();
    seen(
            handle.createQuery(
                """
                with recursive named (room) as (
                  (select room from room_message order by room limit 1)
                  union all
                  select (select m.room from room_message m where m.room > named.room order by m.room limit 1)
                  from named where named.room is not null)
                select named.room, count(*) as unread
                from named left join room_reader r on r.room = named.room and r.person = :reader
                cross join lateral (
                  select m.id from room_message m
                  where m.room = named.room and m.id > coalesce(r.read_up_to, 0) and %s
                  order by m.id desc limit :most) fresh
                group by named.room order by named.room\
                """
                    .formatted(SEEN)),
            applications)
        .bind("reader", reader)
        .bind("most", most)
        .map((row, _) -> Map.entry(row.getString("room"), row.getInt("unread")))
        .forEach(entry -> unread.put(entry.getKey(), entry.getValue()));
    return unread;
  }

  static void markRead(Handle handle, String room, String reader, long upTo) {
    handle
        .createUpdate(
            """
            insert into room_reader (person, room, read_up_to) values (:reader, :room, :upTo)
            on conflict (person, room) do update set read_up_to = greatest(room_reader.read_up_to, excluded.read_up_to)\
            """)
        .bind("reader", reader)
        .bind("room", room)
        .bind("upTo", upTo)
        .execute();
  }

  private static Message message(ResultSet row, Language language) throws SQLException {
    Map<String, String> facts = new LinkedHashMap<>();
    Json.tree(row.getString("facts"))
        .properties()
        .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asString()));
    Kind kind = Kind.of(row.getString("kind"));
    Wording.Text text = Wording.of(language, kind, facts);
    String link = facts.getOrDefault(Fact.LINK, "");
    StringBuilder all = new StringBuilder(text.sentence());
    for (String further : List.of(text.detail(), link)) {
      if (!further.isEmpty()) {
        all.append('\n').append(further);
      }
    }
    return new Message(
        row.getLong("id"),
        row.getString("room"),
        row.getTimestamp("at").toInstant(),
        kind,
        row.getString("application"),
        row.getString("pipeline"),
        row.getObject("execution_id", UUID.class),
        all.toString(),
        text.sentence(),
        text.detail(),
        link,
        facts);
  }
}
