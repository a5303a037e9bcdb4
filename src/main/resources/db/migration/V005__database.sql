-- The data tiers: one database and one role for each application and environment.
create table tier_database (
  application text not null,
  environment text not null,
  database    text not null unique,
  role        text not null unique,
  password    text not null,
  created_at  timestamptz not null default now(),
  primary key (application, environment)
);
