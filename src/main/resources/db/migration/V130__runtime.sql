-- A set's tasks run as processes or in containers, as it was decided when the set was made.
alter table task_set add column runtime text not null default 'PROCESS' check (runtime in ('PROCESS', 'DOCKER'));
alter table task_set alter column runtime drop default;

-- Containers keep their port, each at an address of its own.
alter table task add column host text not null default '127.0.0.1';
alter table task alter column host drop default;
alter table task add column container_id text;
alter table task drop constraint task_check1;
alter table task add constraint task_running check (status <> 'RUNNING' or num_nonnulls(pid, container_id) = 1);
drop index task_port;
create unique index task_address on task (host, port) where status <> 'STOPPED';
