-- Pipelines, their executions, and what happened. Every transition of a pipeline's executions holds the pipeline's row.
create table pipeline (
  name text primary key,
  application text not null,
  environment text,
  version integer not null check (version > 0),
  next_number integer not null default 1 check (next_number > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index pipeline_application on pipeline (application);

create table pipeline_version (
  pipeline text not null references pipeline on delete cascade,
  version integer not null check (version > 0),
  declaration json not null,
  created_at timestamptz not null,
  primary key (pipeline, version)
);

-- Inbound transitions that are disabled.
create table disabled_transition (
  pipeline text not null references pipeline on delete cascade,
  stage text not null,
  reason text not null,
  disabled_by text not null,
  disabled_at timestamptz not null,
  primary key (pipeline, stage)
);

create table execution (
  id uuid primary key,
  sequence bigint generated always as identity unique,
  pipeline text not null references pipeline on delete cascade,
  number integer not null,
  version integer not null,
  status text not null check (status in
    ('InProgress', 'Stopping', 'Stopped', 'Succeeded', 'Superseded', 'Failed', 'Cancelled')),
  reason text,
  abandon boolean not null default false,
  source_error text,
  trigger_type text not null,
  triggered_by text not null,
  trigger_detail text not null,
  repository text not null,
  branch text not null,
  commit_id text not null,
  message text not null,
  author text not null,
  author_email text not null,
  authored_at timestamptz not null,
  group_id uuid not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  artifacts_removed boolean not null default false,
  unique (pipeline, number),
  foreign key (pipeline, version) references pipeline_version,
  check ((ended_at is null) = (status in ('InProgress', 'Stopping')))
);
create index execution_live on execution (pipeline) where ended_at is null;
create index execution_group on execution (group_id);

-- A row from the moment a stage is entered.
create table stage_execution (
  execution_id uuid not null references execution on delete cascade,
  ordinal integer not null check (ordinal > 0),
  pipeline text not null,
  name text not null,
  exclusive boolean not null,
  status text not null check (status in
    ('InProgress', 'Stopping', 'Stopped', 'Succeeded', 'Failed', 'Cancelled', 'Skipped')),
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (execution_id, ordinal),
  check ((ended_at is null) = (status in ('InProgress', 'Stopping')))
);
-- The stage lock.
create unique index one_execution_in_a_stage on stage_execution (pipeline, name) where exclusive and ended_at is null;

-- A row for each run of an action: round 1, and one more for each retry.
create table action_execution (
  id uuid primary key,
  sequence bigint generated always as identity unique,
  execution_id uuid not null,
  stage_ordinal integer not null,
  name text not null,
  round integer not null default 1 check (round > 0),
  status text not null check (status in ('InProgress', 'Abandoned', 'Succeeded', 'Failed')),
  -- The queue: ready and claimed by nobody. The attempt is the fencing token.
  ready_at timestamptz not null,
  worker text,
  lease_until timestamptz,
  attempt integer not null default 0 check (attempt >= 0),
  tries integer not null default 0 check (tries between 0 and 3),
  deadline timestamptz,
  cancel_reason text check (cancel_reason in ('Abandoned', 'TimedOut')),
  cancelled_at timestamptz,
  -- Manual approvals have a token and no worker.
  token uuid unique,
  expires_at timestamptz,
  decided_by text,
  comment text,
  summary text,
  external_id text,
  external_url text,
  error_code text,
  error text,
  facts json not null default '{}',
  output_variables json not null default '{}',
  started_at timestamptz not null,
  ended_at timestamptz,
  foreign key (execution_id, stage_ordinal) references stage_execution on delete cascade,
  unique (execution_id, stage_ordinal, name, round),
  check ((ended_at is null) = (status = 'InProgress')),
  check ((worker is null) = (lease_until is null)),
  check (worker is null or (status = 'InProgress' and token is null and deadline is not null)),
  check ((token is null) = (expires_at is null)),
  check ((cancel_reason is null) = (cancelled_at is null)),
  check ((status = 'Failed') = (error is not null))
);
create unique index one_run_of_an_action on action_execution (execution_id, stage_ordinal, name) where ended_at is null;
create index action_queue on action_execution (ready_at) where status = 'InProgress' and worker is null and token is null;
create index action_claimed on action_execution (worker) where worker is not null;

create table action_attempt (
  action_execution_id uuid not null references action_execution on delete cascade,
  attempt integer not null check (attempt > 0),
  started_at timestamptz not null,
  ended_at timestamptz,
  ending text check (ending in ('Succeeded', 'Failed', 'TryAgain', 'Abandoned', 'Interrupted')),
  reason text,
  primary key (action_execution_id, attempt),
  check ((ended_at is null) = (ending is null))
);

create table artifact (
  execution_id uuid not null references execution on delete cascade,
  name text not null,
  action_execution_id uuid not null references action_execution on delete cascade,
  file text not null,
  sha256 text not null,
  size bigint not null,
  created_at timestamptz not null,
  primary key (execution_id, name)
);

-- What happened; outlives what it tells of. Ids ascend in the order of commits (a lock is held while they are given).
create table pipeline_event (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  kind text not null,
  pipeline text not null,
  application text not null,
  environment text,
  execution_id uuid,
  execution_number integer not null,
  group_id uuid,
  stage text,
  action text,
  action_execution_id uuid,
  error text,
  summary text,
  token uuid,
  branch text,
  commit_id text,
  message text,
  author text,
  author_email text,
  caused_by text
);
