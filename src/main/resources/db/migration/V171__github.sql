-- Followed repositories that live at GitHub, what it tells of them, and what it is to be told.
create table github_repository (
  repository text primary key references remote on delete cascade,
  full_name text not null check (full_name ~ '^[^/]+/[^/]+$'),
  api text not null,
  app_id text check (app_id <> ''),
  hook_at timestamptz,
  pulls_etag text,
  pulls_at timestamptz,
  -- Reports are held back until then: a rate limit, an outage.
  reports_at timestamptz not null default now(),
  reports_failures int not null default 0 check (reports_failures >= 0),
  reports_error text,
  reports_told boolean not null default false
);
create index github_repository_name on github_repository (lower(full_name));

-- Webhook deliveries, each once: the queue of what is to be done, and for a while the memory of what was.
create table github_delivery (
  id text not null check (id <> ''),
  repository text not null references github_repository on delete cascade,
  event text not null,
  action text,
  facts jsonb not null,
  status text not null check (status in ('waiting', 'done', 'ignored', 'gaveUp')),
  attempts int not null default 0,
  received_at timestamptz not null default now(),
  next_at timestamptz not null default now(),
  last_error text,
  ended_at timestamptz,
  primary key (id, repository),
  check ((status = 'waiting') = (ended_at is null))
);
create index github_delivery_due on github_delivery (repository, next_at) where status = 'waiting';
create index github_delivery_old on github_delivery (received_at);

-- Open pull requests.
create table github_pull (
  repository text not null references github_repository on delete cascade,
  number int not null,
  head text not null,
  head_commit text not null,
  base text not null,
  fork boolean not null,
  title text not null,
  author text not null,
  primary key (repository, number)
);

-- The outbox: how each context of a commit is to stand; sent when the wanted version was.
create table github_report (
  repository text not null references github_repository on delete cascade,
  commit text not null,
  context text not null,
  state text not null check (state in ('pending', 'success', 'failure', 'error')),
  title text not null,
  summary text not null,
  url text not null,
  external_id text not null,
  wanted bigint not null default 1,
  sent bigint not null default 0,
  check_run bigint,
  attempts int not null default 0,
  first_at timestamptz not null default now(),
  next_at timestamptz not null default now(),
  gave_up boolean not null default false,
  last_error text,
  primary key (repository, commit, context),
  check (sent <= wanted)
);
create index github_report_due on github_report (repository, next_at) where sent < wanted and not gave_up;

create table github_cursor (
  single boolean primary key default true check (single),
  event_id bigint not null
);
