create table account (
  email      text primary key check (email = lower(email)),
  password   text not null,
  created_at timestamptz not null default now()
);

create table session (
  token_hash text primary key,
  email      text not null references account on delete cascade,
  expires_at timestamptz not null
);
