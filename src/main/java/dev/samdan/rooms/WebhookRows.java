package dev.samdan.rooms;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Webhooks and the outbox. */
final class WebhookRows {
  private WebhookRows() {}

  /** A delivery that is due: what to send, where, and how often it was tried. */
  record Due(long message, long webhook, int attempts, Instant firstAt) {}

  /** Creates or replaces the room's webhook of this name; messages said before are not sent. */
  static long put(Handle handle, WebhookOrder order) {
    return handle
        .createQuery(
            """
            insert into room_webhook (room, name, url, headers, preset, body, recipient, language)
            values (:room, :name, :url, cast(:headers as jsonb), :preset, nullif(:body, ''), nullif(:recipient, ''), :language)
            on conflict (room, name) do update set url = excluded.url, headers = excluded.headers,
              preset = excluded.preset, body = excluded.body, recipient = excluded.recipient,
              language = excluded.language
            returning id\
            """)
        .bind("room", order.room())
        .bind("name", order.name())
        .bind("url", order.url().strip())
        .bind("headers", Json.write(order.headers()))
        .bind("preset", order.preset())
        .bind("body", order.body())
        .bind("recipient", order.recipient())
        .bind("language", order.language().code())
        .mapTo(Long.class)
        .one();
  }

  static int delete(Handle handle, long id) {
    return handle.execute("delete from room_webhook where id = ?", id);
  }

  /** All webhooks, by room and name. */
  static List<Webhook> list(Handle handle) {
    return handle
        .createQuery(
            """
            select w.*, d.*,
              (select max(delivered_at) from room_delivery where webhook_id = w.id) as last_delivered_at
            from room_webhook w cross join lateral (
              select count(*) filter (where status = 'waiting') as waiting,
                count(*) filter (where status = 'gaveUp') as gave_up,
                min(next_at) filter (where status = 'waiting') as next_try_at,
                (array_agg(last_error order by message_id desc) filter (where last_error is not null))[1] as last_error
              from room_delivery where webhook_id = w.id and status <> 'delivered') d
            order by w.room, w.name\
            """)
        .map((row, _) -> webhook(row))
        .list();
  }

  /** The order as it was given, with its secrets. */
  static Optional<WebhookOrder> order(Handle handle, long id) {
    return handle
        .createQuery("select * from room_webhook where id = :id")
        .bind("id", id)
        .map((row, _) ->
            new WebhookOrder(
                row.getString("room"),
                row.getString("name"),
                row.getString("url"),
                headers(row),
                row.getString("preset"),
                row.getString("body"),
                row.getString("recipient"),
                Language.of(row.getString("language"))))
        .findOne();
  }

  /** Webhooks that have something to send now. */
  static List<Long> dueWebhooks(Handle handle, Instant now) {
    return handle
        .createQuery(
            "select distinct webhook_id from room_delivery where status = 'waiting' and next_at <= :now")
        .bind("now", now)
        .mapTo(Long.class)
        .list();
  }

  /** The oldest message that is due for this webhook, after one id. */
  static Optional<Due> nextDue(Handle handle, long webhook, long afterMessage, Instant now) {
    return handle
        .createQuery(
            """
            select * from room_delivery
            where webhook_id = :webhook and status = 'waiting' and next_at <= :now and message_id > :after
            order by message_id limit 1\
            """)
        .bind("webhook", webhook)
        .bind("now", now)
        .bind("after", afterMessage)
        .map((row, _) ->
            new Due(
                row.getLong("message_id"),
                row.getLong("webhook_id"),
                row.getInt("attempts"),
                row.getTimestamp("first_at").toInstant()))
        .findOne();
  }

  static void delivered(Handle handle, Due due, Instant now) {
    handle
        .createUpdate(
            """
            update room_delivery set status = 'delivered', delivered_at = :now, attempts = attempts + 1
            where message_id = :message and webhook_id = :webhook and status = 'waiting'\
            """)
        .bind("now", now)
        .bind("message", due.message())
        .bind("webhook", due.webhook())
        .execute();
  }

  /** Tried in vain; {@code nextAt} null gives up. */
  static void failed(Handle handle, Due due, String error, @Nullable Instant nextAt) {
    handle
        .createUpdate(
            """
            update room_delivery set attempts = attempts + 1, last_error = :error,
              status = case when cast(:next as timestamptz) is null then 'gaveUp' else 'waiting' end,
              next_at = coalesce(cast(:next as timestamptz), next_at)
            where message_id = :message and webhook_id = :webhook and status = 'waiting'\
            """)
        .bind("error", error)
        .bind("next", nextAt)
        .bind("message", due.message())
        .bind("webhook", due.webhook())
        .execute();
  }

  /** A webhook that does not answer is asked for nothing else until then. */
  static void postpone(Handle handle, long webhook, Instant until) {
    handle
        .createUpdate(
            """
            update room_delivery set next_at = :until
            where webhook_id = :webhook and status = 'waiting' and next_at < :until\
            """)
        .bind("until", until)
        .bind("webhook", webhook)
        .execute();
  }

  /** Everything not delivered is due now, as if it were new. */
  static int sendAgain(Handle handle, long webhook, Instant now) {
    return handle
        .createUpdate(
            """
            update room_delivery set status = 'waiting', attempts = 0, first_at = :now, next_at = :now
            where webhook_id = :webhook and status in ('waiting', 'gaveUp')\
            """)
        .bind("now", now)
        .bind("webhook", webhook)
        .execute();
  }

  static PlatformException unknown(long id) {
    return PlatformException.notFound(
        "there is no webhook " + id + " (samdan room list shows those there are)");
  }

  private static Map<String, String> headers(ResultSet row) throws SQLException {
    Map<String, String> headers = new LinkedHashMap<>();
    Json.tree(row.getString("headers"))
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asString()));
    return headers;
  }

  private static Webhook webhook(ResultSet row) throws SQLException {
    return new Webhook(
        row.getLong("id"),
        row.getString("room"),
        row.getString("name"),
        row.getString("url"),
        headers(row).keySet().stream().sorted().toList(),
        row.getString("preset"),
        row.getString("body"),
        row.getString("recipient"),
        Language.of(row.getString("language")),
        row.getInt("waiting"),
        row.getInt("gave_up"),
        instant(row.getTimestamp("next_try_at")),
        row.getString("last_error"),
        instant(row.getTimestamp("last_delivered_at")));
  }

  private static @Nullable Instant instant(@Nullable Timestamp at) {
    return at == null ? null : at.toInstant();
  }
}
