-- What every page asks of the rooms costs what is new, however much was ever said.
drop index room_message_room_id_idx;
-- What is new to a reader, and of which application.
create index on room_message (room, id) include (application);
-- What was said today.
create index on room_message (at);
-- How a webhook fares: what is not delivered, and when the last one was.
create index on room_delivery (webhook_id) where status <> 'delivered';
create index on room_delivery (webhook_id, delivered_at);
