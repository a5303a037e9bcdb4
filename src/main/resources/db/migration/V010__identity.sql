-- People, and the secrets by which they are known. Of a secret only the SHA-256 is kept; each is 256 bits of random.
create table person (
  name         text primary key check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  display_name text not null check (display_name <> ''),
  language     text check (language in ('en', 'ko')),
  created_at   timestamptz not null
);

create table access_token (
  id           text primary key,
  person       text not null references person on delete cascade,
  name         text not null check (name <> ''),
  prefix       text not null,
  hash         bytea not null unique check (length(hash) = 32),
  created_at   timestamptz not null,
  last_used_at timestamptz
);
create index on access_token (person, created_at);

create table browser_session (
  hash       bytea primary key check (length(hash) = 32),
  person     text not null references person on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index on browser_session (expires_at);

create table one_time_link (
  hash       bytea primary key check (length(hash) = 32),
  person     text not null references person on delete cascade,
  expires_at timestamptz not null,
  used_at    timestamptz
);

create table failed_sign_in (
  address text not null,
  at      timestamptz not null
);
create index on failed_sign_in (address, at);
