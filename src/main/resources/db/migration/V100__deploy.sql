create table deployment (
  id text primary key check (id ~ '^d-[A-Z0-9]{9}$'),
  application text not null,
  environment text not null,
  tier text not null check (tier in ('api', 'web')),
  status text not null check (status in (
    'Created', 'Queued', 'InProgress', 'Baking', 'Succeeded', 'Failed', 'Stopped', 'Ready')),
  creator text not null check (creator in ('user', 'codeDeployRollback')),
  created_by text not null,
  -- The pipeline action it is the effect of: asked for twice, done once.
  action_execution uuid unique,
  push uuid,
  commit_id text,
  plan jsonb not null,
  task_definition text,
  image text,
  release integer check (release > 0),
  configuration text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  error_code text,
  error text,
  explanation jsonb,
  place bigint generated always as identity,
  check ((status in ('Succeeded', 'Failed', 'Stopped')) = (ended_at is not null)),
  check ((status = 'Failed') = (error is not null))
);
-- One active deployment a group.
create unique index deployment_active on deployment (application, environment, tier)
  where status in ('Created', 'Queued', 'InProgress', 'Baking', 'Ready');
create index deployment_newest on deployment (application, environment, tier, place desc);
create index deployment_push on deployment (push);

create table lifecycle_event (
  deployment text not null references deployment on delete cascade,
  place integer not null,
  name text not null,
  status text not null check (status in ('Pending', 'InProgress', 'Succeeded', 'Failed', 'Skipped', 'Unknown')),
  started_at timestamptz,
  ended_at timestamptz,
  detail text,
  primary key (deployment, name),
  unique (deployment, place)
);

-- What the application tier of an environment serves: blue, and at most one green on its way in.
create table service (
  application text not null,
  environment text not null,
  blue text references deployment,
  blue_since timestamptz,
  green text references deployment,
  green_weight integer not null default 0 check (green_weight between 0 and 100),
  green_tested boolean not null default false,
  primary key (application, environment),
  check (green is not null or (green_weight = 0 and not green_tested)),
  check (blue is distinct from green or blue is null)
);

-- Task sets on their way out; a row goes when its last task is gone.
create table draining (
  task_set text primary key,
  application text not null,
  environment text not null,
  since timestamptz not null default now()
);

-- The site of an environment: the release that is served.
create table site (
  application text not null,
  environment text not null,
  deployment text not null references deployment,
  release integer not null,
  since timestamptz not null default now(),
  primary key (application, environment)
);
