create table employee (
  number text primary key check (number <> ''),
  name text not null,
  english_name text not null,
  team text not null,
  position text not null,
  email text not null,
  phone text not null,
  office text not null
);

create table account (
  name text primary key,
  password text not null
);

-- Signs session tokens. One row for each database, so that every task and every version knows the sessions.
create table signing_key (
  one boolean primary key default true check (one),
  value bytea not null
);
insert into signing_key (value)
select decode(string_agg(replace(gen_random_uuid()::text, '-', ''), ''), 'hex') from generate_series(1, 4);
