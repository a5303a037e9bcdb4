-- Values that builds and tasks get; sealed with the key file of the home, so that this table alone tells nothing.
-- An environment of '' means every environment of the application.
create table secret (
  application text not null references application on delete cascade,
  environment text not null default '',
  name text not null check (name <> '' and name !~ '^/'),
  sealed bytea not null,
  version uuid not null,
  previous_sealed bytea,
  previous_version uuid,
  set_at timestamptz not null,
  set_by text not null,
  primary key (application, environment, name),
  check ((previous_sealed is null) = (previous_version is null))
);
