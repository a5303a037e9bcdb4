-- The users (numbers only, no entry in /etc/passwd) that an environment's tasks, or an application's builds, run as.
create table account (
  uid integer primary key check (uid between 70000 and 89999),
  kind text not null check (kind in ('TASKS', 'BUILDS')),
  -- <application>-<environment> of tasks, the application of builds.
  name text not null,
  unique (kind, name)
);
