-- Who may do what: roles in all applications or in one, passwords, and what a token is limited to.
alter table person
  add role text check (role in ('viewer', 'developer', 'maintainer', 'admin')),
  add password text check (password like '$argon2id$%'),
  add password_set_at timestamptz,
  add check ((password is null) = (password_set_at is null));

-- Until now everyone who was known could do everything.
update person set role = 'admin';

create table membership (
  person      text not null references person on delete cascade,
  application text not null references application on delete cascade,
  role        text not null check (role in ('viewer', 'developer', 'maintainer', 'admin')),
  primary key (person, application)
);

-- A limit to an application ends with it: a later one of the same name is another.
alter table access_token
  add application text references application on delete cascade,
  add rights text[] check (rights <@ array['read', 'push', 'merge', 'deploy', 'approve', 'maintain', 'admin']),
  add registry_only boolean not null default false,
  add expires_at timestamptz;

alter table access_key
  add application text references application on delete cascade,
  add rights text[] check (rights <@ array['read', 'push', 'merge', 'deploy', 'approve', 'maintain', 'admin']),
  add expires_at timestamptz;

-- A session that a token opened ends with the token.
alter table browser_session add token text references access_token on delete cascade;

-- Attempts to sign in are counted before they are checked, by address and by person, and the door closes for ever longer.
drop table failed_sign_in;
create table sign_in_attempt (
  subject  text primary key check (length(subject) <= 100),
  failures integer not null check (failures >= 0),
  last_at  timestamptz not null,
  open_at  timestamptz not null
);
create index on sign_in_attempt (last_at);
