-- Copies of the databases of environments, each a database of its own.
create table tier_snapshot (
  id text primary key check (id ~ '^s-[a-z0-9]{8}$'),
  application text not null,
  environment text not null,
  database text not null unique,
  size_bytes bigint not null,
  reason text not null check (reason in ('asked', 'replaced')),
  taken_at timestamptz not null default now(),
  taken_by text not null
);
create index tier_snapshot_newest on tier_snapshot (application, environment, taken_at desc);
