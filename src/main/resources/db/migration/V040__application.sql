create table application (
  name text primary key,
  title text not null,
  created_at timestamptz not null default now()
);

-- An environment that a valid samdan.yml declared; host and slug are addresses, so no two may share one.
create table environment (
  application text not null references application on delete cascade,
  name text not null,
  branch text not null,
  room text not null,
  production boolean not null,
  position int not null,
  host text not null unique,
  slug text generated always as (application || '-' || name) stored unique,
  commit text not null,
  primary key (application, name)
);

create table environment_domain (
  domain text primary key,
  application text not null,
  environment text not null,
  position int not null,
  foreign key (application, environment) references environment on delete cascade
);

-- Loopback ports are given once and stay.
create table environment_port (
  port int primary key check (port between 1 and 65535),
  application text not null,
  environment text not null,
  kind text not null check (kind in ('url', 'test')),
  unique (application, environment, kind),
  foreign key (application, environment) references environment on delete cascade
);

create table declaration (
  application text not null references application on delete cascade,
  commit text not null,
  text text not null,
  saved_at timestamptz not null default now(),
  primary key (application, commit)
);

-- A repository beside the application's own that holds one of its tiers.
create table tier_repository (
  repository text not null,
  application text not null references application on delete cascade,
  primary key (repository, application)
);
