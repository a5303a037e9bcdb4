-- Commands that ran, run or should have run once in a deployed image.
create table task_run (
  id text primary key check (id ~ '^[a-z0-9]{12}$'),
  place bigint generated always as identity,
  application text not null,
  environment text not null,
  -- Null for a command that a person ran.
  job text,
  command jsonb not null,
  task_definition text,
  run_by text not null,
  status text not null check (status in (
    'RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'STOPPED', 'LOST', 'SKIPPED', 'MISSED')),
  scheduled_for timestamptz,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  exit_code integer,
  detail text,
  foreign key (application, environment) references environment on delete cascade,
  check ((status = 'RUNNING') = (ended_at is null))
);
-- A job runs one at a time, and once for each of its times.
create unique index task_run_one on task_run (application, environment, job) where status = 'RUNNING';
create unique index task_run_time on task_run (application, environment, job, scheduled_for);
create index task_run_newest on task_run (application, environment, job, place desc);

-- Up to when a job's times have been looked at; another schedule begins anew.
create table job_schedule (
  application text not null,
  environment text not null,
  job text not null,
  schedule text not null,
  looked_until timestamptz not null,
  primary key (application, environment, job),
  foreign key (application, environment) references environment on delete cascade
);
