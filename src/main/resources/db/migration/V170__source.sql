-- A repository that follows one elsewhere: what is pushed there is fetched, and nobody pushes here.
-- Its credentials stand in the secrets, never in the address.
create table remote (
  repository text primary key,
  application text not null references application on delete cascade,
  url text not null check (url !~ '://[^/@]*:[^/@]*@'),
  poll_seconds int not null check (poll_seconds between 15 and 86400),
  connected_at timestamptz not null default now(),
  next_at timestamptz not null default now(),
  synced_at timestamptz,
  -- Failures in a row; the room is told once, and again when it is over.
  failures int not null default 0 check (failures >= 0),
  failing_since timestamptz,
  last_error text,
  told boolean not null default false,
  check ((failures = 0) = (failing_since is null)),
  check ((failures = 0) = (last_error is null)),
  check (not told or failures > 0)
);

create index remote_due on remote (next_at);
create index remote_of on remote (application);
