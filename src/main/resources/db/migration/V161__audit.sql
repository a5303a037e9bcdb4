-- What was decided: who, what, when, from where, on what, and how it ended. Rows are added and, when they are older than the
-- retention says or beyond its number, taken away; nothing else happens to them.
create table audit_retention (
  one     boolean primary key default true check (one),
  days    integer not null default 365 check (days between 30 and 3650),
  entries bigint not null default 1000000 check (entries between 10000 and 100000000)
);
insert into audit_retention default values;

-- A deed has more than one row where it was recorded with what it changed and then failed: the last one holds.
create table audit_entry (
  id          bigint generated always as identity primary key,
  deed        uuid not null,
  at          timestamptz not null default clock_timestamp(),
  who         text not null,
  door        text not null check (door in ('console', 'api', 'cli', 'git', 'registry', 'aws', 'webhook', 'samdan')),
  address     text not null,
  action      text not null check (action <> ''),
  application text,
  subject     text not null,
  outcome     text not null check (outcome in ('done', 'refused', 'failed')),
  detail      text not null default ''
);
create index on audit_entry (deed);
create index on audit_entry (at);
create index on audit_entry (application, id) where application is not null;
create index on audit_entry (who, id);

create function audit_entry_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.at < now() - make_interval(days => (select days from audit_retention))
       or old.id <= (select max(id) from audit_entry) - (select entries from audit_retention) then
      return old;
    end if;
  end if;
  raise exception 'the audit log is only added to (% of entry %)', tg_op, coalesce(old.id::text, 'all');
end
$$;
create trigger audit_entry_stays before update or delete on audit_entry
  for each row execute function audit_entry_stays();
create trigger audit_entry_is_not_emptied before truncate on audit_entry
  for each statement execute function audit_entry_stays();
