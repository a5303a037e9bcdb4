-- Builds: one row a build; its log is a file. Counters outlive the builds that are pruned.
create table build_counter (
  project text primary key,
  last_number bigint not null check (last_number > 0)
);

create table build (
  id text primary key,
  project text not null,
  number bigint not null,
  application text not null,
  environment text,
  tier text not null,
  pipeline text,
  execution uuid,
  action_execution uuid,
  commit_id text not null,
  initiator text not null,
  status text not null
    check (status in ('IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'FAULT', 'TIMED_OUT', 'STOPPED')),
  started_at timestamptz not null,
  ended_at timestamptz,
  message text not null default '',
  exported_variables jsonb not null default '{}',
  phases jsonb not null default '[]',
  unique (project, number),
  check ((status = 'IN_PROGRESS') = (ended_at is null))
);

create index build_by_action on build (action_execution);
create index build_by_application on build (application, started_at desc);
create index build_in_progress on build (id) where status = 'IN_PROGRESS';

create table report (
  build text not null references build on delete cascade,
  name text not null,
  position integer not null,
  notes text[] not null,
  primary key (build, name)
);

create table report_case (
  build text not null,
  report text not null,
  position integer not null,
  class_name text not null,
  name text not null,
  status text not null check (status in ('PASSED', 'FAILED', 'ERROR', 'SKIPPED')),
  seconds double precision not null check (seconds >= 0),
  message text not null,
  stack text not null,
  primary key (build, report, position),
  foreign key (build, report) references report on delete cascade
);
