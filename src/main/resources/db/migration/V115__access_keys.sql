-- Access keys for tools that sign as AWS's do. Their secrets are not kept: each follows from its id and the home's key file.
create table access_key (
  id           text primary key check (id ~ '^AKIA[A-Z2-7]{16}$'),
  person       text not null references person on delete cascade,
  name         text not null check (name <> ''),
  created_at   timestamptz not null,
  last_used_at timestamptz
);
create index on access_key (person, created_at);
