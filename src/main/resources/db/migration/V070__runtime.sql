-- Task definitions never change: a registration is the family's next revision.
create table task_definition (
  family text not null,
  revision integer not null check (revision > 0),
  content jsonb not null,
  registered_at timestamptz not null default now(),
  primary key (family, revision)
);

-- Tasks of one definition that are kept running. Variables are injected and never logged.
create table task_set (
  id text primary key,
  application text not null,
  environment text not null,
  tier text not null,
  family text not null,
  revision integer not null,
  desired_count integer not null check (desired_count >= 0),
  variables jsonb not null,
  status text not null default 'ACTIVE' check (status in ('ACTIVE', 'STOPPING', 'STOPPED')),
  created_at timestamptz not null default now(),
  foreign key (family, revision) references task_definition
);
create index task_set_environment on task_set (application, environment);
create index task_set_live on task_set (id) where status <> 'STOPPED';

create table task (
  id text primary key,
  task_set text not null references task_set on delete cascade,
  slot integer not null check (slot >= 0),
  restarts integer not null check (restarts >= 0),
  status text not null check (status in ('PENDING', 'RUNNING', 'STOPPING', 'STOPPED')),
  port integer not null check (port between 1 and 65535),
  pid bigint,
  started_at timestamptz not null default now(),
  stopped_at timestamptz,
  exit_code integer,
  stopped_reason text,
  check ((status = 'STOPPED') = (stopped_at is not null)),
  check (status <> 'RUNNING' or pid is not null)
);
-- One task a slot, one task a port.
create unique index task_slot on task (task_set, slot) where status <> 'STOPPED';
create unique index task_port on task (port) where status <> 'STOPPED';
create index task_of_set on task (task_set, started_at);
