-- What was said in the rooms, and what carries it outside.
create table room_message (
  id           bigint generated always as identity primary key,
  room         text not null check (room <> ''),
  at           timestamptz not null,
  kind         text not null check (kind in ('started', 'retried', 'approvalWanted', 'approved', 'rejected', 'expired',
                 'succeeded', 'failed', 'stopped', 'superseded', 'invalidDeclaration', 'note')),
  application  text,
  pipeline     text,
  execution_id uuid,
  facts        jsonb not null,
  -- The pipeline's event that it tells of: told once, however often control dies between.
  event_id     bigint unique
);
create index on room_message (room, id);

create table room_webhook (
  id        bigint generated always as identity primary key,
  room      text not null check (room <> ''),
  name      text not null check (name <> ''),
  url       text not null,
  headers   jsonb not null,
  preset    text not null check (preset in ('none', 'workchat')),
  body      text,
  recipient text,
  language  text not null check (language in ('en', 'ko')),
  unique (room, name)
);

-- The outbox: a row for each message and webhook, written with the message.
create table room_delivery (
  message_id   bigint not null references room_message on delete cascade,
  webhook_id   bigint not null references room_webhook on delete cascade,
  status       text not null check (status in ('waiting', 'delivered', 'gaveUp')),
  attempts     integer not null default 0,
  first_at     timestamptz not null,
  next_at      timestamptz not null,
  last_error   text,
  delivered_at timestamptz,
  primary key (message_id, webhook_id),
  check ((status = 'delivered') = (delivered_at is not null))
);
create index on room_delivery (next_at) where status = 'waiting';
create index on room_delivery (webhook_id, message_id);

create table room_reader (
  person     text not null,
  room       text not null,
  read_up_to bigint not null,
  primary key (person, room)
);

create table announcement_cursor (
  single   boolean primary key default true check (single),
  event_id bigint not null
);
